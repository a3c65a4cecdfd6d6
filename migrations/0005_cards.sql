-- Cards: a merchant's programme and tiers, memberships with their source, the person's own list of cards.
create schema cards;

create table cards.programmes (
  merchant_id      uuid not null primary key,
  name             text not null check (length(name) between 1 and 80),
  colour           text not null default '#b3261e' check (colour ~ '^#[0-9a-f]{6}$'),
  zone             text not null,                                   -- points expire at the end of a day here
  earn_points      integer not null default 1 check (earn_points between 0 and 100000),
  earn_per         bigint not null default 100 check (earn_per > 0),          -- minor units that earn `earn_points`
  visit_points     integer not null default 0 check (visit_points between 0 and 100000),
  birthday_factor  numeric(4,2) not null default 1 check (birthday_factor between 1 and 10),
  daily_cap        integer check (daily_cap > 0),
  pending_days     integer not null default 0 check (pending_days between 0 and 366),
  expiry_days      integer check (expiry_days between 1 and 3660),
  refund_policy    text not null default 'within_balance' check (refund_policy in ('pending_only', 'within_balance', 'may_go_negative')),
  tier_basis       text not null default 'spend' check (tier_basis in ('spend', 'visits')),
  tier_days        integer not null default 365 check (tier_days between 1 and 3660),   -- looks back so far, and a reached tier holds so long
  downgrade        text not null default 'step' check (downgrade in ('never', 'step', 'recompute')),
  open             boolean not null default true,
  updated_at       timestamptz not null
);
comment on table cards.programmes is 'owner: merchant_id';

create table cards.tiers (
  merchant_id    uuid not null references cards.programmes,
  position       smallint not null check (position between 0 and 9),    -- 0 is where everybody starts
  name           text not null check (length(name) between 1 and 40),
  threshold      bigint not null check (threshold >= 0),                -- minor units or visits, by the programme's tier_basis
  percent_off    smallint not null default 0 check (percent_off between 0 and 100),
  points_factor  numeric(4,2) not null default 1 check (points_factor between 0 and 10),
  benefits       text not null default '' check (length(benefits) <= 500),
  primary key (merchant_id, position)
);
comment on table cards.tiers is 'owner: merchant_id';

create table cards.article_points (
  merchant_id  uuid not null references cards.programmes,
  code         text not null check (length(code) between 1 and 64),
  points       integer not null check (points between 1 and 100000),
  primary key (merchant_id, code)
);
comment on table cards.article_points is 'owner: merchant_id';

-- No foreign key to the programme: joining reads its row in the same statement, and it is never deleted.
create table cards.memberships (
  merchant_id  uuid not null,
  person_id    uuid not null,
  number       text not null check (number ~ '^[0-9]{10}$'),        -- nine random digits and a check digit
  secret       bytea not null,                                      -- RFC 6238 key of the rotating code
  tier         smallint not null default 0,
  tier_until   timestamptz,
  scene_id     uuid,                                                -- where the person joined
  joined_at    timestamptz not null,
  left_at      timestamptz,
  visits       integer not null default 0,
  spent        bigint not null default 0,                           -- minor units paid
  visited_at   timestamptz,
  tags         text[] not null default '{}',
  note         text not null default '' check (length(note) <= 1000),
  primary key (merchant_id, person_id),
  unique (merchant_id, number)
);
comment on table cards.memberships is 'owner: merchant_id';
create index on cards.memberships (merchant_id, joined_at desc, person_id);
create index on cards.memberships (merchant_id, scene_id, joined_at);

-- The person's own list, written in the same transaction as the membership.
create table cards.wallet_cards (
  person_id    uuid not null,
  merchant_id  uuid not null,
  joined_at    timestamptz not null,
  primary key (person_id, merchant_id)
);
comment on table cards.wallet_cards is 'owner: person_id';
