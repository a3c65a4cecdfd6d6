-- Reviews: what people who were there say of a place; the merchant's reply; the score.
create schema reviews;

-- With the merchant, so that a place's page asks one shard. A review that is taken away keeps its row without its words.
create table reviews.reviews (
  merchant_id    uuid not null,
  review_id      uuid not null default uuidv7(),
  place_id       uuid not null,
  person_id      uuid not null,
  visit_id       uuid not null,                         -- what proves it
  visit_kind     text not null check (visit_kind in ('redemption', 'purchase', 'booking')),
  visited_at     timestamptz not null,
  overall        smallint not null check (overall between 1 and 5),
  aspects        jsonb not null default '{}' check (jsonb_typeof(aspects) = 'object'),
  text           text not null check (length(text) <= 4000),
  photos         uuid[] not null default '{}' check (cardinality(photos) <= 9),
  incentive      text not null check (incentive in ('none', 'voucher', 'points', 'discount', 'other')),
  number         integer not null default 1 check (number > 0),  -- of the version
  at             timestamptz not null,
  changed_at     timestamptz,
  hidden_at      timestamptz,                           -- by a decision
  taken_back_at  timestamptz,                           -- the visit was undone
  removed_at     timestamptz,                           -- by its author
  primary key (merchant_id, review_id),
  unique (merchant_id, place_id, person_id)
);
comment on table reviews.reviews is 'owner: merchant_id';
create index on reviews.reviews (merchant_id, place_id, review_id desc)
  where hidden_at is null and taken_back_at is null and removed_at is null;
create index on reviews.reviews (merchant_id, review_id desc) where removed_at is null;

-- What a review said before it was changed.
create table reviews.versions (
  merchant_id  uuid not null,
  review_id    uuid not null,
  number       integer not null,
  overall      smallint not null,
  aspects      jsonb not null,
  text         text not null,
  visited_at   timestamptz not null,
  at           timestamptz not null,                    -- from when it stood
  primary key (merchant_id, review_id, number),
  foreign key (merchant_id, review_id) references reviews.reviews on delete cascade
);
comment on table reviews.versions is 'owner: merchant_id';

-- The one public reply; the highest number is what it says now.
create table reviews.replies (
  merchant_id  uuid not null,
  review_id    uuid not null,
  number       integer not null check (number > 0),
  person_id    uuid not null,
  text         text not null check (length(text) between 1 and 2000),
  at           timestamptz not null,
  hidden_at    timestamptz,                             -- by a decision
  primary key (merchant_id, review_id, number),
  foreign key (merchant_id, review_id) references reviews.reviews on delete cascade
);
comment on table reviews.replies is 'owner: merchant_id';

-- A person's reviews, with her.
create table reviews.own (
  person_id    uuid not null,
  review_id    uuid not null,
  merchant_id  uuid not null,
  place_id     uuid not null,
  primary key (person_id, review_id)
);
comment on table reviews.own is 'owner: person_id';
create index on reviews.own (person_id, place_id);

-- One row for each place that has been reviewed: whoever changes what counts locks it and counts anew.
create table reviews.scores (
  merchant_id  uuid not null,
  place_id     uuid not null,
  category     text not null,
  city         text not null,
  score        double precision not null,               -- with the prior; 0 where nothing counts
  count        integer not null check (count >= 0),
  total        integer not null check (total >= 0),     -- sum of the overall stars that count
  stars        jsonb not null,                          -- {"overall": {"5": 3}, "taste": {...}}
  counted_at   timestamptz not null,
  primary key (merchant_id, place_id)
);
comment on table reviews.scores is 'owner: merchant_id';
create index on reviews.scores (place_id);
create index on reviews.scores (category, city);
create index on reviews.scores (category, counted_at desc);
create index on reviews.scores (counted_at);
