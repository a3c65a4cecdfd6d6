-- Shares: links by which people pass things on, who came by them, and the tree of who brought whom to a merchant.
create schema shares;

-- One link per giver, thing and channel. `parent_id` is the share by which the giver came to this merchant, when somebody brought him.
create table shares.shares (
  person_id    uuid not null,                    -- the giver
  share_id     uuid not null default uuidv7(),
  code         text not null,
  kind         text not null check (length(kind) between 1 and 30),
  owner_id     uuid not null,
  thing_id     uuid not null,
  merchant_id  uuid,                             -- whose thing it is; null for a post, a person, a tribe
  channel      text not null check (length(channel) between 1 and 30),
  scene        text not null default '' check (length(scene) <= 80),
  parent_id    uuid,
  at           timestamptz not null,
  primary key (person_id, share_id),
  unique (person_id, kind, owner_id, thing_id, channel)
);
comment on table shares.shares is 'owner: person_id';
create index on shares.shares (merchant_id, at) where merchant_id is not null;

-- Where a code leads, for everybody who has it.
create table shares.codes (
  code       text not null primary key,
  person_id  uuid not null,
  share_id   uuid not null
);
comment on table shares.codes is 'owner: everyone';

-- Who opened a link: a person once for each link, a stranger's browser by the mark it carries until she signs in.
create table shares.arrivals (
  person_id    uuid not null,                    -- the giver
  share_id     uuid not null,
  arrival_id   uuid not null,                    -- random; a browser shows it again
  taker_id     uuid,                             -- null: a stranger so far, or erased
  merchant_id  uuid,
  at           timestamptz not null,
  primary key (person_id, share_id, arrival_id),
  foreign key (person_id, share_id) references shares.shares
);
comment on table shares.arrivals is 'owner: person_id';
create unique index on shares.arrivals (person_id, share_id, taker_id) where taker_id is not null;
create index on shares.arrivals (merchant_id, at) where merchant_id is not null;

-- The taker's own row: by which links she came to a merchant.
create table shares.ways (
  person_id    uuid not null,                    -- the taker
  merchant_id  uuid not null,
  giver_id     uuid not null,
  share_id     uuid not null,
  at           timestamptz not null,
  primary key (person_id, merchant_id, giver_id, share_id)
);
comment on table shares.ways is 'owner: person_id';

-- The tree of a merchant: each person hangs on it once, under the one who brought her first.
create table shares.branches (
  merchant_id  uuid not null,
  person_id    uuid not null,
  giver_id     uuid not null check (giver_id <> person_id),
  share_id     uuid not null,
  channel      text not null,
  scene        text not null default '',
  depth        integer not null check (depth > 0),   -- 1 under somebody whom nobody brought, at the moment it grew
  at           timestamptz not null,
  primary key (merchant_id, person_id)
);
comment on table shares.branches is 'owner: merchant_id';
create index on shares.branches (merchant_id, giver_id);
create index on shares.branches (merchant_id, at);
