-- Money that came in another currency than its payment's goes back in that one: an operator sends it.
alter table payments.refunds add column currency text;     -- null: that of the payment
