-- Friends: who knows whom, who is hidden from whom, the ways to become friends, and how a person looks to others.
create schema friends;

-- The row that is locked first: what two people do to each other at once has one outcome. The lesser id owns it.
create table friends.pairs (
  person_id  uuid not null,
  other_id   uuid not null check (other_id > person_id),
  primary key (person_id, other_id)
);
comment on table friends.pairs is 'owner: person_id';
create index on friends.pairs (other_id);

-- One row on each side.
create table friends.friends (
  person_id  uuid not null,
  friend_id  uuid not null check (friend_id <> person_id),
  remark     text not null default '' check (length(remark) <= 80),   -- the name she has for me alone
  since      timestamptz not null,
  primary key (person_id, friend_id)
);
comment on table friends.friends is 'owner: person_id';

-- One row on each side. A refusal is told to nobody: it stands on the side of who refused, the other side's row stays as it is.
create table friends.requests (
  person_id   uuid not null,
  other_id    uuid not null check (other_id <> person_id),
  incoming    boolean not null,           -- other_id asks person_id
  via         text not null check (via in ('page', 'code', 'phone')),
  at          timestamptz not null,
  refused_at  timestamptz check (incoming or refused_at is null),
  primary key (person_id, other_id, incoming)
);
comment on table friends.requests is 'owner: person_id';
create index on friends.requests (refused_at) where refused_at is not null;

-- A row on both sides when either blocks: neither finds, sees or reaches the other.
create table friends.hidden (
  person_id  uuid not null,
  other_id   uuid not null check (other_id <> person_id),
  mine       boolean not null,            -- person_id blocks other_id
  theirs     boolean not null,            -- other_id blocks person_id
  at         timestamptz not null,
  primary key (person_id, other_id),
  check (mine or theirs)
);
comment on table friends.hidden is 'owner: person_id';

create table friends.groups (
  person_id  uuid not null,
  group_id   uuid not null default uuidv7(),
  name       text not null check (length(name) between 1 and 40),
  at         timestamptz not null,
  primary key (person_id, group_id),
  unique (person_id, name)
);
comment on table friends.groups is 'owner: person_id';

create table friends.group_members (
  person_id  uuid not null,
  group_id   uuid not null,
  friend_id  uuid not null,
  primary key (person_id, group_id, friend_id),
  foreign key (person_id, group_id) references friends.groups on delete cascade,
  foreign key (person_id, friend_id) references friends.friends on delete cascade
);
comment on table friends.group_members is 'owner: person_id';
create index on friends.group_members (person_id, friend_id);

-- How a person looks to others; the picture is one of her album.
create table friends.faces (
  person_id   uuid not null primary key,
  photo_id    uuid,
  about       text not null default '' check (length(about) <= 300),
  hidden_at   timestamptz,                -- by a decision
  updated_at  timestamptz not null
);
comment on table friends.faces is 'owner: person_id';

create table friends.settings (
  person_id          uuid not null primary key,
  findable_by_phone  boolean not null,
  updated_at         timestamptz not null
);
comment on table friends.settings is 'owner: person_id';

-- Personal codes, found by the code alone; a new one replaces it and the old one is dead.
create table friends.codes (
  code       text not null primary key,
  person_id  uuid not null unique,
  at         timestamptz not null
);
comment on table friends.codes is 'owner: everyone';
