-- Merchants: brand, stores with their hours, staff, vetting, scene codes and their scans, articles sold.
create schema merchants;

create table merchants.merchants (
  merchant_id  uuid not null default uuidv7() primary key,
  tag          text not null check (tag ~ '^[0-9A-HJKMNP-TV-Z]{5}$'),   -- the first five characters of every code of this merchant
  name         text not null check (length(name) between 1 and 120),
  about        text not null default '' check (length(about) <= 2000),
  category     text not null default 'other',
  currency     text not null check (currency ~ '^[A-Z]{3}$'),
  status       text not null default 'draft' check (status in ('draft', 'submitted', 'approved', 'refused', 'suspended')),
  licence      text not null default '' check (length(licence) <= 120),
  created_at   timestamptz not null,
  source       text not null default '' check (length(source) <= 200)   -- where an imported merchant comes from
);
comment on table merchants.merchants is 'owner: merchant_id';
create index on merchants.merchants (status, merchant_id);

create table merchants.tags (
  tag          text not null primary key,
  merchant_id  uuid not null
);
comment on table merchants.tags is 'owner: everyone';

create table merchants.stores (
  merchant_id   uuid not null references merchants.merchants,
  store_id      uuid not null default uuidv7(),
  name          text not null check (length(name) between 1 and 120),
  zone          text not null,                                 -- IANA time zone
  phone         text not null default '' check (length(phone) <= 40),
  street        text not null default '' check (length(street) <= 200),
  postcode      text not null default '' check (length(postcode) <= 20),
  city          text not null default '' check (length(city) <= 100),
  longitude     double precision check (longitude between -180 and 180),
  latitude      double precision check (latitude between -90 and 90),
  category      text not null default 'other',
  website       text not null default '' check (length(website) <= 300),
  hours_text    text not null default '' check (length(hours_text) <= 500),   -- as the source wrote them, where they could not be read
  source        text not null default '' check (length(source) <= 200),
  created_at    timestamptz not null,
  closed_at     timestamptz,
  primary key (merchant_id, store_id)
);
comment on table merchants.stores is 'owner: merchant_id';

create table merchants.opening_hours (
  merchant_id  uuid not null,
  store_id     uuid not null,
  weekday      smallint not null check (weekday between 1 and 7),   -- ISO: Monday is 1
  opens        time not null,
  closes       time not null,                                       -- not after opens: closes on the next day; equal: around the clock
  primary key (merchant_id, store_id, weekday, opens),
  foreign key (merchant_id, store_id) references merchants.stores
);
comment on table merchants.opening_hours is 'owner: merchant_id';

create table merchants.special_hours (
  merchant_id  uuid not null,
  store_id     uuid not null,
  day          date not null,
  entry        smallint not null default 1,
  opens        time,                                                -- null: closed all day
  closes       time check ((opens is null) = (closes is null)),
  note         text not null default '' check (length(note) <= 120),
  primary key (merchant_id, store_id, day, entry),
  foreign key (merchant_id, store_id) references merchants.stores
);
comment on table merchants.special_hours is 'owner: merchant_id';

create table merchants.photos (
  merchant_id   uuid not null,
  photo_id      uuid not null default uuidv7(),
  store_id      uuid,
  content_type  text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp')),
  width         integer not null,
  height        integer not null,
  body          bytea not null check (length(body) <= 3000000),
  position      integer not null default 0,
  purpose       text not null default 'store' check (purpose in ('store', 'licence', 'logo')),
  added_by      uuid not null,
  at            timestamptz not null,
  primary key (merchant_id, photo_id),
  foreign key (merchant_id, store_id) references merchants.stores
);
comment on table merchants.photos is 'owner: merchant_id';

create table merchants.staff (
  merchant_id   uuid not null references merchants.merchants,
  person_id     uuid not null,
  role          text not null check (role in ('owner', 'manager', 'cashier', 'support', 'marketer')),
  store_id      uuid,                                               -- null: all stores
  name          text not null default '' check (length(name) <= 80),
  added_by      uuid not null,
  added_at      timestamptz not null,
  locked_until  timestamptz,                                        -- after guessing codes
  ended_at      timestamptz,
  ended_by      uuid,
  primary key (merchant_id, person_id),
  foreign key (merchant_id, store_id) references merchants.stores
);
comment on table merchants.staff is 'owner: merchant_id';

-- Where a person works: the person's own list, written with the staff row.
create table merchants.jobs (
  person_id    uuid not null,
  merchant_id  uuid not null,
  primary key (person_id, merchant_id)
);
comment on table merchants.jobs is 'owner: person_id';

create table merchants.invitations (
  merchant_id    uuid not null references merchants.merchants,
  invitation_id  uuid not null default uuidv7(),
  contact        text not null,                                     -- kind:value
  role           text not null check (role in ('owner', 'manager', 'cashier', 'support', 'marketer')),
  store_id       uuid,
  invited_by     uuid not null,
  at             timestamptz not null,
  expires_at     timestamptz not null,
  accepted_at    timestamptz,
  primary key (merchant_id, invitation_id)
);
comment on table merchants.invitations is 'owner: merchant_id';
create index on merchants.invitations (contact) where accepted_at is null;

create table merchants.vetting (
  merchant_id  uuid not null references merchants.merchants,
  vetting_id   uuid not null default uuidv7(),
  step         text not null check (step in ('submitted', 'approved', 'refused', 'suspended', 'visit_report', 'reinstated')),
  reason       text not null default '' check (length(reason) <= 2000),
  person_id    uuid not null,
  at           timestamptz not null,
  primary key (merchant_id, vetting_id)
);
comment on table merchants.vetting is 'owner: merchant_id';

create table merchants.scenes (
  merchant_id  uuid not null references merchants.merchants,
  scene_id     uuid not null default uuidv7(),
  code         text not null,
  kind         text not null check (kind in ('store', 'table', 'poster', 'checkout', 'staff', 'product', 'exhibit')),
  store_id     uuid,
  label        text not null check (length(label) between 1 and 120),
  created_by   uuid not null,
  created_at   timestamptz not null,
  ended_at     timestamptz,
  primary key (merchant_id, scene_id),
  unique (merchant_id, code),
  foreign key (merchant_id, store_id) references merchants.stores
);
comment on table merchants.scenes is 'owner: merchant_id';

create table merchants.scans (
  merchant_id  uuid not null,
  scene_id     uuid not null,
  scan_id      uuid not null default uuidv7(),
  person_id    uuid,                                                -- null: not signed in at that moment
  at           timestamptz not null,
  primary key (merchant_id, scene_id, scan_id),
  foreign key (merchant_id, scene_id) references merchants.scenes
);
comment on table merchants.scans is 'owner: merchant_id';

create table merchants.articles (
  merchant_id  uuid not null,
  code         text not null check (length(code) between 1 and 64),   -- GTIN or the merchant's own number
  name         text not null check (length(name) <= 200),
  category     text not null default '' check (length(category) <= 120),
  primary key (merchant_id, code)
);
comment on table merchants.articles is 'owner: merchant_id';
