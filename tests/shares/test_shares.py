"""Links, who came by them, and the tree: once for each person, under the first giver, never a ring."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shuke import shares
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import NotFound
from shuke.people import PersonErased
from shuke.shares import Preview, Share, Thing, actions
from shuke.shares.things import PREVIEWERS
from tests import world

KIND = "sample"


async def _shown(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    del db, viewer_id
    return None if thing.thing_id.int == 0 else Preview("Kaisla", "A card", "/cards", None, thing.owner_id, "star")


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    """A kind of the test's own, which everybody may see."""
    PREVIEWERS[KIND] = _shown
    yield
    del PREVIEWERS[KIND]


def card(merchant_id: UUID) -> Thing:
    """Something of a merchant."""
    return Thing(KIND, merchant_id, merchant_id)


async def brought(database: Database, share: Share, taker_id: UUID) -> shares.Branch | None:
    """Open a link and join at once."""
    async with database.write() as db:
        await shares.arrive(db, share, taker_id)
        return await shares.grow(db, share.owner_id, taker_id, clock.now())


@pytest.mark.row("2.6")
async def test_one_link_for_each_giver_thing_and_channel(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        mia, jo = await world.person(db), await world.person(db)
        first = await shares.link(db, mia, card(merchant), "link", "card")
        again = await shares.link(db, mia, card(merchant), "link")
        other = await shares.link(db, mia, card(merchant), "chat")
        hers = await shares.link(db, jo, card(merchant), "link")
        assert first == again
        assert len({first.code, other.code, hers.code}) == 3
        assert await shares.share_by_code(db, first.code.lower()) == first
        assert await shares.share_by_code(db, "0000000000") is None
        with pytest.raises(NotFound):
            await shares.link(db, mia, Thing(KIND, merchant, UUID(int=0)), "link")


@pytest.mark.row("2.6")
async def test_things_passed_on_lead_by_the_givers_link(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        mia, jo = await world.person(db), await world.person(db)
        thing = card(merchant)
        link = await shares.link(db, mia, thing, "chat")
        for_jo = await shares.passed_on(db, [(mia, thing), (jo, thing)], "chat", jo)
        for_mia = await shares.passed_on(db, [(mia, thing), (mia, Thing("nothing", merchant, merchant))], "chat", mia)
    assert {key[0]: shown.href for key, shown in for_jo.items()} == {mia: link.path, jo: "/cards"}
    assert [shown.href for shown in for_mia.values()] == ["/cards"]


@pytest.mark.row("2.6")
async def test_who_opened_counts_once_and_the_giver_never(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        mia, jo = await world.person(db), await world.person(db)
        link = await shares.link(db, mia, card(merchant), "link")
        assert await shares.arrive(db, link, mia) is None
        mark = await shares.arrive(db, link, None)
        assert await shares.arrive(db, link, None, mark) == mark
        await shares.arrive(db, link, jo, mark)  # the stranger of before has signed in
        await shares.arrive(db, link, jo)
        found = await db.values(UUID, "select taker_id from shares.arrivals where person_id = :mia", mia=mia)
    assert found == [jo]


@pytest.mark.row("2.6")
async def test_the_first_giver_wins_within_thirty_days(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        old, mia, jo, taker = [await world.person(db) for _ in range(4)]
        links = [await shares.link(db, giver, card(merchant), "link") for giver in (old, mia, jo)]
        for link, days in zip(links, (31, 20, 1), strict=True):
            with clock.at(clock.now() - timedelta(days=days)):
                await shares.arrive(db, link, taker)
        branch = await shares.grow(db, merchant, taker, clock.now())
        assert branch is not None
        assert (branch.giver_id, branch.depth) == (mia, 1)
        assert await shares.grow(db, merchant, taker, clock.now() + timedelta(days=40)) == branch
        late = await world.person(db)
        joined = clock.now() - timedelta(minutes=1)
        await shares.arrive(db, links[1], late)  # opened after she had joined
        assert await shares.grow(db, merchant, late, joined) is None


@pytest.mark.row("2.6")
async def test_depth_grows_and_nobody_hangs_under_whom_he_brought(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        root, first, second = [await world.person(db) for _ in range(3)]
        links = {giver: await shares.link(db, giver, card(merchant), "link") for giver in (root, first)}
    assert (await brought(database, links[root], first)) is not None
    branch = await brought(database, links[first], second)
    assert branch is not None
    assert branch.depth == 2
    async with database.write() as db:
        theirs = await shares.link(db, second, card(merchant), "qr")
        parent = await db.value(UUID, "select parent_id from shares.shares where share_id = :share", share=theirs.share_id)
    assert parent == links[first].share_id
    assert await brought(database, theirs, root) is None


@pytest.mark.race
@pytest.mark.row("2.6")
async def test_a_ring_of_givers_at_once_stays_open(database: Database) -> None:
    merchant, size = uuid4(), 12
    async with database.write() as db:
        people = [await world.person(db) for _ in range(size)]
        links = [await shares.link(db, giver, card(merchant), "link") for giver in people]
        for number, taker in enumerate(people):
            await shares.arrive(db, links[(number + 1) % size], taker)

    async def grow(taker: UUID) -> shares.Branch | None:
        async with database.write() as db:
            return await shares.grow(db, merchant, taker, clock.now())

    grown = await asyncio.gather(*[grow(taker) for taker in people])
    above = {branch.person_id: branch.giver_id for branch in grown if branch is not None}
    assert len(above) == size - 1
    for person in people:
        seen, at = set(), person
        while at in above:
            assert at not in seen
            seen.add(at)
            at = above[at]


@pytest.mark.race
@pytest.mark.row("2.6")
async def test_two_links_at_once_are_one_branch(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        taker = await world.person(db)
        links = [await shares.link(db, await world.person(db), card(merchant), "link") for _ in range(8)]
    grown = await asyncio.gather(*[brought(database, link, taker) for link in links])
    assert len({branch.giver_id for branch in grown if branch is not None}) == 1
    async with database.read() as db:
        assert await db.value(int, "select count(*) from shares.branches") == 1
        assert await db.value(int, "select count(*) from shares.arrivals") == 8


@pytest.mark.row("1.1")
async def test_an_erased_person_stays_a_node_without_links(database: Database) -> None:
    merchant = uuid4()
    async with database.write() as db:
        mia, jo, kim = [await world.person(db) for _ in range(3)]
        links = [await shares.link(db, giver, card(merchant), "link") for giver in (mia, jo)]
    await brought(database, links[0], jo)
    await brought(database, links[1], kim)
    async with database.write() as db:
        await actions.forget(db, PersonErased(jo))
        assert await shares.share_by_code(db, links[1].code) is None
        assert sorted(await db.values(UUID, "select taker_id from shares.arrivals"), key=str) == sorted([None, kim], key=str)
        assert await db.value(int, "select count(*) from shares.branches") == 2
        assert await db.value(int, "select count(*) from shares.ways where person_id = :jo", jo=jo) == 0
