"""Members' groups over HTTP: opening, joining with the card, activities with so many places, who sees whom, other shops."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from shuke.cards import JoinCall
from shuke.cards import join as join_card
from shuke.cards import leave as leave_card
from shuke.chat import is_member
from shuke.friends.actions import block
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.people.erase import erase
from tests import world
from tests.world import Client, Shop, Signed, problem

pytestmark = pytest.mark.row("7.4")


class Club(msgspec.Struct, frozen=True):
    """A shop, somebody who may open groups, and a group."""

    shop: Shop
    staff: Signed
    at: str
    conversation: str


async def members(database: Database, shop: Shop, count: int) -> list[Signed]:
    """So many with the shop's card."""
    async with database.write() as db:
        found = [await world.signed_in(db, name) for name in ["Mia", "李小明", "Aino", "Otto"][:count]]
        await join_card(db, [JoinCall(shop.merchant_id, one.person_id, None) for one in found])
    return found


async def opened(client: Client, database: Database, **changes: object) -> Club:
    """A group of a new shop."""
    async with database.write() as db:
        shop = await world.shop(db)
        staff = await world.staff(db, shop, "marketer")
    base = f"/api/v1/merchants/{shop.merchant_id}/groups"
    made = await client.post(base, json={"title": "Morning bakers", "about": "Bread", **changes}, headers=staff.headers)
    assert made.status_code == 201, made.text
    return Club(shop, staff, f"{base}/{made.json()['group_id']}", made.json()["conversation_id"])


def baking(**changes: object) -> dict[str, object]:
    """An activity tomorrow."""
    starts = clock.now() + timedelta(days=1)
    return {
        "title": "Baking together",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
        **changes,
    }


async def invited(client: Client, club: Club, **changes: object) -> str:
    """An activity; its address."""
    made = await client.post(f"{club.at}/activities", json=baking(**changes), headers=club.staff.headers)
    assert made.status_code == 201, made.text
    return f"{club.at}/activities/{made.json()['activity_id']}"


async def joins(client: Client, club: Club, *people: Signed) -> None:
    for one in people:
        answer = await client.post(f"{club.at}/members", headers=one.headers)
        assert answer.status_code == 201, answer.text


async def comes(client: Client, activity: str, who: Signed) -> tuple[int, str]:
    return problem(await client.post(f"{activity}/comings", headers=who.headers))


async def test_joined_with_the_card_and_left(client: Client, database: Database) -> None:
    club = await opened(client, database)
    mia, li = await members(database, club.shop, 2)
    async with database.write() as db:
        stranger = await world.signed_in(db, "Ella")
    assert problem(await client.post(f"{club.at}/members", headers=stranger.headers)) == (409, "members_only")
    await joins(client, club, mia, mia, li)
    group = (await client.get(club.at, headers=mia.headers)).json()
    assert (group["members"], group["joined"], group["may_join"]) == (2, True, True)
    assert (await client.get(f"/chats/{club.conversation}", headers=mia.headers)).status_code == 200
    seen = (await client.get(f"{club.at}/members", headers=mia.headers)).json()
    assert [one["name"] for one in seen["people"]] == ["Mia", "李小明"]
    assert problem(await client.get(f"{club.at}/members", headers=stranger.headers)) == (404, "not_found")
    assert (await client.delete(f"{club.at}/members", headers=li.headers)).status_code == 204
    own = (await client.get("/api/v1/clubs", headers=mia.headers)).json()["groups"]
    assert [one["title"] for one in own] == ["Morning bakers"]
    assert (await client.get("/api/v1/clubs", headers=li.headers)).json()["groups"] == []


async def test_a_group_for_a_tier(client: Client, database: Database) -> None:
    club = await opened(client, database, tier_from=1)
    (mia,) = await members(database, club.shop, 1)
    assert problem(await client.post(f"{club.at}/members", headers=mia.headers)) == (409, "tier_too_low")
    async with database.write() as db:
        await db.run("update cards.memberships set tier = 1 where person_id = :person", person=mia.person_id)
    await joins(client, club, mia)


async def test_without_the_card_out_of_the_group(client: Client, database: Database) -> None:
    club = await opened(client, database)
    (mia,) = await members(database, club.shop, 1)
    await joins(client, club, mia)
    activity = await invited(client, club, capacity=1)
    assert (await comes(client, activity, mia))[0] == 201
    async with database.write() as db:
        await leave_card(db, club.shop.merchant_id, mia.person_id)
    await drain(database)
    group = (await client.get(club.at, headers=mia.headers)).json()
    assert (group["members"], group["joined"], group["holder"]) == (0, False, False)
    assert [one["coming"] for one in (await client.get(f"{club.at}/activities")).json()["coming"]] == [0]
    assert problem(await client.post(f"{club.at}/members", headers=mia.headers)) == (409, "members_only")


