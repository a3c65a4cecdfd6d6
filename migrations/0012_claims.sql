-- Claim links: a template that whoever has the link may take once; what each person took; scans looked up by time.
create schema claims;

create table claims.links (
  merchant_id  uuid not null,
  claim_id     uuid not null default uuidv7(),
  code         text not null,
  template_id  uuid not null,
  ends_at      timestamptz,                          -- null: as long as the template is given out
  created_by   uuid not null,
  created_at   timestamptz not null,
  ended_at     timestamptz,
  primary key (merchant_id, claim_id),
  unique (merchant_id, code),
  foreign key (merchant_id, template_id) references vouchers.templates
);
comment on table claims.links is 'owner: merchant_id';
create index on claims.links (merchant_id, template_id, claim_id);

-- A person's own list, written in the same transaction as the voucher: one for each link.
create table claims.taken (
  person_id    uuid not null,
  claim_id     uuid not null,
  merchant_id  uuid not null,
  voucher_id   uuid,                                 -- null only inside the transaction that issues it
  at           timestamptz not null,
  primary key (person_id, claim_id)
);
comment on table claims.taken is 'owner: person_id';

create index on merchants.scans (merchant_id, scene_id, person_id, at);
