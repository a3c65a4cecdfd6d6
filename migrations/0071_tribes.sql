-- Tribes: communities of people with one interest, their topics, and who keeps order among them.
create schema tribes;

-- The position is coarse (two decimals of a degree) and optional: "near me" needs no more.
create table tribes.tribes (
  tribe_id         uuid primary key default uuidv7(),
  merchant_id      uuid,                                            -- a merchant's own tribe
  name             text not null check (length(name) between 1 and 40),
  about            text not null default '' check (length(about) <= 1000),
  interest         text not null check (interest in ('food', 'coffee', 'outdoors', 'sport', 'film', 'music', 'books', 'games', 'craft', 'family', 'pets', 'travel', 'learning', 'other')),
  picture_by       uuid,
  picture_id       uuid,
  city             text not null default '' check (length(city) <= 80),
  longitude        double precision,
  latitude         double precision,
  spot             point,                                           -- the same in Mercator's plane
  approval         boolean not null default false,                  -- who joins is let in; topics are read by members alone
  merchants_post   boolean not null default false,                  -- merchants may put their activities here
  members          integer not null default 0 check (members >= 0),
  topics           integer not null default 0 check (topics >= 0),
  active_at        timestamptz not null,                            -- when somebody last wrote
  created_at       timestamptz not null,
  closed_at        timestamptz,                                     -- nobody is left to keep it
  hidden_at        timestamptz,                                     -- by a decision of the platform
  check ((picture_by is null) = (picture_id is null)),
  check ((longitude is null) = (latitude is null) and (longitude is null) = (spot is null))
);
comment on table tribes.tribes is 'owner: tribe_id';
create index on tribes.tribes (members desc, tribe_id desc) where closed_at is null and hidden_at is null;
create index on tribes.tribes (interest, members desc, tribe_id desc) where closed_at is null and hidden_at is null;
create index on tribes.tribes using gist (spot) where spot is not null and closed_at is null and hidden_at is null;

create table tribes.members (
  tribe_id    uuid not null references tribes.tribes,
  person_id   uuid not null,
  standing    text not null check (standing in ('asking', 'member', 'moderator', 'founder', 'removed')),
  note        text not null default '' check (length(note) <= 300), -- with which somebody asked
  at          timestamptz not null,
  primary key (tribe_id, person_id)
);
comment on table tribes.members is 'owner: tribe_id';
create unique index on tribes.members (tribe_id) where standing = 'founder';
create index on tribes.members (tribe_id, at, person_id) where standing <> 'removed';

-- A person's own list of tribes.
create table tribes.mine (
  person_id   uuid not null,
  tribe_id    uuid not null,
  standing    text not null check (standing in ('asking', 'member', 'moderator', 'founder')),
  at          timestamptz not null,
  primary key (person_id, tribe_id)
);
comment on table tribes.mine is 'owner: person_id';

-- What moderators did: who, when, to whom or what, why.
create table tribes.acts (
  tribe_id    uuid not null references tribes.tribes,
  act_id      uuid not null default uuidv7(),
  person_id   uuid,                                                 -- none: the platform, or somebody who was erased
  act         text not null check (act in ('named', 'unnamed', 'handed', 'let_in', 'turned_down', 'removed', 'allowed_back', 'changed', 'pinned', 'unpinned', 'best', 'not_best', 'hid', 'showed')),
  subject_id  uuid,                                                 -- a person
  topic_id    uuid,
  reply_id    uuid,
  reason      text not null default '' check (length(reason) <= 300),
  at          timestamptz not null,
  primary key (tribe_id, act_id)
);
comment on table tribes.acts is 'owner: tribe_id';

create table tribes.topics (
  tribe_id     uuid not null references tribes.tribes,
  topic_id     uuid not null default uuidv7(),
  person_id    uuid,                                                -- none: she was erased, and others had replied
  merchant_id  uuid,                                                -- a merchant's activity, posted by one of its staff
  title        text not null check (length(title) <= 100),
  text         text not null check (length(text) <= 5000),
  photos       uuid[] not null default '{}' check (cardinality(photos) <= 9),
  place_id     uuid,
  thing_kind   text,
  thing_owner  uuid,
  thing_id     uuid,
  starts_at    timestamptz,                                         -- of an activity
  at           timestamptz not null,
  replied_at   timestamptz not null,                                -- the last word in it
  replies      integer not null default 0 check (replies >= 0),
  likes        integer not null default 0 check (likes >= 0),
  best_at      timestamptz,
  pinned       smallint check (pinned between 1 and 3),             -- three places, one topic each
  hidden_at    timestamptz,
  hidden_by    text not null default '' check (hidden_by in ('', 'moderator', 'platform')),
  hidden_why   text not null default '' check (length(hidden_why) <= 300),
  primary key (tribe_id, topic_id),
  unique (tribe_id, pinned),
  check ((thing_kind is null) = (thing_id is null) and (thing_kind is null) = (thing_owner is null))
);
comment on table tribes.topics is 'owner: tribe_id';
create index on tribes.topics (tribe_id, at desc, topic_id desc);
create index on tribes.topics (tribe_id, best_at desc, topic_id desc) where best_at is not null;
create index on tribes.topics (person_id);

create table tribes.replies (
  tribe_id    uuid not null,
  topic_id    uuid not null,
  reply_id    uuid not null default uuidv7(),
  person_id   uuid not null,
  text        text not null check (length(text) between 1 and 2000),
  at          timestamptz not null,
  hidden_at   timestamptz,                                          -- by a moderator
  hidden_why  text not null default '' check (length(hidden_why) <= 300),
  primary key (tribe_id, topic_id, reply_id),
  foreign key (tribe_id, topic_id) references tribes.topics on delete cascade
);
comment on table tribes.replies is 'owner: tribe_id';
create index on tribes.replies (person_id);

create table tribes.likes (
  tribe_id    uuid not null,
  topic_id    uuid not null,
  person_id   uuid not null,
  at          timestamptz not null,
  primary key (tribe_id, topic_id, person_id),
  foreign key (tribe_id, topic_id) references tribes.topics on delete cascade
);
comment on table tribes.likes is 'owner: tribe_id';
create index on tribes.likes (person_id);
