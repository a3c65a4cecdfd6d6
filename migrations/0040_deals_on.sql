-- Deals of all merchants by their end, for the page of everything on sale.
create index on deals.deals (ends_at, deal_id) where status = 'on';
