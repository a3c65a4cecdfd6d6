-- Samples: which deal is a sample offer's latest, so that the next one follows when its window is over.
create schema samples;

create table samples.offers (
  offer        text primary key,
  merchant_id  uuid not null,
  deal_id      uuid not null,
  template_id  uuid not null,
  seller_id    uuid not null               -- the person who puts it on sale
);
comment on table samples.offers is 'owner: here';

-- Steps of the demo may move to another place when new ones come between.
alter table demo.steps drop constraint steps_position_key;
