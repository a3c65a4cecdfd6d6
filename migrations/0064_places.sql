-- Places: what a map shows. An index of the open stores of approved merchants, and of places that nobody runs here.
create schema places;

-- `cell` is a square of half a degree, about a city: a question of a neighbourhood asks one, at a border a few.
create table places.places (
  cell         bigint not null,
  place_id     uuid not null,                                         -- the store's id; of its own where nobody runs it
  merchant_id  uuid,                                                  -- null: nobody runs it here
  name         text not null check (length(name) between 1 and 120),
  names        jsonb not null default '{}',                           -- by language
  category     text collate "C" not null,
  kind         text not null default '' check (length(kind) <= 200),  -- what the source says beyond the category, such as a cuisine
  street       text not null default '' check (length(street) <= 200),
  city         text not null default '' check (length(city) <= 100),
  zone         text not null,                                         -- IANA time zone
  longitude    double precision not null check (longitude between -180 and 180),
  latitude     double precision not null check (latitude between -85.06 and 85.06),
  spot         point not null,                                        -- the same in metres of Web Mercator
  phone        text not null default '' check (length(phone) <= 40),
  website      text not null default '' check (length(website) <= 300),
  hours        int4multirange,                                        -- open minutes of the week by the place's clock, Monday 0:00 is 0; null: not known
  hours_text   text not null default '' check (length(hours_text) <= 500),
  photo_id     uuid,                                                  -- of the merchant's photos
  price        smallint check (price between 1 and 4),
  score        real not null default 0 check (score between 0 and 5), -- 0: nobody has said anything
  reviews      integer not null default 0 check (reviews >= 0),
  deals        tstzrange[] not null default '{}',                     -- when its deals can be bought, the first to end first
  offers       smallint not null generated always as (least(cardinality(deals), 1)) stored,
  offer_ends   timestamptz generated always as (upper(deals[1])) stored,
  source       text not null default '' check (length(source) <= 200),
  source_id    text not null default '' check (length(source_id) <= 80),
  primary key (cell, place_id)
);
comment on table places.places is 'owner: cell';
create index places_near on places.places using gist (category, offers, spot);
create index on places.places (place_id);
create index on places.places (merchant_id) where merchant_id is not null;
create index on places.places (offer_ends) where offers = 1;
create index on places.places (source, source_id) where merchant_id is null;

-- Days on which other minutes hold than the week's, and the days after them, into which they may reach.
create table places.special_days (
  cell      bigint not null,
  place_id  uuid not null,
  day       date not null,                                            -- by the place's clock
  hours     int4multirange not null,                                  -- open minutes of the day
  primary key (cell, place_id, day),
  foreign key (cell, place_id) references places.places on delete cascade
);
comment on table places.special_days is 'owner: cell';
create index on places.special_days (day);

-- How far the walk over all merchants has come that mends what the index missed.
create table places.walks (
  only_row     boolean not null primary key default true check (only_row),
  merchant_id  uuid not null default '00000000-0000-0000-0000-000000000000',
  rounds       integer not null default 0
);
comment on table places.walks is 'owner: here';
insert into places.walks default values;
