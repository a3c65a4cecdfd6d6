-- Moderation: reports, the operators' queue, decisions that everybody can count, appeals, the words that are refused.
create schema moderation;

create table moderation.words (
  word      text not null primary key check (length(word) between 1 and 100),  -- made plain: case, width, separators
  whole     boolean not null,                    -- only as a word of its own; otherwise anywhere (Chinese)
  added_by  uuid not null,
  added_at  timestamptz not null
);
comment on table moderation.words is 'owner: everyone';

-- One open case of a thing at most. thing_id is null where a text could not be read by the outside filter before its thing was there.
create table moderation.cases (
  case_id    uuid not null default uuidv7() primary key,
  kind       text not null,
  owner_id   uuid not null,
  thing_id   uuid,
  author_id  uuid not null,
  cause      text not null check (cause in ('reports', 'filter', 'unread')),
  text       text not null check (length(text) <= 20000),  -- as it was when the case was opened
  status     text not null check (status in ('open', 'decided', 'dropped')),
  opened_at  timestamptz not null,
  hidden_at  timestamptz                         -- by several serious reports, until it is decided
);
comment on table moderation.cases is 'owner: here';
create unique index on moderation.cases (kind, owner_id, thing_id) where status = 'open';
create index on moderation.cases (opened_at, case_id) where status = 'open';
create index on moderation.cases (author_id);

create table moderation.reports (
  person_id  uuid not null,
  kind       text not null,
  owner_id   uuid not null,
  thing_id   uuid not null,
  report_id  uuid not null default uuidv7(),
  case_id    uuid not null references moderation.cases (case_id),
  reason     text not null,
  serious    boolean not null,                   -- counts towards hiding at once
  text       text not null check (length(text) <= 1000),
  at         timestamptz not null,
  primary key (person_id, kind, owner_id, thing_id)
);
comment on table moderation.reports is 'owner: here';
create index on moderation.reports (case_id);

create table moderation.decisions (
  decision_id  uuid not null default uuidv7() primary key,
  case_id      uuid not null unique references moderation.cases (case_id),
  kind         text not null,
  owner_id     uuid not null,
  thing_id     uuid,
  author_id    uuid not null,
  cause        text not null,
  outcome      text not null check (outcome in ('keep', 'hide')),
  rule         text not null,                    -- empty for what is kept
  reason       text not null check (length(reason) <= 2000),
  decided_by   uuid not null,
  at           timestamptz not null
);
comment on table moderation.decisions is 'owner: here';
create index on moderation.decisions (at, decision_id);
create index on moderation.decisions (author_id, decision_id);
create index on moderation.decisions (kind, owner_id, thing_id);

create table moderation.appeals (
  decision_id  uuid not null primary key references moderation.decisions (decision_id),
  text         text not null check (length(text) <= 2000),
  at           timestamptz not null,
  outcome      text check (outcome in ('upheld', 'overturned')),
  reason       text not null default '' check (length(reason) <= 2000),
  decided_by   uuid,
  decided_at   timestamptz,
  check ((outcome is null) = (decided_at is null))
);
comment on table moderation.appeals is 'owner: here';
create index on moderation.appeals (at) where decided_at is null;
