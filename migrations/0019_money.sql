-- Money on the ledger's machinery: currencies beside points, rows that nobody changes, and what a nightly look at the books found.

alter table ledger.accounts drop constraint accounts_kind_check;
alter table ledger.accounts add constraint accounts_kind_check check (kind in ('active', 'pending', 'stored', 'bonus'));
alter table ledger.accounts add constraint accounts_unit_check check ((unit = 'points') = (kind in ('active', 'pending')));

-- A movement that was wrong is corrected by another one.
create function ledger.stays() returns trigger language plpgsql as $$
begin
  raise exception 'movements of the ledger are never changed, only added' using errcode = 'restrict_violation';
end $$;
create trigger transfers_stay before update or delete on ledger.transfers for each row execute function ledger.stays();

create index on ledger.transfers (merchant_id, unit, from_kind, from_holder) include (amount) where unit <> 'points';
create index on ledger.transfers (merchant_id, unit, to_kind, to_holder) include (amount) where unit <> 'points';
