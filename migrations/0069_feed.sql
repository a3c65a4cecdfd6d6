-- Feed: what people tell their friends. The id of a post says when it was written, and is its place in every list.
create schema feed;

create table feed.posts (
  person_id    uuid not null,
  post_id      uuid not null default uuidv7(),
  kind         text not null check (kind in ('words', 'check_in', 'review', 'topic', 'meetup', 'forward')),
  words        text not null check (length(words) <= 2000),
  place_id     uuid,
  thing_kind   text check (length(thing_kind) between 1 and 30),
  thing_owner  uuid,
  thing_id     uuid,
  photos       uuid[] not null default '{}' check (cardinality(photos) <= 9),
  audience     text not null check (audience in ('everyone', 'friends', 'me')),
  proof        text check (proof in ('visit', 'position')),           -- of a check-in; null: unproven
  visit_id     uuid,
  at           timestamptz not null,
  hidden_at    timestamptz,                                            -- by a decision
  primary key (person_id, post_id),
  check ((thing_kind is null) = (thing_owner is null) and (thing_kind is null) = (thing_id is null)),
  check (proof is null or kind = 'check_in'),
  check ((proof = 'visit') = (visit_id is not null) or proof is null)
);
comment on table feed.posts is 'owner: person_id';
-- what friends may see, by person; and over everybody, for those with thousands of friends
create index posts_told on feed.posts (person_id, post_id desc) where audience <> 'me' and hidden_at is null;
create index posts_newest on feed.posts (post_id desc) include (person_id) where audience <> 'me' and hidden_at is null;
-- one post for each thing that somebody made elsewhere (a review, a topic, a meetup)
create unique index posts_of_things on feed.posts (person_id, thing_kind, thing_owner, thing_id) where kind in ('review', 'topic', 'meetup');

-- The newest post of each person that friends may see: its row is locked by whoever changes which that is.
create table feed.newest (
  person_id  uuid primary key,
  post_id    uuid
);
comment on table feed.newest is 'owner: person_id';

create table feed.likes (
  person_id  uuid not null,                            -- whose post it is
  post_id    uuid not null,
  liker_id   uuid not null,
  at         timestamptz not null,
  primary key (person_id, post_id, liker_id),
  foreign key (person_id, post_id) references feed.posts on delete cascade
);
comment on table feed.likes is 'owner: person_id';
create index on feed.likes (liker_id);

create table feed.comments (
  person_id   uuid not null,                           -- whose post it is
  post_id     uuid not null,
  comment_id  uuid not null default uuidv7(),
  author_id   uuid not null,
  words       text not null check (length(words) between 1 and 500),
  at          timestamptz not null,
  hidden_at   timestamptz,                             -- by a decision
  primary key (person_id, post_id, comment_id),
  foreign key (person_id, post_id) references feed.posts on delete cascade
);
comment on table feed.comments is 'owner: person_id';
create index on feed.comments (author_id);

-- When somebody last looked at her feed, and what she was shown of the moments before, in which others may still have been writing.
create table feed.looks (
  person_id  uuid primary key,
  upto       uuid not null,
  shown      uuid[] not null
);
comment on table feed.looks is 'owner: person_id';
