-- Platform: who operates this installation.
create schema platform;

create table platform.operators (
  person_id  uuid not null primary key,
  added_by   uuid,
  added_at   timestamptz not null
);
comment on table platform.operators is 'owner: person_id';

create table platform.settings (
  name        text not null primary key,
  value       text not null,
  updated_at  timestamptz not null
);
comment on table platform.settings is 'owner: everyone';
