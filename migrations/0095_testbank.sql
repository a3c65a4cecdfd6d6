-- The test bank is a room of its own, with its little book. No money moves.
create schema testbank;

alter table payments.bank_keys set schema testbank;
alter table testbank.bank_keys rename to keys;
alter table payments.bank_payments set schema testbank;
alter table testbank.bank_payments rename to payments;
alter table payments.bank_refunds set schema testbank;
alter table testbank.bank_refunds rename to refunds;
alter table payments.bank_notices set schema testbank;
alter table testbank.bank_notices rename to notices;
