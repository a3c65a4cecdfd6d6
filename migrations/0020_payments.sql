-- Payments: an attempt to pay something through a provider, what was captured of it, and what goes back.
create schema payments;

create table payments.payments (
  merchant_id   uuid not null,
  payment_id    uuid not null default uuidv7(),
  person_id     uuid not null,
  purpose       text not null check (purpose in ('order', 'top_up')),
  reference     uuid not null,                                      -- the order or top-up
  title         text not null check (length(title) between 1 and 200),
  amount        bigint not null check (amount > 0),
  currency      text not null,
  provider      text not null,
  status        text not null default 'created' check (status in ('created', 'started', 'captured', 'ended')),
  why           text not null default '' check (why in ('', 'failed', 'timed_out', 'cancelled')),
  unknown       boolean not null default false,                     -- the provider's last answer told nothing
  until         timestamptz not null,                               -- our time limit
  provider_ref  text not null default '',
  url           text not null default '',                           -- where the guest pays
  qr            text not null default '',                           -- or what she scans
  captured      bigint not null default 0 check (captured >= 0),    -- of all captures, surplus ones too
  refunded      bigint not null default 0 check (refunded between 0 and captured),
  return_to     text not null,
  phone         text not null default '',                           -- network address of the payer's phone, when it is one
  created_at    timestamptz not null,
  ended_at      timestamptz,                                        -- when it was captured or ended
  visits        integer not null default 0,                         -- how often the provider was asked
  next_at       timestamptz,                                        -- when it is asked next
  primary key (merchant_id, payment_id),
  check ((status in ('created', 'started')) = (ended_at is null)),
  check (status <> 'ended' or why <> '')
);
comment on table payments.payments is 'owner: merchant_id';
create index on payments.payments (merchant_id, purpose, reference);
create index on payments.payments (person_id, payment_id);
create index on payments.payments (provider, next_at) where next_at is not null;
create index on payments.payments (payment_id);
create index on payments.payments (payment_id) where unknown;

-- Money that a provider took from a guest. Only the first one of a payment, in time and of the right amount, is not surplus.
create table payments.captures (
  merchant_id   uuid not null,
  capture_id    uuid not null default uuidv7(),
  payment_id    uuid not null,
  provider      text not null,
  provider_ref  text not null,
  amount        bigint not null check (amount > 0),
  currency      text not null,
  surplus       text not null default '' check (surplus in ('', 'paid_twice', 'late', 'wrong_amount', 'wrong_currency')),
  at            timestamptz not null,
  primary key (merchant_id, capture_id),
  unique (merchant_id, provider, provider_ref),
  foreign key (merchant_id, payment_id) references payments.payments (merchant_id, payment_id)
);
comment on table payments.captures is 'owner: merchant_id';
create unique index on payments.captures (merchant_id, payment_id) where surplus = '';
create index on payments.captures (merchant_id, payment_id);
create index on payments.captures (payment_id) where surplus <> '';

create table payments.refunds (
  merchant_id   uuid not null,
  refund_id     uuid not null default uuidv7(),
  payment_id    uuid not null,
  key           text not null check (length(key) between 1 and 200),
  amount        bigint not null check (amount > 0),
  reason        text not null check (length(reason) between 1 and 120),
  reference     uuid,
  status        text not null default 'requested' check (status in ('requested', 'pending', 'succeeded', 'failed')),
  unknown       boolean not null default false,
  provider_ref  text not null default '',
  tries         integer not null default 1,                          -- raised when an operator tries a failed one again
  at            timestamptz not null,
  ended_at      timestamptz,
  visits        integer not null default 0,
  next_at       timestamptz,
  primary key (merchant_id, refund_id),
  unique (merchant_id, payment_id, key),
  foreign key (merchant_id, payment_id) references payments.payments (merchant_id, payment_id)
);
comment on table payments.refunds is 'owner: merchant_id';
create index on payments.refunds (next_at) where next_at is not null;
create index on payments.refunds (payment_id) where status = 'failed' or unknown;

-- What a provider told us by itself: each notice counts once.
create table payments.notices (
  merchant_id   uuid not null,
  provider      text not null,
  notice_id     text not null check (length(notice_id) between 1 and 200),
  payment_id    uuid,
  refund_id     uuid,
  state         text not null,
  at            timestamptz not null,
  primary key (merchant_id, provider, notice_id)
);
comment on table payments.notices is 'owner: merchant_id';
create index on payments.notices (merchant_id, payment_id);

-- The test bank's own little book. No money moves.
create table payments.bank_keys (
  bank  text primary key,
  key   bytea not null
);
comment on table payments.bank_keys is 'owner: here';

create table payments.bank_payments (
  merchant_id      uuid not null,
  payment_id       uuid not null,
  title            text not null,
  amount           bigint not null check (amount > 0),
  currency         text not null,
  until            timestamptz not null,
  state            text not null default 'open' check (state in ('open', 'silent', 'paid', 'failed', 'closed')),
  refuses_refunds  boolean not null default false,
  paid_ref         text not null default '',                         -- of the first capture
  primary key (merchant_id, payment_id)
);
comment on table payments.bank_payments is 'owner: merchant_id';

create table payments.bank_refunds (
  merchant_id  uuid not null,
  refund_id    uuid not null,
  payment_id   uuid not null,
  amount       bigint not null check (amount > 0),
  state        text not null check (state in ('succeeded', 'failed')),
  primary key (merchant_id, refund_id)
);
comment on table payments.bank_refunds is 'owner: merchant_id';

create table payments.bank_notices (
  merchant_id  uuid not null,
  notice_id    uuid not null default uuidv7(),
  payment_id   uuid not null,
  body         bytea not null,
  signature    text not null,
  due_at       timestamptz,                                          -- null: delivered, or lost on purpose
  attempts     integer not null default 0,
  primary key (merchant_id, notice_id)
);
comment on table payments.bank_notices is 'owner: merchant_id';
create index on payments.bank_notices (due_at) where due_at is not null;
create index on payments.bank_notices (merchant_id, payment_id);