async def test_places_at_an_activity(client: Client, database: Database) -> None:
    club = await opened(client, database)
    mia, li, aino = await members(database, club.shop, 3)
    activity = await invited(client, club, capacity=1, store_id=str(club.shop.store_id), spot="The oven")
    assert await comes(client, activity, mia) == (409, "members_only")
    await joins(client, club, mia, li)
    assert (await comes(client, activity, mia))[0] == 201
    assert (await comes(client, activity, mia))[0] == 201
    assert await comes(client, activity, li) == (409, "activity_full")
    seen = (await client.get(f"{club.at}/activities", headers=aino.headers)).json()
    assert [(one["coming"], one["mine"], one["zone"]) for one in seen["coming"]] == [(1, False, "Europe/Helsinki")]
    assert (await client.delete(f"{activity}/comings", headers=mia.headers)).json()["coming"] == 0
    assert (await comes(client, activity, li))[0] == 201
    assert (await client.delete(f"{club.at}/members", headers=li.headers)).status_code == 204
    said = (await client.get(f"{club.at}/activities", headers=mia.headers)).json()["coming"]
    assert [one["coming"] for one in said] == [0], "who leaves the group gives back her place"
    off = await client.post(f"{activity}/cancellation", headers=club.staff.headers)
    assert off.json()["cancelled_at"]
    assert await comes(client, activity, mia) == (409, "activity_cancelled")


async def test_the_chat_reads_it(client: Client, database: Database) -> None:
    club = await opened(client, database)
    (mia,) = await members(database, club.shop, 1)
    await joins(client, club, mia)
    await invited(client, club)
    page = await client.get(f"/chats/{club.conversation}", headers=mia.headers)
    assert "Baking together" in page.text
    assert "/clubs/" in page.text


async def test_who_was_put_out_comes_back_when_staff_let_her(client: Client, database: Database) -> None:
    club = await opened(client, database)
    mia, li = await members(database, club.shop, 2)
    await joins(client, club, mia, li)
    out = f"/api/v1/conversations/{club.conversation}/members/{mia.person_id}"
    assert (await client.delete(out, headers=club.staff.headers)).status_code == 204
    assert problem(await client.post(f"{club.at}/members", headers=mia.headers)) == (409, "put_out")
    page = club.at.replace("/api/v1/merchants", "/clubs").replace("/groups", "")
    assert "put you out" in (await client.get(page, headers=mia.headers)).text
    assert (await client.delete(f"{club.at}/members", headers=li.headers)).status_code == 204
    await joins(client, club, li)  # who left by herself comes back by herself
    put_out = (await client.get(f"{club.at}/put-out", headers=club.staff.headers)).json()
    assert [one["name"] for one in put_out["people"]] == ["Mia"]
    assert problem(await client.get(f"{club.at}/put-out", headers=li.headers))[0] in (403, 404)
    back = f"{club.at}/put-out/{mia.person_id}"
    assert (await client.delete(back, headers=club.staff.headers)).status_code == 204
    assert problem(await client.delete(back, headers=club.staff.headers)) == (404, "not_found")
    await joins(client, club, mia)


async def test_staff_whose_job_ended_leave_the_chat(client: Client, database: Database) -> None:
    club = await opened(client, database)
    async with database.write() as db:
        owner = await world.session_of(db, club.shop.owner_id)
        assert await is_member(db, UUID(club.conversation), club.staff.person_id)
    ended = await client.delete(
        f"/api/v1/merchants/{club.shop.merchant_id}/staff/{club.staff.person_id}", headers=owner.headers
    )
    assert ended.status_code == 204, ended.text
    await drain(database)
    async with database.write() as db:
        assert not await is_member(db, UUID(club.conversation), club.staff.person_id)
        await join_card(db, [JoinCall(club.shop.merchant_id, club.staff.person_id, None)])
    await joins(client, club, club.staff)  # as any other member
    async with database.read() as db:
        role = await db.value(str, "select role from chat.members where person_id = :person", person=club.staff.person_id)
    assert role == "member"


