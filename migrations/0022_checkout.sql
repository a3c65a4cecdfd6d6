-- Checkout: orders of deals, the stock they take from, the line before an empty stock, and the money that stands on each sold voucher.
create schema checkout;

-- The one hot row of a deal with a stock: who takes, gives back or stands in line holds it until committed. A deal without limit has none.
create table checkout.stocks (
  merchant_id  uuid not null,
  deal_id      uuid not null,
  initial      bigint not null check (initial >= 0),
  free         bigint not null,                     -- neither held nor sold
  waiting      bigint not null default 0 check (waiting >= 0),       -- people in line
  next_number  bigint not null default 1,           -- in the line, first come first served
  lapsed       bigint not null default 0,           -- holds that ended unpaid
  primary key (merchant_id, deal_id),
  check (free between 0 and initial)
) with (fillfactor = 20);
comment on table checkout.stocks is 'owner: merchant_id';
create index on checkout.stocks (merchant_id, deal_id) where waiting > 0;

-- How many units a person has or waits for: the limit per person is a condition of the statement that counts here.
create table checkout.buyers (
  merchant_id  uuid not null,
  deal_id      uuid not null,
  person_id    uuid not null,
  taken        integer not null check (taken >= 0),
  primary key (merchant_id, deal_id, person_id)
);
comment on table checkout.buyers is 'owner: merchant_id';

create table checkout.orders (
  merchant_id  uuid not null,
  order_id     uuid not null default uuidv7(),
  deal_id      uuid not null,
  person_id    uuid not null,
  quantity     integer not null check (quantity > 0),
  unit_price   bigint not null check (unit_price > 0),               -- minor units
  amount       bigint not null check (amount = unit_price * quantity),
  currency     text not null,
  status       text not null check (status in ('waiting', 'held', 'paid', 'fulfilled', 'released', 'refunded')),
  hold_until   timestamptz check (status <> 'held' or hold_until is not null),
  group_id     uuid,
  payment_id   uuid check ((status in ('paid', 'fulfilled', 'refunded')) = (payment_id is not null)),
  refunded     bigint not null default 0 check (refunded between 0 and amount),
  why          text not null default '' check (length(why) <= 40),   -- it was released
  number       bigint check (status <> 'waiting' or number is not null),   -- in the line; stays when its turn has come
  request_key  text not null check (length(request_key) between 1 and 200),
  at           timestamptz not null,
  changed_at   timestamptz not null,
  primary key (merchant_id, order_id),
  unique (merchant_id, person_id, request_key),
  check ((status = 'refunded') = (refunded = amount))
);
comment on table checkout.orders is 'owner: merchant_id';
create index on checkout.orders (merchant_id, deal_id, order_id);
create unique index on checkout.orders (merchant_id, deal_id, person_id) where status = 'waiting';   -- one place per person
create index on checkout.orders (merchant_id, deal_id, number) where status = 'waiting';
create index on checkout.orders (merchant_id, deal_id, hold_until) where status = 'held';
create index on checkout.orders (hold_until) where status = 'held';
create index on checkout.orders (merchant_id, group_id) where group_id is not null;

-- A person's own list over all merchants, written in the same transaction as the order.
create table checkout.person_orders (
  person_id      uuid not null,
  merchant_id    uuid not null,
  order_id       uuid not null,
  deal_id        uuid not null,
  title          text not null,
  merchant_name  text not null,
  quantity       integer not null,
  amount         bigint not null,
  currency       text not null,
  status         text not null,
  at             timestamptz not null,
  primary key (person_id, order_id)
);
comment on table checkout.person_orders is 'owner: person_id';

-- What was paid for each voucher and what has become of it. `used` and `refunded` are money; what is held is amount - used - refunded.
create table checkout.sold (
  merchant_id    uuid not null,
  voucher_id     uuid not null,
  order_id       uuid not null,
  deal_id        uuid not null,
  person_id      uuid not null,                     -- who paid
  amount         bigint not null check (amount >= 0),
  uses           integer not null check (uses > 0),
  uses_held      integer not null check (uses_held between 0 and uses),    -- not redeemed, as far as heard
  uses_refunded  integer not null default 0 check (uses_refunded between 0 and uses_held),
  used           bigint not null default 0 check (used >= 0),
  refunded       bigint not null default 0 check (refunded >= 0),
  primary key (merchant_id, voucher_id),
  check (used + refunded <= amount),
  check (uses_held > uses_refunded or used + refunded = amount)
);
comment on table checkout.sold is 'owner: merchant_id';
create index on checkout.sold (merchant_id, order_id);

-- The share of each use, so that an undone one brings back exactly what it took.
create table checkout.uses (
  merchant_id    uuid not null,
  redemption_id  uuid not null,
  voucher_id     uuid not null,
  amount         bigint not null check (amount >= 0),
  at             timestamptz not null,
  returned_at    timestamptz,
  primary key (merchant_id, redemption_id)
);
comment on table checkout.uses is 'owner: merchant_id';
