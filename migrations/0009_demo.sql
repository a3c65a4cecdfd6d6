-- Demo: how far the import of the demo city has come.
create schema demo;

create table demo.steps (
  step         text not null primary key,
  position     smallint not null unique,
  done         bigint not null default 0 check (done >= 0),
  total        bigint not null check (total >= 0),
  reached      bigint not null default 0,          -- where to go on: the last number of the source that is in
  started_at   timestamptz,
  moved_at     timestamptz,
  finished_at  timestamptz
);
comment on table demo.steps is 'owner: here';
