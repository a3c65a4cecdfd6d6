-- Meetups: who proposes a meal, a film, an outing; where, when, how many; who is in, who waits, who came.
create schema meetups;

create table meetups.meetups (
  meetup_id        uuid primary key default uuidv7(),
  host_id          uuid not null,
  kind             text not null check (kind in ('meal', 'film', 'outing', 'other')),
  title            text not null check (length(title) between 1 and 80),
  text             text not null default '' check (length(text) <= 2000),
  starts_at        timestamptz not null,
  ends_at          timestamptz not null check (ends_at > starts_at),
  zone             text not null,                                   -- the venue's; the host's while there is none
  capacity         integer not null check (capacity between 2 and 200), -- everybody, with the host
  approval         boolean not null default false,
  audience         text not null check (audience in ('everyone', 'friends', 'tribe')),
  tribe_id         uuid check ((tribe_id is null) = (audience <> 'tribe')),
  place_id         uuid,                                            -- the venue; none while it is voted on
  spot_text        text not null default '' check (length(spot_text) <= 120), -- where it is at no place: the north gate of the park
  vote_until       timestamptz,                                     -- the venue is, or was, voted on until then
  settled_at       timestamptz,                                     -- the vote has been counted
  deal_owner       uuid,
  deal_id          uuid,
  city             text not null default '',
  cell             bigint,                                          -- a square of about 25 km, for "near me"
  conversation_id  uuid,
  taken            integer not null default 1,
  waiting          integer not null default 0 check (waiting >= 0),
  asking           integer not null default 0 check (asking >= 0),
  numbers          bigint not null default 0,                       -- the last number given in the line
  edition          integer not null default 0,                      -- how often the time was changed
  status           text not null default 'planned' check (status in ('planned', 'cancelled')),
  why              text not null default '' check (length(why) <= 300),
  created_at       timestamptz not null,
  cancelled_at     timestamptz,
  hidden_at        timestamptz,
  check (taken between 0 and capacity),
  check (waiting = 0 or taken = capacity),
  check ((deal_owner is null) = (deal_id is null))
);
comment on table meetups.meetups is 'owner: meetup_id';
create index on meetups.meetups (cell, starts_at, meetup_id) where status = 'planned' and audience = 'everyone' and hidden_at is null;
create index on meetups.meetups (host_id, starts_at, meetup_id);
create index on meetups.meetups (tribe_id, starts_at, meetup_id) where tribe_id is not null;
create index on meetups.meetups (vote_until) where vote_until is not null and settled_at is null and status = 'planned';

-- One row for everybody who ever asked. A place or a number in the line is decided by the meetup's row alone.
create table meetups.guests (
  meetup_id    uuid not null references meetups.meetups,
  person_id    uuid not null,
  standing     text not null check (standing in ('in', 'waiting', 'asking', 'left', 'refused')),
  number       bigint not null,                                     -- the order in which they came; the host has 0
  edition      integer not null,                                    -- to which time she agreed
  zone         text not null,                                       -- the reader's own
  note         text not null default '' check (length(note) <= 300),
  came         text check (came in ('came', 'absent')),
  came_by      text check (came_by in ('host', 'proof')),
  at           timestamptz not null,
  in_at        timestamptz,
  primary key (meetup_id, person_id)
);
comment on table meetups.guests is 'owner: meetup_id';
create index on meetups.guests (meetup_id, number) where standing = 'waiting';

-- A person's own list, and what she is known by: to how many she said yes, and to which of them she did not come.
create table meetups.mine (
  person_id    uuid not null,
  meetup_id    uuid not null,
  standing     text not null check (standing in ('in', 'waiting', 'asking', 'cancelled')),
  host         boolean not null default false,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  came         text check (came in ('came', 'absent')),
  disputed_at  timestamptz,
  disputed     text not null default '' check (length(disputed) <= 300),
  primary key (person_id, meetup_id)
);
comment on table meetups.mine is 'owner: person_id';
create index on meetups.mine (person_id, starts_at, meetup_id);

-- Up to five places to vote on.
create table meetups.proposals (
  meetup_id    uuid not null references meetups.meetups,
  number       smallint not null check (number between 1 and 5),
  place_id     uuid not null,
  person_id    uuid,
  at           timestamptz not null,
  primary key (meetup_id, number),
  unique (meetup_id, place_id)
);
comment on table meetups.proposals is 'owner: meetup_id';

create table meetups.votes (
  meetup_id    uuid not null,
  person_id    uuid not null,
  number       smallint not null,
  at           timestamptz not null,
  primary key (meetup_id, person_id),
  foreign key (meetup_id, number) references meetups.proposals
);
comment on table meetups.votes is 'owner: meetup_id';

create table meetups.reminders (
  meetup_id    uuid not null references meetups.meetups,
  kind         text not null check (kind in ('day', 'hours', 'after')),
  due_at       timestamptz not null,
  primary key (meetup_id, kind)
);
comment on table meetups.reminders is 'owner: meetup_id';
create index on meetups.reminders (due_at);
