-- Around: people near me. Who shows herself does so for two hours, displaced by a secret of her own.
create schema around;

-- Kept as long as the account: with another secret the same place would be displaced elsewhere, and the mean of many would tell it.
create table around.secrets (
  person_id  uuid not null primary key,
  secret     bytea not null check (length(secret) = 32)
);
comment on table around.secrets is 'owner: person_id';

-- Who looks around now. `here` is the middle of a square of 400 metres, never where she is; it is only hers.
create table around.looking (
  person_id  uuid not null primary key,
  longitude  double precision not null,
  latitude   double precision not null,
  cell       bigint not null,               -- where her row of around.shown is
  until      timestamptz not null
);
comment on table around.looking is 'owner: person_id';
create index on around.looking (until);

-- Where others see her: never within 300 metres of where she is.
create table around.shown (
  cell       bigint not null,               -- a square of some 50 km
  person_id  uuid not null,
  spot       point not null,                -- metres of Web Mercator
  grain      bytea not null,                -- seeds what each viewer sees differently each day
  until      timestamptz not null,
  primary key (cell, person_id)
);
comment on table around.shown is 'owner: cell';
create index on around.shown using gist (spot);
create index on around.shown (until);
