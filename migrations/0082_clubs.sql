-- Clubs: the groups of a merchant's members, each with a conversation of its own (chat.conversations of kind members), and what happens in them.
create schema clubs;

-- Who is in a group stands in chat.members of its conversation, and there alone.
create table clubs.groups (
  merchant_id      uuid not null references merchants.merchants,
  group_id         uuid not null default uuidv7(),
  conversation_id  uuid not null,
  store_id         uuid,                                             -- of one store; null: of all
  title            text not null check (length(title) between 1 and 80),
  about            text not null default '' check (length(about) <= 1000),
  tier_from        smallint check (tier_from >= 0),                  -- for members from this tier on; null: for all
  opened_by        uuid,
  created_at       timestamptz not null,
  closed_at        timestamptz,
  primary key (merchant_id, group_id)
);
comment on table clubs.groups is 'owner: merchant_id';
create index on clubs.groups (conversation_id);
create index on clubs.groups (opened_by);

create table clubs.activities (
  merchant_id   uuid not null,
  activity_id   uuid not null default uuidv7(),
  group_id      uuid not null,
  title         text not null check (length(title) between 1 and 80),
  text          text not null default '' check (length(text) <= 2000),
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  zone          text not null,                                       -- IANA time zone of where it is
  store_id      uuid,
  spot          text not null default '' check (length(spot) <= 120),
  deal_id       uuid,
  capacity      integer check (capacity > 0),                        -- null: whoever comes
  coming        integer not null default 0 check (coming >= 0 and coming <= capacity),
  posted_by     uuid,
  created_at    timestamptz not null,
  cancelled_at  timestamptz,
  primary key (merchant_id, activity_id),
  foreign key (merchant_id, group_id) references clubs.groups,
  check (ends_at > starts_at)
);
comment on table clubs.activities is 'owner: merchant_id';
create index on clubs.activities (merchant_id, group_id, starts_at);
create index on clubs.activities (posted_by);

create table clubs.comings (
  merchant_id  uuid not null,
  activity_id  uuid not null,
  person_id    uuid not null,
  at           timestamptz not null,
  primary key (merchant_id, activity_id, person_id),
  foreign key (merchant_id, activity_id) references clubs.activities
);
comment on table clubs.comings is 'owner: merchant_id';
create index on clubs.comings (person_id);
