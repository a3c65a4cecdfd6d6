-- Settlement: what the platform, agents and operators get (agreements), what merchants are owed day by day (settlement), and paying it (payouts).
create extension if not exists btree_gist;

create schema agreements;

-- What the platform takes of every use, in basis points (hundredths of a percent), where a merchant has no terms of its own.
create table agreements.default_terms (
  starts_at            timestamptz primary key,
  basis_points         integer not null check (basis_points between 0 and 5000),
  stored_basis_points  integer not null default 0 check (stored_basis_points between 0 and 5000),
  set_by               uuid not null,
  at                   timestamptz not null
);
comment on table agreements.default_terms is 'owner: everyone';

create table agreements.terms (
  merchant_id          uuid not null,
  starts_at            timestamptz not null,
  basis_points         integer not null check (basis_points between 0 and 5000),
  stored_basis_points  integer not null default 0 check (stored_basis_points between 0 and 5000),   -- of payments with stored value
  set_by               uuid not null,
  at                   timestamptz not null,
  primary key (merchant_id, starts_at)
);
comment on table agreements.terms is 'owner: merchant_id';

-- Agents and operator firms.
create table agreements.parties (
  party_id        uuid not null default uuidv7() primary key,
  name            text not null check (length(name) between 1 and 120),
  territory       text[] not null default '{}',                    -- cities an agent works in; none: everywhere
  account_holder  text not null default '' check (length(account_holder) <= 120),
  account         text not null default '' check (length(account) <= 60),
  created_by      uuid not null,
  created_at      timestamptz not null
);
comment on table agreements.parties is 'owner: everyone';

create table agreements.party_people (
  person_id  uuid not null,
  party_id   uuid not null references agreements.parties,
  added_by   uuid not null,
  added_at   timestamptz not null,
  primary key (person_id, party_id)
);
comment on table agreements.party_people is 'owner: person_id';
create index on agreements.party_people (party_id);

-- No two agents, and no two operators, earn on one merchant at the same moment.
create table agreements.agreements (
  merchant_id   uuid not null,
  agreement_id  uuid not null default uuidv7(),
  party_id      uuid not null references agreements.parties,
  role          text not null check (role in ('agent', 'operator')),
  basis_points  integer not null check (basis_points between 1 and 2500),
  starts_at     timestamptz not null,
  ends_at       timestamptz not null default 'infinity' check (ends_at >= starts_at),
  made_by       uuid not null,
  made_at       timestamptz not null,
  primary key (merchant_id, agreement_id),
  exclude using gist (merchant_id with =, role with =, tstzrange(starts_at, ends_at) with &&)
);
comment on table agreements.agreements is 'owner: merchant_id';
create index on agreements.agreements (party_id);

create schema settlement;

-- One row a merchant: the first day that lines may still be added to. Who adds lines shares its lock, who closes a day has it alone.
create table settlement.books (
  merchant_id  uuid not null primary key,
  zone         text not null,
  currency     text not null,
  open_day     date not null
);
comment on table settlement.books is 'owner: merchant_id';

-- Days with lines that are not closed yet.
create table settlement.open_days (
  merchant_id  uuid not null,
  day          date not null,
  closes_at    timestamptz not null,
  primary key (merchant_id, day)
);
comment on table settlement.open_days is 'owner: merchant_id';
create index on settlement.open_days (closes_at);

-- Uses of sold vouchers whose hour for undoing has not passed, already split by the terms of the moment of use.
create table settlement.due (
  merchant_id    uuid not null,
  redemption_id  uuid not null,
  voucher_id     uuid not null,
  store_id       uuid not null,
  gross          bigint not null check (gross > 0),
  platform       bigint not null check (platform >= 0),
  agent          bigint not null check (agent >= 0),
  operator       bigint not null check (operator >= 0),
  agent_id       uuid,
  operator_id    uuid,
  redeemed_at    timestamptz not null,
  due_at         timestamptz not null,
  primary key (merchant_id, redemption_id),
  check (platform + agent + operator <= gross)
);
comment on table settlement.due is 'owner: merchant_id';
create index on settlement.due (due_at);

-- One line for all that changes what a merchant is owed: net is added to it. The line of a use has the id of its redemption, so a use
-- can't be settled twice.
create table settlement.lines (
  merchant_id  uuid not null,
  line_id      uuid not null,
  kind         text not null check (kind in ('use', 'use_returned', 'refund', 'stored', 'stored_return', 'payout', 'payout_returned', 'correction')),
  day          date not null,
  at           timestamptz not null,
  run_id       uuid not null,                      -- the reference of the movements it was booked with
  reverses     uuid,                               -- the line that this one takes back, in part or as a whole
  store_id     uuid,
  voucher_id   uuid,
  gross        bigint not null,
  platform     bigint not null,
  agent        bigint not null,
  operator     bigint not null,
  net          bigint not null,
  agent_id     uuid,
  operator_id  uuid,
  note         text check (length(note) <= 300),
  primary key (merchant_id, line_id),
  check (gross = platform + agent + operator + net),
  check (agent = 0 or agent_id is not null),
  check (operator = 0 or operator_id is not null)
);
comment on table settlement.lines is 'owner: merchant_id';
create index on settlement.lines (merchant_id, day, line_id);
create index on settlement.lines (merchant_id, reverses) where reverses is not null;
create function settlement.stays() returns trigger language plpgsql as $$
begin
  raise exception 'lines of a statement are never changed, only added' using errcode = 'restrict_violation';
