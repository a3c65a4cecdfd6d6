-- Stored value: money that guests have given a shop for later. It is owed to them; what the shop adds is a bonus, kept apart.
create schema storedvalue;

create table storedvalue.rules (
  merchant_id   uuid not null primary key,
  open          boolean not null,                                   -- whether top-ups are taken
  free_amounts  boolean not null,                                   -- whether other amounts than the offers' are
  smallest      bigint not null check (smallest > 0),               -- of a free amount, minor units
  largest       bigint not null check (largest >= smallest),
  most          bigint not null check (most >= smallest),           -- money and bonus on one card
  updated_at    timestamptz not null,
  updated_by    uuid not null
);
comment on table storedvalue.rules is 'owner: merchant_id';

create table storedvalue.offers (
  merchant_id  uuid not null,
  offer_id     uuid not null default uuidv7(),
  pay          bigint not null check (pay > 0),
  bonus        bigint not null check (bonus >= 0),
  created_at   timestamptz not null,
  created_by   uuid not null,
  ended_at     timestamptz,
  ended_by     uuid,
  primary key (merchant_id, offer_id)
);
comment on table storedvalue.offers is 'owner: merchant_id';
create unique index on storedvalue.offers (merchant_id, pay) where ended_at is null;

create table storedvalue.topups (
  merchant_id  uuid not null,
  topup_id     uuid not null,
  person_id    uuid not null,
  offer_id     uuid,
  pay          bigint not null check (pay > 0),
  bonus        bigint not null check (bonus >= 0),
  payment_id   uuid not null,
  status       text not null default 'asked' check (status in ('asked', 'stored', 'ended')),
  why          text not null default '' check (length(why) <= 40),  -- it ended
  refunded     bigint not null default 0 check (refunded between 0 and pay),
  at           timestamptz not null,
  stored_at    timestamptz,
  primary key (merchant_id, topup_id),
  unique (merchant_id, payment_id),
  check ((status = 'stored') = (stored_at is not null)),
  check (status = 'stored' or refunded = 0)
);
comment on table storedvalue.topups is 'owner: merchant_id';
create index on storedvalue.topups (merchant_id, person_id, at desc);

-- `step` is the half minute of the card's code: one code pays once. `asked` is the bill, `stored` and `bonus` what was taken.
create table storedvalue.spends (
  merchant_id      uuid not null,
  spend_id         uuid not null,
  person_id        uuid not null,
  store_id         uuid not null,
  staff_id         uuid not null,
  purchase_id      uuid,
  step             bigint not null,
  asked            bigint not null check (asked > 0),
  partial          boolean not null,
  stored           bigint not null default 0 check (stored >= 0),
  bonus            bigint not null default 0 check (bonus >= 0),
  stored_left      bigint not null default 0 check (stored_left >= 0),   -- on the card afterwards
  bonus_left       bigint not null default 0 check (bonus_left >= 0),
  stored_returned  bigint not null default 0,
  bonus_returned   bigint not null default 0,
  request_key      text not null check (length(request_key) between 1 and 200),
  at               timestamptz not null,
  primary key (merchant_id, spend_id),
  unique (merchant_id, request_key),
  unique (merchant_id, person_id, step),
  check (stored + bonus <= asked),
  check (stored_returned between 0 and stored),
  check (bonus_returned between 0 and bonus)
);
comment on table storedvalue.spends is 'owner: merchant_id';
create index on storedvalue.spends (merchant_id, purchase_id) where purchase_id is not null;

create table storedvalue.returns (
  merchant_id  uuid not null,
  return_id    uuid not null,
  spend_id     uuid not null,
  person_id    uuid not null,
  staff_id     uuid,                                                -- null: with its purchase
  stored       bigint not null check (stored >= 0),
  bonus        bigint not null check (bonus >= 0),
  reason       text not null check (length(reason) <= 500),
  request_key  text not null check (length(request_key) between 1 and 200),
  at           timestamptz not null,
  primary key (merchant_id, return_id),
  unique (merchant_id, request_key),
  check (stored + bonus > 0),
  foreign key (merchant_id, spend_id) references storedvalue.spends
);
comment on table storedvalue.returns is 'owner: merchant_id';

create table storedvalue.refunds (
  merchant_id  uuid not null,
  refund_id    uuid not null,
  person_id    uuid not null,
  amount       bigint not null check (amount > 0),
  lapsed       bigint not null check (lapsed >= 0),                 -- bonus
  why          text not null check (why in ('asked', 'erased')),
  at           timestamptz not null,
  primary key (merchant_id, refund_id)
);
comment on table storedvalue.refunds is 'owner: merchant_id';
create index on storedvalue.refunds (merchant_id, person_id, at desc);

-- A refund goes back by the payments it came from, the latest first.
create table storedvalue.refund_parts (
  merchant_id        uuid not null,
  refund_id          uuid not null,
  topup_id           uuid not null,
  payment_refund_id  uuid not null,
  amount             bigint not null check (amount > 0),
  status             text not null default 'on_its_way' check (status in ('on_its_way', 'succeeded', 'failed')),
  primary key (merchant_id, refund_id, topup_id),
  unique (merchant_id, payment_refund_id),
  foreign key (merchant_id, refund_id) references storedvalue.refunds,
  foreign key (merchant_id, topup_id) references storedvalue.topups
);
comment on table storedvalue.refund_parts is 'owner: merchant_id';

-- All that ever changed a balance, by which every list is read: above zero what came, below what went.
create table storedvalue.moves (
  merchant_id  uuid not null,
  move_id      uuid not null default uuidv7(),
  person_id    uuid not null,
  kind         text not null check (kind in ('top_up', 'payment', 'return', 'refund')),
  stored       bigint not null,
  bonus        bigint not null,
  reference    uuid not null,                                       -- the top-up, the spend, the return or the refund
  store_id     uuid,
  staff_id     uuid,
  at           timestamptz not null,
  primary key (merchant_id, move_id)
);
comment on table storedvalue.moves is 'owner: merchant_id';
create index on storedvalue.moves (merchant_id, at desc, move_id desc);
create index on storedvalue.moves (merchant_id, person_id, at desc, move_id desc);

-- A person's own list of shops where she ever asked to store money.
create table storedvalue.purses (
  person_id    uuid not null,
  merchant_id  uuid not null,
  opened_at    timestamptz not null,
  primary key (person_id, merchant_id)
);
comment on table storedvalue.purses is 'owner: person_id';
