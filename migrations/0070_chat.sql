-- Chat: conversations of two, of groups, of a merchant's members, of meetups and tribes; their messages, numbered one by one.
create schema chat;

-- The row that numbers: who sends holds it until her messages are committed, so that numbers follow each other without a gap.
create table chat.conversations (
  conversation_id  uuid not null default uuidv7(),
  kind             text not null check (kind in ('pair', 'group', 'members', 'meetup', 'tribe')),
  title            text not null default '' check (length(title) <= 80),
  owner_id         uuid,                                -- who founded it, or whom it passed to
  merchant_id      uuid,                                -- whose members' group it is
  reference        uuid,                                -- its meetup or tribe
  number           bigint not null default 0 check (number >= 0),      -- of the last message
  last_at          timestamptz not null,                -- of the last message, at first of the opening
  created_at       timestamptz not null,
  closed_at        timestamptz,
  primary key (conversation_id),
  check ((kind = 'members') <= (merchant_id is not null)),
  check ((kind in ('meetup', 'tribe')) <= (reference is not null))
);
comment on table chat.conversations is 'owner: conversation_id';
create index on chat.conversations (merchant_id) where merchant_id is not null;
create index on chat.conversations (reference) where reference is not null;

create table chat.members (
  conversation_id  uuid not null references chat.conversations,
  person_id        uuid not null,
  role             text not null default 'member' check (role in ('member', 'founder', 'staff')),
  joined_at        timestamptz not null,
  from_number      bigint not null default 0,           -- sees what follows this
  read_number      bigint not null default 0,
  read_at          timestamptz,
  left_at          timestamptz,
  primary key (conversation_id, person_id)
);
comment on table chat.members is 'owner: conversation_id';

-- The same from the person's side: which conversations are hers.
create table chat.mine (
  person_id        uuid not null references people.people,
  conversation_id  uuid not null,
  at               timestamptz not null,                -- since when
  muted_at         timestamptz,
  left_at          timestamptz,
  primary key (person_id, conversation_id)
);
comment on table chat.mine is 'owner: person_id';

create table chat.messages (
  conversation_id  uuid not null references chat.conversations,
  number           bigint not null check (number > 0),
  message_id       uuid not null default uuidv7(),
  person_id        uuid not null,
  key              text not null check (length(key) between 1 and 200),     -- the sender's: the same again is the same message
  kind             text not null check (kind in ('text', 'photo', 'thing', 'gift', 'place', 'sharing', 'notice')),
  text             text not null check (length(text) <= 4000),
  photo_id         uuid,
  thing_kind       text,
  thing_owner      uuid,
  thing_id         uuid,
  at               timestamptz not null,
  deleted_at       timestamptz,                         -- by its sender: the row stays as a mark, without its words
  hidden_at        timestamptz,                         -- by a decision
  primary key (conversation_id, number),
  unique (conversation_id, person_id, key),
  unique (conversation_id, message_id),
  check ((thing_kind is null) = (thing_id is null) and (thing_kind is null) = (thing_owner is null))
);
comment on table chat.messages is 'owner: conversation_id';
create index on chat.messages (person_id);
