"""Circle: people with friends by a power law, one of them with five thousand, and what they told, made by set-based SQL."""

import asyncio
from uuid import UUID

import asyncpg
import msgspec

from shuke.people.tokens import new_token

STAR = 1
READERS = 1_000
WRITERS = 3_000

PEOPLE = """
insert into people.people (person_id, name, created_at)
select lpad(to_hex(n), 32, '0')::uuid, 'Person ' || n, now() - interval '1 year' from generate_series(1, $1::int) n
"""
NUMBERS = """
create temporary table numbers as select n, lpad(to_hex(n), 32, '0')::uuid as id from generate_series(1::bigint, $1) n
"""
# both ends of a pair: the first one skewed (the degree falls with the cube root of the rank), the second one even
FRIENDS = """
insert into friends.friends (person_id, friend_id, since)
with pairs as (
  select 1 + floor($1::int * power(random(), 1.5))::bigint as a, 1 + floor($1 * random())::bigint as b
  from generate_series(1, $1 * $2::int / 2)
  union all select 1, 2 + floor(($1 - 1) * random())::bigint from generate_series(1, $3::int)
), ends as (
  select distinct (least(a, b) << 32) | greatest(a, b) as pair from pairs where a <> b
)
select p.id, f.id, now()
from (select pair from ends union all select ((pair & 4294967295) << 32) | (pair >> 32) from ends order by 1) both_ways
join numbers p on p.n = pair >> 32 join numbers f on f.n = pair & 4294967295
"""
POSTS = """
insert into feed.posts (person_id, post_id, kind, words, audience, at)
select lpad(to_hex(1 + floor($1::int * random())::int), 32, '0')::uuid, uuidv7(-a.ago), 'words', 'What I had there today was good, number ' || n,
  case when n % 20 = 0 then 'everyone' else 'friends' end, now() - a.ago
from generate_series(1, $2::int) n cross join lateral (select interval '100 days' * (($2 - n)::float8 / $2) + interval '1 minute' as ago) a
"""
# what is put in order is made faster once all of it is there: the key, those that refer to it, the indexes
ORDERED = """
select string_agg(off, ';' order by turn desc) as off, string_agg(again, ';' order by turn) as again from (
  select case contype when 'p' then 1 else 2 end as turn, format('alter table %s drop constraint %I', conrelid::regclass, conname) as off,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as again
  from pg_constraint where conrelid = $1::regclass and contype = 'p' or confrelid = $1::regclass
  union all select 3, format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
  from pg_index where indrelid = $1::regclass and not indisprimary) parts
"""
NEWEST = """
insert into feed.newest (person_id, post_id)
select distinct on (person_id) person_id, post_id from feed.posts where audience <> 'me' order by person_id, post_id desc
"""
LIKES = """
with lately as (select person_id, post_id from feed.posts order by post_id desc limit $1::int), liked as (
  insert into feed.likes (person_id, post_id, liker_id, at)
  select p.person_id, p.post_id, f.friend_id, now() from lately p cross join lateral (
    select friend_id from friends.friends f where f.person_id = p.person_id order by friend_id limit 3) f
)
insert into feed.comments (person_id, post_id, author_id, words, at)
select p.person_id, p.post_id, f.friend_id, 'Where is that?', now() from lately p cross join lateral (
  select friend_id from friends.friends f where f.person_id = p.person_id order by friend_id desc limit 1) f
"""


class Circle(msgspec.Struct, frozen=True):
    """Tokens: of the one with most friends, of some of those, of readers, of writers."""

    star: str
    star_id: UUID
    fans: list[str]
    readers: list[tuple[UUID, str]]
    writers: list[str]
    people: int
    friends: int
    most_friends: int


def number(person: int) -> UUID:
    """The id of a person by her number."""
    return UUID(int=person)


