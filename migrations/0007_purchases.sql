-- Purchases: what was bought at a till, by whom where known, with its lines.
create schema purchases;

create table purchases.purchases (
  merchant_id  uuid not null,
  purchase_id  uuid not null default uuidv7(),
  store_id     uuid not null,
  staff_id     uuid,                                 -- null: imported
  person_id    uuid,                                 -- null: a guest without a card
  total        bigint not null check (total >= 0),   -- minor units before vouchers
  discount     bigint not null default 0 check (discount between 0 and total),
  points       bigint not null default 0 check (points >= 0),
  request_key  text not null check (length(request_key) between 1 and 200),
  note         text not null default '' check (length(note) <= 500),
  at           timestamptz not null,
  primary key (merchant_id, purchase_id),
  unique (merchant_id, request_key)
);
comment on table purchases.purchases is 'owner: merchant_id';
create index on purchases.purchases (merchant_id, at desc, purchase_id);
create index on purchases.purchases (merchant_id, person_id, at desc) where person_id is not null;
create index on purchases.purchases (merchant_id, store_id, at desc, purchase_id);

create table purchases.lines (
  merchant_id  uuid not null,
  purchase_id  uuid not null,
  line         integer not null,
  article      text not null check (length(article) <= 64),
  quantity     integer not null,
  amount       bigint not null,                       -- minor units for the whole line, after the shop's own price cuts
  primary key (merchant_id, purchase_id, line)
);
comment on table purchases.lines is 'owner: merchant_id';

create table purchases.reversals (
  merchant_id  uuid not null,
  purchase_id  uuid not null,
  staff_id     uuid not null,
  reason       text not null check (length(reason) between 1 and 500),
  request_key  text not null check (length(request_key) between 1 and 200),
  at           timestamptz not null,
  primary key (merchant_id, purchase_id),
  unique (merchant_id, request_key),
  foreign key (merchant_id, purchase_id) references purchases.purchases
);
comment on table purchases.reversals is 'owner: merchant_id';
