-- What new members get belongs to rewards; and the rules of a voucher that is sold stand from the moment people can see them.
alter table vouchers.welcomes set schema rewards;

alter table vouchers.templates add column frozen_at timestamptz;     -- a deal with it was published: its rules don't change
