-- Receipts: which letters about her money somebody was written, so that each is written once.
create schema receipts;

create table receipts.sent (
  person_id  uuid not null,
  about      text not null check (length(about) between 1 and 120),
  at         timestamptz not null,
  primary key (person_id, about)
);
comment on table receipts.sent is 'owner: person_id';
