-- Ledger: value moves from one account to another, so the books sum to zero by their shape. Points are its first unit.
create schema ledger;

-- The balance of a holder who may spend (a member); the merchant's own accounts have no row: their balance is the sum of transfers.
create table ledger.accounts (
  merchant_id  uuid not null,
  holder_id    uuid not null,
  kind         text not null check (kind in ('active', 'pending')),
  unit         text not null,                                       -- 'points' or a currency
  balance      bigint not null default 0,
  may_owe      boolean not null default false,
  primary key (merchant_id, holder_id, kind, unit),
  check (may_owe or balance >= 0)
);
comment on table ledger.accounts is 'owner: merchant_id';

create table ledger.lots (
  merchant_id    uuid not null,
  lot_id         uuid not null default uuidv7(),
  person_id      uuid not null,
  unit           text not null default 'points',
  state          text not null check (state in ('pending', 'active', 'closed')),
  amount         bigint not null check (amount > 0),
  remaining      bigint not null check (remaining between 0 and amount),
  pending_until  timestamptz,
  expires_at     timestamptz,
  reference      uuid,                                              -- what was earned by: a purchase
  at             timestamptz not null,
  primary key (merchant_id, lot_id)
);
comment on table ledger.lots is 'owner: merchant_id';
create index on ledger.lots (merchant_id, person_id, expires_at) where state <> 'closed';
create index on ledger.lots (merchant_id, pending_until) where state = 'pending';
create index on ledger.lots (merchant_id, expires_at) where state = 'active';
create index on ledger.lots (merchant_id, reference) where reference is not null;

create table ledger.transfers (
  merchant_id  uuid not null,
  transfer_id  uuid not null default uuidv7(),
  from_holder  uuid not null,
  from_kind    text not null,   -- issued | pending | active | spent | expired | reversed
  to_holder    uuid not null,
  to_kind      text not null,
  unit         text not null,
  amount       bigint not null check (amount > 0),
  reason       text not null check (length(reason) <= 120),
  reference    uuid,
  lot_id       uuid,
  at           timestamptz not null,
  primary key (merchant_id, transfer_id),
  check ((from_holder, from_kind) <> (to_holder, to_kind))
);
comment on table ledger.transfers is 'owner: merchant_id';
create index on ledger.transfers (merchant_id, to_holder, transfer_id);
create index on ledger.transfers (merchant_id, from_holder, transfer_id);
create index on ledger.transfers (merchant_id, reference) where reference is not null;
