-- Letters that could not be sent are tried again, and given up after the last try.
alter table kit.letters add column next_at timestamptz not null default now(), add column failed_at timestamptz;
create index on kit.letters (next_at) where sent_at is null and failed_at is null;
create index on kit.letters (failed_at, letter_id) where failed_at is not null;
create index on kit.letters (sent_at) where sent_at is not null;
create index on kit.letters (target);
drop index kit.letters_at_idx;
