-- Vouchers: templates are rules, vouchers are issued from them, redemptions, undos and voidings are rows.
create schema vouchers;

create table vouchers.templates (
  merchant_id         uuid not null,
  template_id         uuid not null default uuidv7(),
  kind                text not null check (kind in ('money_off', 'percent_off', 'gift', 'trial', 'cash', 'deal', 'reward', 'pass')),
  title               text not null check (length(title) between 1 and 120),
  terms               text not null default '' check (length(terms) <= 2000),
  value               bigint not null default 0 check (value >= 0),          -- minor units off; percent for percent_off
  max_off             bigint check (max_off > 0),                            -- cap of a percentage, minor units
  gives               text not null default '' check (length(gives) <= 200), -- what a gift, trial, reward or pass gives
  uses                integer not null default 1 check (uses between 1 and 10000),
  stock               bigint check (stock >= 0),                             -- how many may still be issued; null: no limit
  stock_initial       bigint check ((stock is null) = (stock_initial is null)),
  per_person          integer check (per_person > 0),
  per_natural_person  integer check (per_natural_person > 0),                -- counted by verified phone number
  minimum_spend       bigint not null default 0 check (minimum_spend >= 0),
  stacking            text not null default 'alone' check (stacking in ('alone', 'one_per_class', 'free')),
  stacking_class      text not null default '' check (length(stacking_class) <= 40),
  transferable        boolean not null default false,
  weekdays            smallint not null default 127 check (weekdays between 1 and 127),   -- bit 0 is Monday
  window1_from        time,
  window1_to          time check ((window1_from is null) = (window1_to is null)),   -- before `from`: past midnight
  window2_from        time,
  window2_to          time check ((window2_from is null) = (window2_to is null)),
  starts_at           timestamptz,                                          -- fixed validity, or from when it may be issued
  ends_at             timestamptz,
  valid_days          integer check (valid_days between 1 and 3660),        -- counted from issue, to the end of the day in `zone`
  zone                text not null,
  status              text not null default 'active' check (status in ('active', 'paused', 'ended')),
  created_by          uuid not null,
  created_at          timestamptz not null,
  primary key (merchant_id, template_id),
  check (window2_from is null or window1_from is not null),
  check (ends_at is not null or valid_days is not null),
  check (ends_at is null or starts_at is null or ends_at > starts_at)
);
comment on table vouchers.templates is 'owner: merchant_id';

-- Whether one day window covers a local time; a window past midnight belongs to the weekday on which it opened.
create function vouchers.window_covers(weekdays smallint, opens time, closes time, local timestamp) returns boolean
language sql immutable parallel safe as $$
  select case when opens < closes then local::time >= opens and local::time < closes and (weekdays >> (extract(isodow from local)::int - 1)) & 1 = 1
    else (local::time >= opens and (weekdays >> (extract(isodow from local)::int - 1)) & 1 = 1)
      or (local::time < closes and (weekdays >> (extract(isodow from local - interval '1 day')::int - 1)) & 1 = 1) end
$$;

-- Whether a template's weekdays and windows allow a local time.
create function vouchers.allows(weekdays smallint, from1 time, to1 time, from2 time, to2 time, local timestamp) returns boolean
language sql immutable parallel safe as $$
  select case when from1 is null then (weekdays >> (extract(isodow from local)::int - 1)) & 1 = 1
    else vouchers.window_covers(weekdays, from1, to1, local) or (from2 is not null and vouchers.window_covers(weekdays, from2, to2, local)) end
$$;

