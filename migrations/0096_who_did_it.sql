-- Who put something right, changed a party, or ended an agreement.
create table settlement.corrections (
  merchant_id  uuid not null,
  line_id      uuid not null,
  request_key  text not null check (length(request_key) between 1 and 200),   -- the same key is the same line
  amount       bigint not null,
  note         text not null,
  made_by      uuid not null,
  at           timestamptz not null,
  primary key (merchant_id, line_id),
  unique (merchant_id, request_key)
);
comment on table settlement.corrections is 'owner: merchant_id';

create table agreements.party_changes (
  party_id    uuid not null references agreements.parties,
  change_id   uuid not null default uuidv7(),
  kind        text not null check (kind in ('changed', 'account', 'linked', 'unlinked')),
  what        text not null default '',                                       -- its name, its account's end
  person_id   uuid,                                                           -- who was linked
  changed_by  uuid not null,
  at          timestamptz not null,
  primary key (party_id, change_id)
);
comment on table agreements.party_changes is 'owner: everyone';

alter table agreements.agreements add column ended_by uuid, add column ended_at timestamptz;
