-- Thanks: the points that a shop gives for every review of a member, whatever it says, and to whom it gave them.
create schema thanks;

create table thanks.offers (
  merchant_id  uuid not null primary key,
  points       integer not null check (points between 1 and 100000),
  set_by       uuid not null,
  set_at       timestamptz not null
);
comment on table thanks.offers is 'owner: merchant_id';

-- Once for each visit.
create table thanks.given (
  merchant_id  uuid not null,
  person_id    uuid not null,
  visit_id     uuid not null,
  review_id    uuid not null,
  points       integer not null check (points > 0),
  at           timestamptz not null,
  primary key (merchant_id, person_id, visit_id)
);
comment on table thanks.given is 'owner: merchant_id';
create index on thanks.given (person_id);

alter table reviews.reviews add column thanked integer check (thanked > 0);  -- points that the shop gave for it, told with it
