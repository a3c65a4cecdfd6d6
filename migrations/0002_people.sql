-- People: one account each, the ways to reach it, sign-in codes, sessions, passkeys.
create schema people;

create table people.people (
  person_id   uuid not null default uuidv7() primary key,
  name        text not null default '' check (length(name) <= 80),
  locale      text not null default 'en' check (locale in ('en', 'zh_CN')),
  birthday    date,
  created_at  timestamptz not null,
  erased_at   timestamptz
);
comment on table people.people is 'owner: person_id';

create table people.contacts (
  kind         text not null check (kind in ('phone', 'email')),
  value        text not null check (length(value) between 3 and 254),  -- E.164, or e-mail in lower case
  person_id    uuid not null references people.people,
  verified_at  timestamptz not null,
  primary key (kind, value)
);
comment on table people.contacts is 'owner: everyone';
create index on people.contacts (person_id);

create table people.sign_in_codes (
  target      text not null primary key,   -- kind:value; asking again replaces the code
  code_hash   bytea not null,
  tries       integer not null default 0,
  expires_at  timestamptz not null,
  at          timestamptz not null
);
comment on table people.sign_in_codes is 'owner: here';

create table people.sessions (
  person_id   uuid not null references people.people,
  token_hash  bytea not null,              -- SHA-256 of the token's random part; the token itself is never stored
  session_id  uuid not null default uuidv7(),
  user_agent  text not null default '',
  address     text not null default '',
  created_at  timestamptz not null,
  seen_at     timestamptz not null,
  expires_at  timestamptz not null,
  ended_at    timestamptz,
  primary key (person_id, token_hash),
  unique (person_id, session_id)
);
comment on table people.sessions is 'owner: person_id';

create table people.passkeys (
  person_id      uuid not null references people.people,
  credential_id  bytea not null,
  public_key     bytea not null,
  sign_count     bigint not null,
  name           text not null check (length(name) <= 80),
  created_at     timestamptz not null,
  used_at        timestamptz,
  primary key (person_id, credential_id)
);
comment on table people.passkeys is 'owner: person_id';

create table people.challenges (
  challenge_id  uuid not null default uuidv7() primary key,
  challenge     bytea not null,
  person_id     uuid,
  expires_at    timestamptz not null
);
comment on table people.challenges is 'owner: here';
create index on people.challenges (expires_at);
