"""Friends, a place, and what they do with posts: for the tests of the feed."""

from uuid import UUID

from shuke.feed import NewPost, publish
from shuke.friends.actions import ask
from shuke.kit.db import Database, Db
from shuke.places import follow
from tests import world
from tests.world import Client, Shop, Signed

HERE = (24.9414, 60.1699)


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    """Each asks the other."""
    await ask(db, one, other)
    await ask(db, other, one)


async def trio(database: Database) -> tuple[Signed, Signed, Signed]:
    """Mia, her friend Liu, and Eve whom neither knows."""
    async with database.write() as db:
        mia, liu, eve = await world.signed_in(db, "Mia"), await world.signed_in(db, "Liu"), await world.signed_in(db, "Eve")
        await befriend(db, mia.person_id, liu.person_id)
    return mia, liu, eve


async def place(db: Db, name: str = "Kaisla Bakery") -> Shop:
    """A shop whose store stands on the map."""
    shop = await world.shop(db, name)
    await db.run(
        "update merchants.stores set longitude = :longitude, latitude = :latitude, city = 'Helsinki' where store_id = :store",
        longitude=HERE[0],
        latitude=HERE[1],
        store=shop.store_id,
    )
    await follow(db, [shop.merchant_id])
    return shop


async def tell(database: Database, person_id: UUID, words: str = "Good bread") -> UUID:
    """A post of somebody, committed."""
    async with database.write() as db:
        return await publish(db, NewPost(person_id, "words", words))


async def post(client: Client, one: Signed, words: str = "Good bread", **draft: object) -> dict[str, str]:
    """A post by the API."""
    answer = await client.post("/api/v1/posts", json={"words": words, **draft}, headers=one.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


async def feed(client: Client, one: Signed, cursor: str | None = None) -> tuple[list[str], str | None]:
    """The words of a page of somebody's feed, and the cursor of the next."""
    answer = await client.get("/api/v1/feed", params={"cursor": cursor} if cursor else {}, headers=one.headers)
    assert answer.status_code == 200, answer.text
    return [found["words"] for found in answer.json()["posts"]], answer.json()["next"]


def path(made: dict[str, str]) -> str:
    """Where a post is in the API."""
    return f"/api/v1/posts/{made['person_id']}/{made['post_id']}"
