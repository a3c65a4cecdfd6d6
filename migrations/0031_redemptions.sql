-- A redemption keeps what its key stood for in full: the articles too, as a number made from them. Null: it was before.
alter table vouchers.redemptions add column articles_hash bigint;
