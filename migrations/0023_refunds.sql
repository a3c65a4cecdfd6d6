-- Refunds: what went back of an order, who wanted it and why; and runs that refund all of a deal.
create schema refunds;

create table refunds.refunds (
  merchant_id    uuid not null,
  refund_id      uuid not null,
  order_id       uuid not null,
  person_id      uuid not null,                     -- who paid, and gets it back
  payment_id     uuid not null,
  returned_id    uuid,                              -- the refund of the payment: written in the same transaction
  actor          text not null check (actor in ('person', 'merchant', 'platform', 'system')),
  by_id          uuid,                              -- who asked; null: by itself
  why            text not null check (why in ('asked', 'ended', 'group', 'deal', 'agreed')),
  reason         text not null default '',
  amount         bigint not null check (amount > 0),
  currency       text not null,
  vouchers       uuid[] not null default '{}',
  redemption_id  uuid,                              -- the use that was refunded by agreement: once
  status         text not null default 'under_way' check (status in ('under_way', 'succeeded', 'failed')),
  at             timestamptz not null,
  ended_at       timestamptz,
  primary key (merchant_id, refund_id),
  unique (merchant_id, returned_id),
  unique (merchant_id, redemption_id),
  check ((why = 'agreed') = (redemption_id is not null)),
  check ((actor = 'system') = (by_id is null)),
  check ((status = 'under_way') = (ended_at is null))
);
comment on table refunds.refunds is 'owner: merchant_id';
create index on refunds.refunds (merchant_id, order_id);
create index on refunds.refunds (merchant_id, at desc, refund_id desc);
create index on refunds.refunds (at desc, refund_id desc) where status = 'failed';

-- All of a deal goes back: by the worker, voucher by voucher in the order they were sold.
create table refunds.deal_runs (
  merchant_id    uuid not null,
  run_id         uuid not null default uuidv7(),
  deal_id        uuid not null,
  by_id          uuid not null,
  actor          text not null check (actor in ('merchant', 'platform')),
  reason         text not null,
  at             timestamptz not null,
  total          integer not null default 0,        -- vouchers sold when it began
  passed         integer not null default 0,        -- vouchers looked at
  refunded       integer not null default 0,        -- vouchers that were unused
  amount         bigint not null default 0,
  after_id       uuid not null default '00000000-0000-0000-0000-000000000000',
  finished_at    timestamptz,
  primary key (merchant_id, run_id)
);
comment on table refunds.deal_runs is 'owner: merchant_id';
create unique index on refunds.deal_runs (merchant_id, deal_id) where finished_at is null;
create index on refunds.deal_runs (at) where finished_at is null;
