-- What sweeps look for: notices by when they were taken, those of the test bank by their ids, which begin with the moment.
create index on payments.notices (at);
create index on payments.bank_notices (notice_id) where due_at is null;

-- Nobody asks for the failed refunds of all merchants by moment.
drop index refunds.refunds_at_refund_id_idx;
