-- The place watch: who asked to be told of offers near her, and of which shops she was told when. Where she is, is not kept.
create schema explore;

create table explore.watchers (
  person_id  uuid not null primary key,
  metres     integer not null check (metres between 100 and 5000),
  since      timestamptz not null
);
comment on table explore.watchers is 'owner: person_id';

create table explore.told (
  person_id    uuid not null,
  told_id      uuid not null default uuidv7(),
  merchant_id  uuid not null,
  place_id     uuid not null,
  why          text not null check (why in ('card', 'friends')),
  at           timestamptz not null,
  primary key (person_id, told_id)
);
comment on table explore.told is 'owner: person_id';
create index on explore.told (person_id, at);
create index on explore.told (at);
