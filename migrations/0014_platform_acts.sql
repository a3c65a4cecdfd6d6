-- What operators did beyond vetting (which has its own log): retried, dropped, let in, let go.
create table platform.acts (
  act_id     uuid not null default uuidv7() primary key,
  person_id  uuid not null,
  act        text not null check (act in ('retried', 'dropped', 'operator_added', 'operator_removed', 'set_up')),
  subject    text not null check (length(subject) <= 300),
  at         timestamptz not null
);
comment on table platform.acts is 'owner: here';