end $$;
create trigger lines_stay before update or delete on settlement.lines for each row execute function settlement.stays();

create table settlement.statements (
  merchant_id  uuid not null,
  day          date not null,
  zone         text not null,
  currency     text not null,
  opening      bigint not null,
  closing      bigint not null,
  lines        bigint not null,
  closed_at    timestamptz not null,
  primary key (merchant_id, day)
);
comment on table settlement.statements is 'owner: merchant_id';
create trigger statements_stay before update or delete on settlement.statements for each row execute function settlement.stays();

create table settlement.totals (
  merchant_id  uuid not null,
  day          date not null,
  kind         text not null,
  lines        bigint not null,
  gross        bigint not null,
  platform     bigint not null,
  agent        bigint not null,
  operator     bigint not null,
  net          bigint not null,
  primary key (merchant_id, day, kind),
  foreign key (merchant_id, day) references settlement.statements
);
comment on table settlement.totals is 'owner: merchant_id';

-- What an agent or operator earned on one merchant in one closed day; below zero when more was refunded than used.
create table settlement.earnings (
  merchant_id  uuid not null,
  party_id     uuid not null,
  day          date not null,
  role         text not null check (role in ('agent', 'operator')),
  currency     text not null,
  lines        bigint not null,
  gross        bigint not null,
  amount       bigint not null,
  primary key (merchant_id, party_id, day, role),
  foreign key (merchant_id, day) references settlement.statements
);
comment on table settlement.earnings is 'owner: merchant_id';
create index on settlement.earnings (party_id, day);

-- What a look at all books found: nothing, when they are in order.
create table settlement.checks (
  check_id  uuid not null default uuidv7() primary key,
  at        timestamptz not null,
  seconds   double precision not null,
  found     jsonb not null,
  wanted_by uuid                                    -- null: the nightly one
);
comment on table settlement.checks is 'owner: here';

create schema payouts;

create table payouts.accounts (
  merchant_id     uuid not null primary key,
  account_holder  text not null check (length(account_holder) between 1 and 120),
  account         text not null check (length(account) between 4 and 60),
  changed_by      uuid not null,
  changed_at      timestamptz not null,
  refused_at      timestamptz                       -- a bank sent a payout back: nothing is paid until the account is written again
);
comment on table payouts.accounts is 'owner: merchant_id';

create table payouts.account_changes (
  merchant_id     uuid not null,
  change_id       uuid not null default uuidv7(),
  account_holder  text not null,
  account         text not null,                    -- masked
  changed_by      uuid not null,
  at              timestamptz not null,
  primary key (merchant_id, change_id)
);
comment on table payouts.account_changes is 'owner: merchant_id';

-- What is paid out of a merchant's books: to itself (no party), or to an agent or operator. Rows of one transfer share a bundle.
create table payouts.payouts (
  merchant_id     uuid not null,
  payout_id       uuid not null default uuidv7(),
  bundle_id       uuid not null,
  party_id        uuid,
  day             date not null,                    -- the closed day up to which it pays
  currency        text not null,
  amount          bigint not null check (amount <> 0),
  account_holder  text not null,
  account         text not null,
  status          text not null default 'open' check (status in ('open', 'paid', 'returned')),
  bank_reference  text not null default '' check (length(bank_reference) <= 120),
  at              timestamptz not null,
  decided_by      uuid,
  decided_at      timestamptz,
  primary key (merchant_id, payout_id),
  check (party_id is not null or amount > 0)
);
comment on table payouts.payouts is 'owner: merchant_id';
create unique index on payouts.payouts (merchant_id, party_id, day, currency) nulls not distinct where status <> 'returned';
create index on payouts.payouts (bundle_id);
create index on payouts.payouts (status, bundle_id) where status = 'open';
create index on payouts.payouts (party_id, bundle_id) where party_id is not null;

-- From which amount on it is paid out; a currency without a row: from the smallest.
create table payouts.minimums (
  currency  text not null primary key check (currency ~ '^[A-Z]{3}$'),
  minimum   bigint not null check (minimum > 0),
  set_by    uuid not null,
  at        timestamptz not null
);
comment on table payouts.minimums is 'owner: everyone';

-- The nights on which agents and operators were paid.
create table payouts.nights (
  day  date not null primary key,
  at   timestamptz not null
);
comment on table payouts.nights is 'owner: here';
