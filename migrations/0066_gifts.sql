-- Gifts: vouchers on their way from one person to another.
create schema gifts;

create table gifts.gifts (
  merchant_id  uuid not null,
  gift_id      uuid not null default gen_random_uuid(),   -- random: whoever was given the address of a gift to anybody may take it
  voucher_id   uuid not null,
  title        text not null,
  giver_id     uuid not null,
  to_id        uuid,                                      -- null: whoever takes it first
  note         text not null default '' check (length(note) <= 300),
  at           timestamptz not null,
  until        timestamptz not null check (until > at),
  ended_at     timestamptz,
  outcome      text check (outcome in ('taken', 'taken_back', 'declined', 'timed_out', 'void')),
  taker_id     uuid,
  primary key (merchant_id, gift_id),
  check ((ended_at is null) = (outcome is null)),
  check ((outcome = 'taken') = (taker_id is not null)),
  check (taker_id <> giver_id),
  check (to_id <> giver_id)
);
comment on table gifts.gifts is 'owner: merchant_id';
create unique index on gifts.gifts (merchant_id, voucher_id) where ended_at is null;
create index on gifts.gifts (until) where ended_at is null;

-- A person's own list: what she gave, and what was given to her.
create table gifts.own (
  person_id    uuid not null,
  merchant_id  uuid not null,
  gift_id      uuid not null,
  gave         boolean not null,
  at           timestamptz not null,
  primary key (person_id, merchant_id, gift_id)
);
comment on table gifts.own is 'owner: person_id';
create index on gifts.own (person_id, at desc, gift_id);

-- Each time a voucher went from one holder to the next; it has another code afterwards.
create table vouchers.transfers (
  merchant_id  uuid not null,
  voucher_id   uuid not null,
  transfer_id  uuid not null default uuidv7(),
  from_id      uuid not null,
  to_id        uuid not null,
  at           timestamptz not null,
  primary key (merchant_id, voucher_id, transfer_id)
);
comment on table vouchers.transfers is 'owner: merchant_id';

alter table vouchers.vouchers add column issued_to uuid;     -- to whom it was issued, once somebody else holds it
