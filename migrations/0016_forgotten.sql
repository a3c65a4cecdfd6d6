-- A person is forgotten twice: at once, and a minute later what was under way at that moment.
alter table people.people add column forgotten_at timestamptz;
create index on people.people (erased_at) where erased_at is not null and forgotten_at is null;
