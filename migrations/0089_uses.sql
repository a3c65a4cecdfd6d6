-- What a photo is used in; what a decision hides of clubs, tribes and places; who was put out of a conversation.

-- A photo goes with the last thing that uses it.
create table album.uses (
  person_id  uuid not null,
  photo_id   uuid not null,
  use_id     uuid not null,                          -- of the thing: a post, a review, a topic, a tribe, a message, her profile
  primary key (person_id, photo_id, use_id),
  foreign key (person_id, photo_id) references album.photos on delete cascade
);
comment on table album.uses is 'owner: person_id';
insert into album.uses (person_id, photo_id, use_id)
select p.person_id, p.photo_id, u.use_id from album.photos p join (
  select person_id, unnest(photos) as photo_id, post_id as use_id from feed.posts
  union select person_id, unnest(photos), review_id from reviews.reviews
  union select person_id, unnest(photos), topic_id from tribes.topics
  union select picture_by, picture_id, tribe_id from tribes.tribes
  union select person_id, photo_id, person_id from friends.faces
) u on u.person_id = p.person_id and u.photo_id = p.photo_id
on conflict do nothing;

alter table chat.members add column put_out_by uuid;            -- null: she went by herself, or is in it
alter table clubs.groups add column hidden_at timestamptz;      -- by a decision
alter table clubs.activities add column hidden_at timestamptz;  -- by a decision
alter table gifts.gifts add column note_hidden_at timestamptz;  -- by a decision: its giver alone reads the words
alter table tribes.replies add column hidden_by text not null default '' check (hidden_by in ('', 'moderator', 'platform'));
update tribes.replies set hidden_by = 'moderator' where hidden_at is not null;

-- Places that a decision took out of the index: no list, map or search knows them. What stood there is kept for their return.
create table places.hidden (
  place_id   uuid not null primary key,
  kept       jsonb not null,                         -- its row and its special days
  hidden_at  timestamptz not null
);
comment on table places.hidden is 'owner: here';
