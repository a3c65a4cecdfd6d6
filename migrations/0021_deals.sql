-- Deals: what a merchant sells ahead of a visit, the log of what staff did with it, and its photos.
create schema deals;

create table deals.deals (
  merchant_id    uuid not null,
  deal_id        uuid not null default uuidv7(),
  template_id    uuid not null,                        -- what the buyer gets, `vouchers_each` of it
  own_template   boolean not null,                     -- made with the deal, and changed with it
  vouchers_each  smallint not null default 1 check (vouchers_each between 1 and 20),
  title          text not null check (length(title) between 1 and 120),
  about          text not null default '' check (length(about) <= 4000),
  terms          text not null default '' check (length(terms) <= 2000),
  price          bigint not null check (price between 1 and 1000000000000),      -- minor units of the merchant's currency
  value          bigint check (value between price and 1000000000000),           -- what it costs otherwise
  stock          bigint check (stock between 1 and 1000000000),                  -- how many are sold in all; null: no limit
  starts_at      timestamptz not null,
  ends_at        timestamptz not null,
  per_person     integer check (per_person between 1 and 1000),
  flash          boolean not null default false,
  hold_seconds   integer not null default 900 check (hold_seconds between 60 and 7200),
  group_size     smallint check (group_size between 2 and 100),
  group_price    bigint check (group_price between 1 and price),
  group_hours    smallint check (group_hours between 1 and 720),
  status         text not null default 'draft' check (status in ('draft', 'on', 'stopped')),
  created_at     timestamptz not null,
  published_at   timestamptz,
  primary key (merchant_id, deal_id),
  foreign key (merchant_id, template_id) references vouchers.templates,
  check (ends_at > starts_at),
  check ((status = 'draft') = (published_at is null)),
  check ((group_size is null) = (group_price is null) and (group_size is null) = (group_hours is null))
);
comment on table deals.deals is 'owner: merchant_id';
create index on deals.deals (merchant_id, created_at desc, deal_id desc);
create index on deals.deals (merchant_id, ends_at) where status = 'on';

create table deals.steps (
  merchant_id  uuid not null,
  deal_id      uuid not null,
  step_id      uuid not null default uuidv7(),
  step         text not null check (step in ('created', 'changed', 'published', 'stopped', 'reopened', 'stock_added')),
  amount       bigint check (amount > 0),              -- how many were added to the stock
  reason       text not null default '' check (length(reason) <= 500),
  person_id    uuid not null,
  at           timestamptz not null,
  primary key (merchant_id, deal_id, step_id),
  foreign key (merchant_id, deal_id) references deals.deals
);
comment on table deals.steps is 'owner: merchant_id';

create table deals.photos (
  merchant_id   uuid not null,
  deal_id       uuid not null,
  photo_id      uuid not null default uuidv7(),
  position      integer not null,                      -- the lowest is shown first
  content_type  text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp')),
  width         integer not null check (width > 0),
  height        integer not null check (height > 0),
  body          bytea not null check (length(body) <= 3000000),
  added_by      uuid not null,
  at            timestamptz not null,
  primary key (merchant_id, deal_id, photo_id),
  foreign key (merchant_id, deal_id) references deals.deals
);
comment on table deals.photos is 'owner: merchant_id';
