-- Album: pictures that people put into posts, reviews, messages and on their profile.
create schema album;

-- The id is random and not told to who may not see the page: who has it may load the picture.
create table album.photos (
  person_id     uuid not null,
  photo_id      uuid not null default gen_random_uuid(),
  content_type  text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp')),
  width         integer not null check (width > 0),
  height        integer not null check (height > 0),
  body          bytea not null check (length(body) <= 3000000),
  small         bytea not null check (length(small) <= 300000),     -- WebP, at most 480 pixels on a side
  at            timestamptz not null,
  kept_at       timestamptz,                                        -- null: in nothing yet, goes after a day
  hidden_at     timestamptz,                                        -- by a decision
  primary key (person_id, photo_id)
);
comment on table album.photos is 'owner: person_id';
create index on album.photos (at) where kept_at is null;
