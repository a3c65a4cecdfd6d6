-- Points: what a member has earned on a day (for the cap and the visit), what a purchase was asked with, points for vouchers.

alter table cards.memberships
  add column earned_on date,                                  -- the programme's day that `earned_today` belongs to
  add column earned_today bigint not null default 0 check (earned_today >= 0);

alter table purchases.purchases add column fingerprint bytea; -- SHA-256 of the request, where it came by one

create index on cards.memberships (merchant_id, tier_until) where tier_until is not null;

-- What a member may take for points: a voucher of the template.
create schema rewards;

create table rewards.rewards (
  merchant_id  uuid not null,
  template_id  uuid not null,
  points       integer not null check (points between 1 and 100000000),
  primary key (merchant_id, template_id)
);
comment on table rewards.rewards is 'owner: merchant_id';
