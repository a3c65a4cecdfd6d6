-- Machinery shared by all rooms: events on their way, letters to send, answers kept for idempotency keys, counters against guessing.
create schema kit;

create table kit.events (
  event_id  bigint generated always as identity,
  lane      smallint not null check (lane between 0 and 15),  -- owner_id mod 16: one lane is delivered in order by one worker
  owner_id  uuid not null,
  name      text not null,
  body      jsonb not null,
  at        timestamptz not null,
  primary key (lane, event_id)
);
comment on table kit.events is 'owner: here';

-- What a reaction could not do at once: waits behind the owner's earlier ones, retried with back-off, dead after the last try.
create table kit.deliveries (
  event_id  bigint not null,
  reaction  text not null,
  owner_id  uuid not null,
  name      text not null,
  body      jsonb not null,
  attempts  integer not null default 0 check (attempts >= 0),
  next_at   timestamptz not null,
  error     text not null default '',
  dead_at   timestamptz,
  primary key (event_id, reaction)
);
comment on table kit.deliveries is 'owner: here';
create index on kit.deliveries (owner_id, reaction, event_id) where dead_at is null;
create index on kit.deliveries (next_at) where dead_at is null;
create index on kit.deliveries (dead_at, event_id) where dead_at is not null;

create table kit.letters (
  letter_id  uuid not null default uuidv7() primary key,
  channel    text not null check (channel in ('email', 'sms')),
  target     text not null,
  subject    text not null,
  body       text not null,
  at         timestamptz not null,
  sent_at    timestamptz,
  attempts   integer not null default 0,
  error      text not null default ''
);
comment on table kit.letters is 'owner: here';
create index on kit.letters (at) where sent_at is null;

create table kit.answers (
  person_id    uuid not null,
  key          text not null check (length(key) between 1 and 200),
  fingerprint  bytea not null,       -- SHA-256 of the operation and the request's body
  answer       bytea,                -- JSON of the first answer
  at           timestamptz not null,
  primary key (person_id, key)
);
comment on table kit.answers is 'owner: person_id';
create index on kit.answers (at);

create table kit.attempts (
  subject     text not null primary key,   -- what is counted, such as 'redeem:<staff>' or 'code:<address>'
  count       integer not null,
  resets_at   timestamptz not null
);
comment on table kit.attempts is 'owner: here';
create index on kit.attempts (resets_at);