create table vouchers.template_stores (
  merchant_id  uuid not null,
  template_id  uuid not null,
  store_id     uuid not null,
  primary key (merchant_id, template_id, store_id),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table vouchers.template_stores is 'owner: merchant_id';

create table vouchers.template_articles (
  merchant_id  uuid not null,
  template_id  uuid not null,
  code         text not null,
  excluded     boolean not null default false,     -- excluded articles don't count towards the bill; otherwise one of these must be on it
  primary key (merchant_id, template_id, code),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table vouchers.template_articles is 'owner: merchant_id';

-- What a new member gets: a welcome voucher for all, a surprise while stock lasts, or one chance in a draw.
create table vouchers.welcomes (
  merchant_id  uuid not null,
  template_id  uuid not null,
  manner       text not null check (manner in ('welcome', 'surprise', 'draw')),
  weight       integer not null default 1 check (weight between 1 and 1000000),   -- parts of a million in a draw; the rest draws nothing
  primary key (merchant_id, template_id),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table vouchers.welcomes is 'owner: merchant_id';

create table vouchers.holdings (
  merchant_id  uuid not null,
  template_id  uuid not null,
  holder_id    uuid not null,                       -- the person, or a UUID made from the verified phone number
  issued       integer not null check (issued >= 0),
  primary key (merchant_id, template_id, holder_id)
);
comment on table vouchers.holdings is 'owner: merchant_id';

-- No foreign key to its template, nor from a redemption to its voucher: each is made by a statement that reads the other row, which
-- is never deleted, and the check of every row would cost a fifth of the statement.
create table vouchers.vouchers (
  merchant_id  uuid not null,
  voucher_id   uuid not null default uuidv7(),
  code         text not null,
  template_id  uuid not null,
  person_id    uuid not null,
  status       text not null default 'issued' check (status in ('issued', 'held', 'gifting', 'redeemed', 'expired', 'voided')),
  uses_left    integer not null check (uses_left >= 0),
  uses_made    integer not null default 0,            -- grows with every use, also after an undo
  starts_at    timestamptz not null,
  ends_at      timestamptz not null check (ends_at > starts_at),
  source       text not null check (source in ('scan', 'claim', 'message', 'campaign', 'purchase', 'api', 'batch', 'welcome', 'staff')),
  reference    uuid,                                  -- the scene, batch, purchase it came from
  issued_at    timestamptz not null,
  primary key (merchant_id, voucher_id),
  unique (merchant_id, code),
  check (status in ('expired', 'voided') or (status = 'redeemed') = (uses_left = 0))
);
comment on table vouchers.vouchers is 'owner: merchant_id';
create index on vouchers.vouchers (merchant_id, person_id, ends_at);
create index on vouchers.vouchers (merchant_id, template_id, voucher_id);
create index on vouchers.vouchers (merchant_id, ends_at) where status = 'issued';

create table vouchers.redemptions (
  merchant_id    uuid not null,
  redemption_id  uuid not null default uuidv7(),
  voucher_id     uuid not null,
  use            integer not null,                   -- which use of the voucher: no use can have two rows
  store_id       uuid not null,
  staff_id       uuid not null,
  person_id      uuid not null,
  request_key    text not null check (length(request_key) between 1 and 200),
  bill           bigint check (bill >= 0),           -- minor units, where the till told it
  discount       bigint check (discount >= 0),
  article        text not null default '' check (length(article) <= 64),
  purchase_id    uuid,
  at             timestamptz not null,
  primary key (merchant_id, redemption_id),
  unique (merchant_id, voucher_id, use),
  unique (merchant_id, request_key)
);
comment on table vouchers.redemptions is 'owner: merchant_id';
create index on vouchers.redemptions (merchant_id, store_id, at desc, redemption_id);
create index on vouchers.redemptions (merchant_id, person_id, at desc);

create table vouchers.undos (
  merchant_id    uuid not null,
  redemption_id  uuid not null,
  staff_id       uuid not null,
  request_key    text not null check (length(request_key) between 1 and 200),
  reason         text not null default '' check (length(reason) <= 500),
  at             timestamptz not null,
  primary key (merchant_id, redemption_id),
  unique (merchant_id, request_key),
  foreign key (merchant_id, redemption_id) references vouchers.redemptions
);
comment on table vouchers.undos is 'owner: merchant_id';

create table vouchers.voidings (
  merchant_id  uuid not null,
  voucher_id   uuid not null,
  staff_id     uuid not null,
  reason       text not null check (length(reason) between 1 and 500),
  at           timestamptz not null,
  primary key (merchant_id, voucher_id),
  foreign key (merchant_id, voucher_id) references vouchers.vouchers
);
comment on table vouchers.voidings is 'owner: merchant_id';

-- The person's own list of what can still be used; a row goes when the voucher is used up, and comes back with an undo.
create table vouchers.wallet_vouchers (
  person_id    uuid not null,
  merchant_id  uuid not null,
  voucher_id   uuid not null,
  code         text not null,
  title        text not null,
  kind         text not null,
  value        bigint not null,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  primary key (person_id, merchant_id, voucher_id)
);
comment on table vouchers.wallet_vouchers is 'owner: person_id';
create index on vouchers.wallet_vouchers (person_id, ends_at, voucher_id);

create schema batches;

create table batches.batches (
  merchant_id  uuid not null,
  batch_id     uuid not null default uuidv7(),
  template_id  uuid not null,
  name         text not null check (length(name) <= 120),
  total        integer not null,
  done         integer not null default 0,
  refused      integer not null default 0,
  status       text not null default 'waiting' check (status in ('waiting', 'running', 'finished', 'stopped')),
  started_by   uuid not null,
  created_at   timestamptz not null,
  finished_at  timestamptz,
  primary key (merchant_id, batch_id),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table batches.batches is 'owner: merchant_id';

create table batches.lines (
  merchant_id  uuid not null,
  batch_id     uuid not null,
  line         integer not null,
  member       text not null check (length(member) <= 254),     -- member number, phone or e-mail as the file has it
  outcome      text,                                            -- null: still to do; issued, or the refusal's name
  voucher_id   uuid,
  primary key (merchant_id, batch_id, line),
  foreign key (merchant_id, batch_id) references batches.batches
);
comment on table batches.lines is 'owner: merchant_id';
create index on batches.lines (merchant_id, batch_id, line) where outcome is null;
