-- Profiles: what a person lets others see of her. How she looks is in friends.faces, who sees where she was in visits.settings.
create schema profiles;

create table profiles.profiles (
  person_id   uuid not null primary key,
  foods       text[] not null default '{}' check (cardinality(foods) <= 12),
  foods_for   text not null default 'friends' check (foods_for in ('everyone', 'friends', 'me')),
  cards_for   text not null default 'friends' check (cards_for in ('everyone', 'friends', 'me')),
  badges_for  text not null default 'friends' check (badges_for in ('everyone', 'friends', 'me')),
  updated_at  timestamptz not null
);
comment on table profiles.profiles is 'owner: person_id';