async def test_who_comes_is_written_to_when_it_is_called_off(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUKE_DEV", "1")  # letters are written, not sent
    club = await opened(client, database)
    mia, li, aino = await members(database, club.shop, 3)
    await joins(client, club, mia, li, aino)
    first, second = await invited(client, club), await invited(client, club, title="Eating together")
    await comes(client, first, mia)
    await comes(client, first, li)
    await client.delete(f"{first}/comings", headers=li.headers)
    await comes(client, second, aino)
    assert (await client.post(f"{first}/cancellation", headers=club.staff.headers)).status_code == 201
    assert (await client.post(f"{club.at}/closing", headers=club.staff.headers)).status_code == 204
    await drain(database)
    async with database.read() as db:
        written = await db.values(
            str,
            """
            select p.name || ': ' || l.subject from kit.letters l join people.contacts c on c.value = l.target
            join people.people p on p.person_id = c.person_id order by 1
            """,
        )
        body = await db.value(str, "select body from kit.letters where subject like '%Baking%'")
    assert written == ["Aino: Called off: Eating together", "Mia: Called off: Baking together"]
    assert body is not None
    assert "/clubs/" in body


async def test_hidden_people_are_not_listed(client: Client, database: Database) -> None:
    club = await opened(client, database)
    mia, li = await members(database, club.shop, 2)
    await joins(client, club, mia, li)
    activity = await invited(client, club)
    await comes(client, activity, mia)
    await comes(client, activity, li)
    async with database.write() as db:
        await block(db, li.person_id, mia.person_id)
    for address in (f"{club.at}/members", f"{activity}/comings"):
        seen = (await client.get(address, headers=mia.headers)).json()
        assert (seen["count"], [one["name"] for one in seen["people"]]) == (2, ["Mia"])


async def test_another_shop_and_other_roles(client: Client, database: Database) -> None:
    club = await opened(client, database)
    other = await opened(client, database)
    activity = await invited(client, club)
    async with database.write() as db:
        cashier = await world.staff(db, club.shop, "cashier")
    for at, headers, expected in (
        (f"{club.at}/closing", other.staff.headers, (404, "not_found")),
        (f"{activity}/cancellation", other.staff.headers, (404, "not_found")),
        (f"{club.at}/closing", cashier.headers, (403, "not_allowed")),
    ):
        assert problem(await client.post(at, headers=headers)) == expected
    group_id = club.at.rpartition("/")[2]
    mixed = f"{other.at.rpartition('/')[0]}/{group_id}"
    assert problem(await client.get(mixed)) == (404, "not_found")
    assert problem(await client.post(f"{mixed}/closing", headers=other.staff.headers)) == (404, "not_found")
    wrong = baking(store_id=str(other.shop.store_id))
    assert problem(await client.post(f"{club.at}/activities", json=wrong, headers=club.staff.headers)) == (404, "not_found")


async def test_once_under_a_key(client: Client, database: Database) -> None:
    club = await opened(client, database)
    headers = {**club.staff.headers, "idempotency-key": "one"}
    body = baking()
    first = await client.post(f"{club.at}/activities", json=body, headers=headers)
    again = await client.post(f"{club.at}/activities", json=body, headers=headers)
    assert first.json()["activity_id"] == again.json()["activity_id"]


async def test_changed_and_closed(client: Client, database: Database) -> None:
    club = await opened(client, database)
    mia, li = await members(database, club.shop, 2)
    await joins(client, club, mia)
    activity = await invited(client, club)
    body = {"title": "Evening bakers"}
    assert (await client.put(club.at, json=body, headers=club.staff.headers)).json()["title"] == "Evening bakers"
    assert (await client.post(f"{club.at}/closing", headers=club.staff.headers)).status_code == 204
    assert problem(await client.post(f"{club.at}/members", headers=li.headers)) == (404, "not_found")
    assert (await client.get(club.at, headers=mia.headers)).json()["closed_at"]
    assert await comes(client, activity, mia) == (409, "activity_cancelled")
    assert problem(await client.post(f"{club.at}/closing", headers=club.staff.headers)) == (409, "group_closed")


async def test_an_erased_person_leaves_no_trace(client: Client, database: Database) -> None:
    club = await opened(client, database)
    (mia,) = await members(database, club.shop, 1)
    await joins(client, club, mia)
    await comes(client, await invited(client, club), mia)
    async with database.write() as db:
        await erase(db, mia.person_id)
    await drain(database)
    async with database.read() as db:
        left = await db.value(int, "select count(*) from clubs.comings where person_id = :person", person=mia.person_id)
        coming = await db.value(int, "select coming from clubs.activities where merchant_id = :m", m=club.shop.merchant_id)
    assert (left, coming) == (0, 0)


async def test_pages(client: Client, database: Database) -> None:
    club = await opened(client, database)
    (mia,) = await members(database, club.shop, 1)
    await invited(client, club)
    merchant: UUID = club.shop.merchant_id
    group_id = club.at.rpartition("/")[2]
    part = await client.get(f"/cards/{merchant}/groups", headers=mia.headers)
    assert "Morning bakers" in part.text
    assert "Baking together" in part.text
    for page in (f"/clubs/{merchant}/{group_id}", "/clubs"):
        assert (await client.get(page, headers=mia.headers)).status_code == 200
    for page in (f"/console/{merchant}/groups", f"/console/{merchant}/groups/{group_id}"):
        assert (await client.get(page, headers=club.staff.headers)).status_code == 200
        assert (await client.get(page, headers=mia.headers)).status_code == 404
