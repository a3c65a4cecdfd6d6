"""Every table says who owns its rows, and the owner comes first in every key: so the same schema spreads over shards."""

import asyncpg

MANY_HANDED = frozenset({"cell", "conversation_id", "tribe_id", "meetup_id"})  # what belongs to nobody alone: decision 0014
OWNERS = frozenset({"merchant_id", "person_id", "everyone", "here"}) | MANY_HANDED


async def test_every_table_has_an_owner_who_comes_first(db_url: str) -> None:
    connection = await asyncpg.connect(db_url)
    try:
        tables = await connection.fetch(
            """
            select c.oid, n.nspname || '.' || c.relname as name, obj_description(c.oid) as says
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'public') and n.nspname not like 'pg_%'
            """
        )
        keys = await connection.fetch(
            """
            select i.indrelid, i.indisprimary, i.indexrelid::regclass::text as name,
              array(select a.attname::text from unnest(i.indkey::int[]) with ordinality k(n, o)
                join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by k.o) as columns
            from pg_index i where i.indisunique
            """
        )
    finally:
        await connection.close()
    wrong = []
    for table in tables:
        owner = (table["says"] or "").removeprefix("owner: ")
        if owner not in OWNERS:
            wrong.append(f"{table['name']}: comment on table ... is 'owner: ...', one of {sorted(OWNERS)}")
            continue
        mine = [key for key in keys if key["indrelid"] == table["oid"]]
        if not any(key["indisprimary"] for key in mine):
            wrong.append(f"{table['name']} has no primary key")
        if owner not in ("everyone", "here"):
            for key in mine:
                if key["indisprimary"] and key["columns"][0] != owner:
                    wrong.append(f"{table['name']}: {owner} comes first in the primary key")
                if owner not in key["columns"]:
                    wrong.append(f"{key['name']}: unique without {owner}")
    assert tables, "no tables found"
    assert not wrong, "\n".join(wrong)
