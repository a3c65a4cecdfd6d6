-- What staff did with templates, whom a batch line was for, and bulk withdrawals of unused vouchers.
create table vouchers.template_steps (
  merchant_id  uuid not null,
  template_id  uuid not null,
  step_id      uuid not null default uuidv7(),
  step         text not null check (step in ('created', 'changed', 'paused', 'resumed', 'ended', 'stock_added', 'withdrawn')),
  amount       bigint check (amount > 0),              -- how many were added to the stock
  person_id    uuid not null,
  at           timestamptz not null,
  primary key (merchant_id, template_id, step_id),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table vouchers.template_steps is 'owner: merchant_id';

-- A person gets at most one voucher of a batch, whatever the lines say.
alter table batches.lines add column person_id uuid;
create unique index on batches.lines (merchant_id, batch_id, person_id) where voucher_id is not null;

-- All unused vouchers of a template, voided in chunks by the worker.
create table vouchers.withdrawals (
  merchant_id    uuid not null,
  withdrawal_id  uuid not null default uuidv7(),
  template_id    uuid not null,
  staff_id       uuid not null,
  reason         text not null check (length(reason) between 1 and 500),
  done           integer not null default 0,
  at             timestamptz not null,
  finished_at    timestamptz,
  primary key (merchant_id, withdrawal_id),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table vouchers.withdrawals is 'owner: merchant_id';
