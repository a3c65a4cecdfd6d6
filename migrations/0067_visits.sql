-- Visits: who was where, as what happened at the till proves it.
create schema visits;

-- One time that somebody was at a place. What proves it stands in visits.proofs; `kind` and `reference` name the first that stands.
create table visits.visits (
  person_id    uuid not null,
  visit_id     uuid not null default uuidv7(),
  merchant_id  uuid not null,
  place_id     uuid not null,                         -- the store
  kind         text not null check (kind in ('redemption', 'purchase', 'booking')),
  reference    uuid not null,
  at           timestamptz not null,
  undone_at    timestamptz,                           -- nothing that proves it stands any more
  primary key (person_id, visit_id)
);
comment on table visits.visits is 'owner: person_id';
create index on visits.visits (person_id, place_id, at) where undone_at is null;
create index on visits.visits (person_id, at desc, visit_id desc) where undone_at is null;

create table visits.proofs (
  person_id    uuid not null,
  kind         text not null check (kind in ('redemption', 'purchase', 'booking')),
  reference    uuid not null,
  visit_id     uuid not null,
  at           timestamptz not null,
  undone_at    timestamptz,
  primary key (person_id, kind, reference),
  foreign key (person_id, visit_id) references visits.visits on delete cascade
);
comment on table visits.proofs is 'owner: person_id';
create index on visits.proofs (person_id, visit_id);

-- Who may see where somebody was lately; no row: her friends.
create table visits.settings (
  person_id   uuid primary key,
  audience    text not null check (audience in ('everyone', 'friends', 'me')),
  changed_at  timestamptz not null
);
comment on table visits.settings is 'owner: person_id';
