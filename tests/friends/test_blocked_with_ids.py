"""Once one blocks the other, no address with an id in it tells one of the other: not hers, and not what both are in."""

from datetime import timedelta
from itertools import product

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from shuke.friends import actions
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests import world
from tests.feed.circle import befriend, place
from tests.friends.test_blocked_everywhere import looked
from tests.reviews.test_reviews import visited
from tests.world import Client, Shop, Signed

pytestmark = [pytest.mark.row("1.2"), pytest.mark.slow]

NAMES = ("Aurelia Zweig", "Bartholomew Quist", "Cornelia Third")
ELSEWHERE = (
    "/api/v1/merchants",
    "/console",
    "/counter",
    "/platform",
    "/photos",
    "/pictures",
)  # staff's, or known by a random id
Known = dict[str, list[str]]


class Life:
    """Two who will block each other and a third whom both know; what they make, by the name of its id in addresses."""

    def __init__(self, client: Client, people: list[Signed], shop: Shop) -> None:
        self.client = client
        self.one, self.other, self.third = people
        self.shop = shop
        self.known: Known = {
            "person_id": [str(person.person_id) for person in people],
            "place_id": [str(shop.store_id)],
            "merchant_id": [str(shop.merchant_id)],
            "number": [str(number) for number in range(1, 8)],
        }

    async def make(self, who: Signed, address: str, called: str, /, **body: object) -> str:
        """Something made by the API; its id, and its place in an address."""
        answer = await self.client.post(f"/api/v1{address}", json=body, headers=who.headers)
        assert answer.status_code in (201, 204), (address, answer.text)
        if not called:
            return ""
        made = str(answer.json()[called])
        self.known.setdefault(called, []).append(made)
        return made

    async def link(self, person: Signed, kind: str, thing: str) -> None:
        """A link that a person passes on."""
        body = {"kind": kind, "owner_id": str(person.person_id), "thing_id": thing}
        await self.make(person, "/shares", "code", thing=body, channel="link")

    async def posts(self) -> None:
        """Posts of each; both say something to the third's, who passes on what each told."""
        common = await self.make(self.third, "/posts", "post_id", words="Common ground", audience="everyone")
        for person in (self.one, self.other):
            told = await self.make(person, "/posts", "post_id", words="Hello", audience="everyone")
            await self.make(person, "/posts", "post_id", words="For friends", audience="friends")
            await self.link(person, "post", told)
            await self.link(person, "person", str(person.person_id))
            await self.make(
                self.third, f"/posts/{person.person_id}/{told}/forwards", "post_id", words="Look", audience="everyone"
            )
            await self.make(person, f"/posts/{self.third.person_id}/{common}/comments", "comment_id", words="Well said")
            await self.make(person, f"/posts/{self.third.person_id}/{common}/likes", "")

    async def groups(self) -> None:
        """Tribes with topics, replies and meetups; both are in the third's."""
        soon = clock.now() + timedelta(days=2)
        meal = {"kind": "meal", "title": "Dinner", "audience": "everyone", "spot": "At the harbour"}
        times = {"starts_at": soon.isoformat(), "ends_at": (soon + timedelta(hours=2)).isoformat()}
        tribe = await self.make(self.third, "/tribes", "tribe_id", name="Common tribe", interest="food")
        meetup = await self.make(self.third, "/meetups", "meetup_id", **meal, **times)
        topic = await self.make(self.third, f"/tribes/{tribe}/topics", "topic_id", title="Common topic")
        for person in (self.one, self.other):
            await self.make(person, "/meetups", "meetup_id", **meal, **times)
            own = await self.make(person, "/tribes", "tribe_id", name=f"Tribe {person.person_id.hex[-8:]}", interest="food")
            await self.make(person, f"/tribes/{own}/topics", "topic_id", title="My own")
            await self.make(person, f"/tribes/{tribe}/members", "")
            await self.make(person, f"/tribes/{tribe}/topics", "topic_id", title="Among us")
            await self.make(person, f"/tribes/{tribe}/topics/{topic}/replies", "reply_id", text="Well said")
            await self.make(person, f"/tribes/{tribe}/topics/{topic}/likes", "")
            await self.make(person, f"/meetups/{meetup}/places", "")

    async def talks(self) -> None:
        """A pair, and a group of all three in which both say something and where they are."""
        everybody = [str(self.one.person_id), str(self.other.person_id)]
        group = await self.make(self.third, "/conversations", "conversation_id", people=everybody, title="Common group")
        await self.make(self.one, "/conversations", "conversation_id", people=[str(self.other.person_id)])
        for person in (self.one, self.other):
            await self.make(person, f"/conversations/{group}/messages", "", text="Anybody?")
            await self.make(person, f"/conversations/{group}/positions", "", longitude=24.94, latitude=60.17)
            await self.make(person, f"/conversations/{group}/proposals", "", place_id=str(self.shop.store_id))
            await self.make(person, f"/conversations/{group}/agreements", "", place_id=str(self.shop.store_id))

    async def reviews(self) -> None:
        """Both were at the shop and wrote so."""
        for person in (self.one, self.other):
            said = {"place_id": str(self.shop.store_id), "overall": 5, "incentive": "none", "text": "Good bread"}
            await self.make(person, "/reviews", "review_id", **said)

    def addresses(self, application: Litestar) -> list[str]:
        """Every GET whose ids are all known, with each of them."""
        found = set()
        for route in application.routes:
            if not isinstance(route, HTTPRoute) or "{" not in route.path or route.path.startswith(ELSEWHERE):
                continue
            names = list(route.path_parameters)
            reads = any("GET" in handler.http_methods for handler in route.route_handlers)
            if reads and all(name in self.known for name in names):
                for values in product(*(self.known[name] for name in names)):
                    path = route.path_format
                    for name, value in zip(names, values, strict=True):
                        path = path.replace(f"{{{name}}}", value)
                    found.add(path)
        for kind, name in (("post", "post_id"), ("review", "review_id")):
            found |= {f"/share/{kind}/{owner}/{thing}" for owner, thing in product(self.known["person_id"], self.known[name])}
        for kind, name in (("tribe", "tribe_id"), ("meetup", "meetup_id"), ("place", "place_id"), ("person", "person_id")):
            found |= {f"/share/{kind}/{thing}/{thing}" for thing in self.known[name]}
        return sorted(found)


async def lived(client: Client, database: Database) -> Life:
    async with database.write() as db:
        people = [await world.signed_in(db, name) for name in NAMES]
        shop = await place(db)
        for one, other in ((0, 1), (0, 2), (1, 2)):
            await befriend(db, people[one].person_id, people[other].person_id)
        for person in people:
            await visited(db, shop, person.person_id)
    life = Life(client, people, shop)
    await life.posts()
    await life.groups()
    await life.talks()
    await life.reviews()
    await drain(database)
    return life


async def test_no_address_with_an_id_tells_of_who_is_hidden(client: Client, database: Database, application: Litestar) -> None:
    life = await lived(client, database)
    addresses = life.addresses(application)
    before = [address for address in addresses if NAMES[1] in await looked(client, address, life.one)]
    assert len(before) >= 20, "before the block she is there"
    async with database.write() as db:
        await actions.block(db, life.one.person_id, life.other.person_id)
    await drain(database)
    told = []
    for viewer, hidden, name in ((life.one, life.other, NAMES[1]), (life.other, life.one, NAMES[0])):
        for address in addresses:
            text = await looked(client, address, viewer)
            if name in text or (str(hidden.person_id) in text and str(hidden.person_id) not in address):
                told.append(f"{name}: {address}")
    assert told == []
