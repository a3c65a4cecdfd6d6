-- Whoever starts a group can start no other one of the same deal while it is open and she is in it.
alter table groupbuy.groups add column starter_id uuid;
update groupbuy.groups g set starter_id = g.lead_id from (
  select distinct on (merchant_id, deal_id, lead_id) merchant_id, group_id from groupbuy.groups where status = 'open'
  order by merchant_id, deal_id, lead_id, group_id) as first
  where g.merchant_id = first.merchant_id and g.group_id = first.group_id;
create unique index on groupbuy.groups (merchant_id, deal_id, starter_id) where status = 'open';
