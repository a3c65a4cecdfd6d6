-- Search: what places are found by. Kept up from the places' index and what their merchants sell; may be made anew at any time.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;
create schema search;

-- What has been indexed; `mark` stands for all that went in, so that a place that is as before costs no write.
create table search.places (
  cell      bigint not null,
  place_id  uuid not null,
  mark      bigint not null,
  primary key (cell, place_id)
);
comment on table search.places is 'owner: cell';
create index on search.places (place_id);

-- Cells that have places, for a search that says no place; a row stays when its last place goes.
create table search.cells (
  cell  bigint primary key
);
comment on table search.cells is 'owner: cell';

create table search.terms (
  cell      bigint not null,
  place_id  uuid not null,
  kind      smallint not null check (kind between 0 and 6),  -- 0 name, 1 name from a later word on, 2 what is sold, 3 name from within a word, 4 sound, 5 sound from a later word on, 6 initials
  term      text collate "C" not null check (length(term) between 1 and 240),
  shown     text not null default '',                        -- what is sold, as it is written
  primary key (cell, place_id, kind, term),
  foreign key (cell, place_id) references search.places on delete cascade
);
comment on table search.terms is 'owner: cell';
create index terms_begin on search.terms (cell, term) include (kind, place_id);
create index terms_alike on search.terms using gin (cell, term gin_trgm_ops) where kind = 4;

-- How far the walk over all places has come that mends what the index missed.
create table search.walks (
  only_row  boolean not null primary key default true check (only_row),
  place_id  uuid not null default '00000000-0000-0000-0000-000000000000',
  rounds    integer not null default 0
);
comment on table search.walks is 'owner: here';
insert into search.walks default values;

-- Names that sound like `wanted`. A function, because the likeness that the index is asked for can only be set, not passed.
create function search.alike(wanted text, lowest real, cells bigint[], most integer)
  returns table (cell bigint, place_id uuid, term text, likeness real) language plpgsql as $$
begin
  perform set_config('pg_trgm.word_similarity_threshold', lowest::text, true);
  return query
    select t.cell, t.place_id, t.term::text, word_similarity(wanted, t.term) + similarity(wanted, t.term)
    from unnest(cells) as c(cell) join search.terms t on t.cell = c.cell
    where t.kind = 4 and t.term %> wanted
    order by 4 desc, t.place_id limit most;
end $$;
