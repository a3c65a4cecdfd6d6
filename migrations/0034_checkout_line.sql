-- A buyer's place in a deal's line stands where her units are counted: found by key, however long the line.
alter table checkout.buyers add column in_line uuid;
update checkout.buyers b set in_line = o.order_id from checkout.orders o
  where o.merchant_id = b.merchant_id and o.deal_id = b.deal_id and o.person_id = b.person_id and o.status = 'waiting';
