-- Stamps: so many on a punch card are a reward. The reward that a stamp was used for is on the stamp itself.
create schema stamps;

create table stamps.cards (
  merchant_id  uuid primary key,
  template_id  uuid not null,                       -- the reward
  needed       smallint not null check (needed between 2 and 50),
  minimum      bigint not null default 0 check (minimum >= 0),   -- paid, in minor units, from which a purchase gives a stamp
  open         boolean not null,
  updated_at   timestamptz not null,
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table stamps.cards is 'owner: merchant_id';

-- One row for each member with stamps: who changes her stamps locks it first.
create table stamps.holders (
  merchant_id  uuid not null,
  person_id    uuid not null,
  changed_at   timestamptz not null,
  primary key (merchant_id, person_id)
);
comment on table stamps.holders is 'owner: merchant_id';

create table stamps.stamps (
  merchant_id  uuid not null,
  person_id    uuid not null,
  stamp_id     uuid not null default uuidv7(),
  purchase_id  uuid,                                -- null: given by hand
  staff_id     uuid,                                -- who gave it by hand
  at           timestamptz not null,
  voucher_id   uuid,                                -- the reward it was used for; on an undone stamp: a stamp is owed for it
  undone_at    timestamptz,
  undone_by    uuid,                                -- null: its purchase was taken back
  primary key (merchant_id, person_id, stamp_id),
  unique (merchant_id, purchase_id),
  check (purchase_id is null or staff_id is null),
  check (undone_by is null or undone_at is not null),
  foreign key (merchant_id, person_id) references stamps.holders
);
comment on table stamps.stamps is 'owner: merchant_id';
create index on stamps.stamps (merchant_id, person_id, stamp_id) where voucher_id is null and undone_at is null;
