-- Whereabouts: where people are while they share it in a conversation, and the places that they agreed on.
create schema whereabouts;

-- Only the latest position, only until the chosen time: the row goes when it ends, and is not read any more from that moment on.
create table whereabouts.positions (
  conversation_id  uuid not null,
  person_id        uuid not null,
  longitude        double precision not null check (longitude between -180 and 180),
  latitude         double precision not null check (latitude between -86 and 86),
  at               timestamptz not null,
  started_at       timestamptz not null,
  until            timestamptz not null,
  primary key (conversation_id, person_id),
  check (until <= started_at + interval '12 hours')
);
comment on table whereabouts.positions is 'owner: conversation_id';
create index on whereabouts.positions (until);
create index on whereabouts.positions (person_id);

-- Who is for which place; whoever proposed it is the first.
create table whereabouts.agreements (
  conversation_id  uuid not null,
  place_id         uuid not null,
  person_id        uuid not null,
  proposed         boolean not null,
  at               timestamptz not null,
  primary key (conversation_id, place_id, person_id)
);
comment on table whereabouts.agreements is 'owner: conversation_id';
create index on whereabouts.agreements (person_id);