async def seed_circle(url: str, posts: int) -> Circle:
    """As many posts, a person for each twenty-five of them, a hundred friends each on average."""
    connection = await _loading(url)
    beside = await _loading(url)
    try:
        people = max(posts // 25, 500)
        await _load(connection, beside, people, posts)
        star = number(STAR)
        fans = await connection.fetch("select friend_id from friends.friends where person_id = $1 limit 200", star)
        spread = max(people // WRITERS, 1)
        chosen = [number(2 + i * spread) for i in range(min(WRITERS, people - 2))]
        tokens = await _sessions(connection, list(dict.fromkeys([star, *(row[0] for row in fans), *chosen])))
        friends = await connection.fetchval("select count(*) from friends.friends")
        most = await connection.fetchval("select count(*) from friends.friends where person_id = $1", star)
        readers = [(person, tokens[person]) for person in chosen[:: max(len(chosen) // READERS, 1)]]
        return Circle(
            tokens[star],
            star,
            [tokens[row[0]] for row in fans],
            readers,
            [tokens[person] for person in chosen],
            people,
            friends,
            most,
        )
    finally:
        await beside.close()
        await connection.close()


async def _loading(url: str) -> asyncpg.Connection:
    """A connection for loading much; no statement of it lasts longer than half an hour."""
    connection = await asyncpg.connect(url, command_timeout=1800)
    await connection.execute("set synchronous_commit = off")
    await connection.execute("set session_replication_role = replica")  # what refers to a row refers to one that was just made
    await connection.execute("set work_mem = '512MB'")
    await connection.execute(
        "set enable_hashagg = off"
    )  # pairs of friends are sorted: of what it guesses wrong, a hash is made again and again
    await connection.execute("set maintenance_work_mem = '512MB'")
    return connection


async def _load(connection: asyncpg.Connection, beside: asyncpg.Connection, people: int, posts: int) -> None:
    """Friends and posts at the same time, over a connection each."""
    for setting in ("max_wal_size = '16GB'", "checkpoint_timeout = '1h'"):
        await connection.execute(f"alter system set {setting}")
    await connection.execute("select pg_reload_conf()")
    await connection.execute(PEOPLE, people)
    async with asyncio.TaskGroup() as both:
        both.create_task(_befriend(connection, people))
        both.create_task(_tell(beside, people, posts))
    await connection.execute(LIKES, posts // 20)
    async with asyncio.TaskGroup() as both:
        both.create_task(connection.execute("vacuum (analyze) friends.friends"))
        both.create_task(beside.execute("vacuum (analyze) feed.posts, feed.likes, feed.comments, feed.newest, people.people"))
    for setting in ("max_wal_size", "checkpoint_timeout"):
        await connection.execute(f"alter system reset {setting}")
    await connection.execute("select pg_reload_conf()")
    await connection.execute("checkpoint")


async def _befriend(connection: asyncpg.Connection, people: int) -> None:
    ordered = await connection.fetchrow(ORDERED, "friends.friends")
    assert ordered is not None
    await connection.execute(ordered["off"])
    await connection.execute(NUMBERS, people)
    await connection.execute("analyze numbers")
    await connection.execute(FRIENDS, people, min(100, people // 10), min(5_000, people // 3))
    await connection.execute(ordered["again"])


async def _tell(connection: asyncpg.Connection, people: int, posts: int) -> None:
    ordered = await connection.fetchrow(ORDERED, "feed.posts")
    assert ordered is not None
    await connection.execute(ordered["off"])
    await connection.execute(POSTS, people, posts)
    await connection.execute(ordered["again"])
    await connection.execute(NEWEST)


async def _sessions(connection: asyncpg.Connection, people: list[UUID]) -> dict[UUID, str]:
    made = [new_token(person) for person in people]
    await connection.execute(
        "insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at) "
        "select p, h, now(), now(), now() + interval '90 days' from unnest($1::uuid[], $2::bytea[]) as s(p, h)",
        [token.person_id for token in made],
        [token.hashed for token in made],
    )
    return {token.person_id: token.text for token in made}
