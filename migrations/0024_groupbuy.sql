-- Group buy: groups that start selling once enough people paid before a deadline, and their places.
create schema groupbuy;

create table groupbuy.groups (
  merchant_id  uuid not null,
  group_id     uuid not null,
  deal_id      uuid not null,
  lead_id      uuid not null,                       -- who started it, or whoever it passed to
  needed       smallint not null check (needed >= 2),
  price        bigint not null check (price > 0),   -- for each, minor units
  currency     text not null,
  status       text not null default 'open' check (status in ('open', 'filled', 'failed', 'closed')),
  why          text not null default '' check (why in ('', 'deadline', 'stopped', 'empty')),
  taken        smallint not null check (taken between 0 and needed),      -- places held or paid
  paid         smallint not null default 0 check (paid between 0 and taken),
  deadline     timestamptz not null,
  created_at   timestamptz not null,
  ended_at     timestamptz,
  primary key (merchant_id, group_id),
  check ((status = 'open') = (ended_at is null)),
  check (status <> 'filled' or paid = needed),
  check ((status in ('failed', 'closed')) = (why <> ''))
);
comment on table groupbuy.groups is 'owner: merchant_id';
create index on groupbuy.groups (merchant_id, deal_id, deadline) where status = 'open';
create index on groupbuy.groups (deadline) where status = 'open';

-- One person has at most one place in a group. Whoever changes a place holds the row of its group.
create table groupbuy.places (
  merchant_id  uuid not null,
  group_id     uuid not null,
  person_id    uuid not null,
  order_id     uuid not null,
  status       text not null check (status in ('held', 'paid', 'left', 'lapsed', 'ended')),
  joined_at    timestamptz not null,
  paid_at      timestamptz check (status <> 'paid' or paid_at is not null),
  primary key (merchant_id, group_id, person_id),
  unique (merchant_id, order_id),
  foreign key (merchant_id, group_id) references groupbuy.groups,
  foreign key (merchant_id, order_id) references checkout.orders
);
comment on table groupbuy.places is 'owner: merchant_id';

-- The same from the person's side: the statement that makes a place makes this first, so that nobody is in a group who isn't a person.
create table groupbuy.seats (
  person_id    uuid not null references people.people,
  merchant_id  uuid not null,
  group_id     uuid not null,
  at           timestamptz not null,
  primary key (person_id, merchant_id, group_id)
);
comment on table groupbuy.seats is 'owner: person_id';
