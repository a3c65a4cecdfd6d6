-- What is swept away finds its rows by age.
create index on kit.letters (sent_at) where sent_at is not null;
create index on people.sessions (least(ended_at, expires_at));
