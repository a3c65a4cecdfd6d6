"""Circle: people with friends by a power law, one of them with five thousand, and what they told, made by set-based SQL."""

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
# both ends of a pair: the first one skewed (the degree falls with the cube root of the rank), the second one even
FRIENDS = """
insert into friends.friends (person_id, friend_id, since)
with pairs as (
  select 1 + floor($1::int * power(random(), 1.5))::int as a, 1 + floor($1 * random())::int as b from generate_series(1, $1 * $2::int / 2)
  union all select 1, 2 + floor(($1 - 1) * random())::int from generate_series(1, $3::int)
), ends as (
  select least(a, b) as a, greatest(a, b) as b from pairs where a <> b group by 1, 2
)
select lpad(to_hex(a), 32, '0')::uuid, lpad(to_hex(b), 32, '0')::uuid, now()
from (select a, b from ends union all select b, a from ends) both_ways order by 1, 2
"""
POSTS = """
insert into feed.posts (person_id, post_id, kind, words, audience, at)
select lpad(to_hex(1 + floor($1::int * random())::int), 32, '0')::uuid, uuidv7(-a.ago), 'words', 'What I had there today was good, number ' || n,
  case when n % 20 = 0 then 'everyone' else 'friends' end, now() - a.ago
from generate_series(1, $2::int) n cross join lateral (select interval '100 days' * (($2 - n)::float8 / $2) + interval '1 minute' as ago) a
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
    connection = await asyncpg.connect(url, command_timeout=3_600)
    try:
        people = max(posts // 25, 500)
        await connection.execute("set synchronous_commit = off")
        await connection.execute("set work_mem = '256MB'")
        await connection.execute(PEOPLE, people)
        await connection.execute(FRIENDS, people, min(100, people // 10), min(5_000, people // 3))
        await connection.execute(POSTS, people, posts)
        await connection.execute(NEWEST)
        await connection.execute(LIKES, posts // 20)
        await connection.execute("vacuum (analyze, freeze)")
        await connection.execute("checkpoint")
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
        await connection.close()


async def _sessions(connection: asyncpg.Connection, people: list[UUID]) -> dict[UUID, str]:
    made = [new_token(person) for person in people]
    await connection.execute(
        "insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at) "
        "select p, h, now(), now(), now() + interval '90 days' from unnest($1::uuid[], $2::bytea[]) as s(p, h)",
        [token.person_id for token in made],
        [token.hashed for token in made],
    )
    return {token.person_id: token.text for token in made}
