"""A person's page: each part for whom she chose, cards taken by her link, nothing for whom she blocked."""

import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from PIL import Image

from shuke.friends import actions as friends
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.moderation import MODERATED
from shuke.shares import Thing, preview
from tests import world
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("1.3")


def jpeg() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (600, 600), (200, 80, 40)).save(body, "JPEG")
    return body.getvalue()


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    await friends.ask(db, one, other)
    await friends.ask(db, other, one)


async def mia_with_all(client: Client, database: Database) -> tuple[Signed, world.Shop]:
    """Mia holds a card of a tier, was at the shop, and wrote about herself."""
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.signed_in(db, "Mia")
        await db.run(
            "update merchants.stores set longitude = 24.94, latitude = 60.17 where store_id = :store", store=shop.store_id
        )
    joined = await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=mia.headers)
    assert joined.status_code == 201
    async with database.write() as db:
        await db.run("update cards.memberships set tier = 1 where person_id = :mia", mia=mia.person_id)
        for place, ago in ((shop.store_id, 5), (uuid4(), 1)):
            await db.run(
                """
                insert into visits.visits (person_id, merchant_id, place_id, kind, reference, at)
                values (:mia, :merchant, :place, 'purchase', uuidv7(), :at)
                """,
                mia=mia.person_id,
                merchant=shop.merchant_id,
                place=place,
                at=clock.now() - timedelta(hours=ago),
            )
        await db.run(
            """
            insert into places.places (cell, place_id, merchant_id, name, category, zone, longitude, latitude, spot)
            values (1, :store, :merchant, 'Kaisla', 'bakery', 'Europe/Helsinki', 24.94, 60.17, point(0, 0))
            on conflict do nothing
            """,
            store=shop.store_id,
            merchant=shop.merchant_id,
        )
    body = {"about": "I cook", "foods": ["Ramen", " ramen ", "Ramen", "Rye\nbread"]}
    saved = await client.put("/api/v1/me/profile", json=body, headers=mia.headers)
    assert saved.json()["foods"] == ["Ramen", "ramen", "Rye bread"]
    return mia, shop


async def see(client: Client, viewer: Signed | None, person: Signed) -> dict[str, object]:
    answer = await client.get(f"/api/v1/people/{person.person_id}", headers=viewer.headers if viewer else {})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


PARTS = ("foods", "places", "cards", "badges")


async def test_each_part_is_for_whom_she_chose(client: Client, database: Database) -> None:
    mia, shop = await mia_with_all(client, database)
    async with database.write() as db:
        friend, stranger = await world.signed_in(db, "Liu"), await world.signed_in(db, "Eve")
        await befriend(db, mia.person_id, friend.person_id)
    for audience, seen in (("everyone", (True, True, True)), ("friends", (False, True, True)), ("me", (False, False, True))):
        draft = {"about": "I cook", "foods": ["Ramen"], **{f"{part}_for": audience for part in PARTS}}
        assert (await client.put("/api/v1/me/profile", json=draft, headers=mia.headers)).status_code == 200
        for viewer, sees in zip((stranger, friend, mia), seen, strict=True):
            shown = await see(client, viewer, mia)
            assert [shown[part] is not None for part in PARTS] == [sees] * 4, (audience, viewer)
            page = (await client.get(f"/people/{mia.person_id}", headers=viewer.headers)).text
            assert ("Ramen" in page, f"/places/{shop.store_id}" in page) == (sees, sees)
            assert "I cook" in page
        assert [(await see(client, None, mia))[part] is not None for part in PARTS] == [audience == "everyone"] * 4
    shown = await see(client, mia, mia)
    assert isinstance(shown["places"], list)
    assert [place["place_id"] for place in shown["places"]] == [str(shop.store_id)], "an hour ago is not shown yet"
    badges = shown["badges"]
    assert isinstance(badges, list)
    assert {(badge["kind"], badge["value"]) for badge in badges} >= {("regular", "Regular")}


async def test_the_first_choice_is_friends(client: Client, database: Database) -> None:
    mia, _shop = await mia_with_all(client, database)
    own = (await client.get("/api/v1/me/profile", headers=mia.headers)).json()
    assert {own[f"{part}_for"] for part in PARTS} == {"friends"}


async def test_badges_tell_no_card_that_is_not_shown(client: Client, database: Database) -> None:
    mia, _shop = await mia_with_all(client, database)
    draft = {"cards_for": "me", "badges_for": "everyone"}
    assert (await client.put("/api/v1/me/profile", json=draft, headers=mia.headers)).status_code == 200
    badges = (await see(client, None, mia))["badges"]
    assert isinstance(badges, list)
    assert [badge["kind"] for badge in badges] == ["member"]


async def test_a_friend_takes_a_card_by_the_link_of_who_shows_it(client: Client, database: Database) -> None:
    mia, shop = await mia_with_all(client, database)
    async with database.write() as db:
        friend, stranger = await world.signed_in(db, "Liu"), await world.signed_in(db, "Eve")
        await befriend(db, mia.person_id, friend.person_id)
    path = f"/api/v1/people/{mia.person_id}/cards/{shop.merchant_id}/link"
    assert problem(await client.post(path, headers=stranger.headers)) == (404, "not_found")
    made = await client.post(path, headers=friend.headers)
    assert made.status_code == 201, made.text
    async with database.read() as db:
        giver = await db.value(UUID, "select person_id from shares.shares where code = :code", code=made.json()["code"])
    assert giver == mia.person_id
    client.cookies.set("shuke_session", friend.token)
    page = await client.get(f"/people/{mia.person_id}")
    token = re.search(r'name="csrf" content="(\w+)"', page.text)
    assert token is not None
    taken = await client.post(
        f"/people/{mia.person_id}/cards/{shop.merchant_id}", data={"csrf": token[1]}, follow_redirects=False
    )
    assert (taken.status_code, taken.headers["location"]) == (303, made.json()["address"])
    missing = await client.post(f"/api/v1/people/{mia.person_id}/cards/{uuid4()}/link", headers=friend.headers)
    assert problem(missing) == (404, "not_found")


async def test_blocked_people_see_no_page(client: Client, database: Database) -> None:
    mia, shop = await mia_with_all(client, database)
    async with database.write() as db:
        eve = await world.signed_in(db, "Eve")
        await friends.block(db, mia.person_id, eve.person_id)
        assert await preview(db, Thing("person", mia.person_id, mia.person_id), eve.person_id) is None
        shown = await preview(db, Thing("person", mia.person_id, mia.person_id), None)
        assert shown is not None
        assert (shown.title, shown.text) == ("Mia", "I cook")
    for viewer, person in ((eve, mia), (mia, eve)):
        for path in (f"/api/v1/people/{person.person_id}", f"/people/{person.person_id}"):
            assert (await client.get(path, headers=viewer.headers)).status_code == 404
    link = await client.post(f"/api/v1/people/{mia.person_id}/cards/{shop.merchant_id}/link", headers=eve.headers)
    assert problem(link) == (404, "not_found")
    await drain(database)


async def test_a_decision_hides_picture_and_words(client: Client, database: Database) -> None:
    mia, _shop = await mia_with_all(client, database)
    faces = MODERATED["face"]
    async with database.write() as db:
        shown = await faces.shown(db, mia.person_id, mia.person_id)
        assert shown is not None
        assert "I cook" in shown.text
        await faces.hide(db, mia.person_id, mia.person_id, hidden=True)
    assert (await see(client, None, mia))["about"] == ""
    assert (await see(client, mia, mia))["about"] == "I cook"


async def test_the_form_and_the_picture(client: Client, database: Database) -> None:
    mia, _shop = await mia_with_all(client, database)
    client.cookies.set("shuke_session", mia.token)
    page = await client.get("/me/profile")
    token = re.search(r'name="csrf" content="(\w+)"', page.text)
    assert token is not None
    form = {
        "csrf": token[1],
        "about": "<b>I bake</b>",
        "foods": "Ramen, 火锅、 rye bread",
        "cards_for": "everyone",
        "places_for": "x",
    }
    saved = await client.post("/me/profile", data=form, follow_redirects=True)
    assert "&lt;b&gt;I bake" in saved.text
    own = (await client.get("/api/v1/me/profile")).json()
    assert (own["foods"], own["cards_for"], own["places_for"]) == (["Ramen", "火锅", "rye bread"], "everyone", "friends")
    for photo in (jpeg(), jpeg()):
        files = {"photo": ("a.jpg", photo, "image/jpeg")}
        sent = await client.post("/me/profile/picture", data={"csrf": token[1]}, files=files, follow_redirects=False)
        assert sent.status_code == 303, sent.text
    face = (await see(client, None, mia))["face"]
    assert isinstance(face, dict)
    assert (await client.get(face["photo"])).status_code == 200
    async with database.read() as db:
        assert await db.value(int, "select count(*) from album.photos") == 1, "the one before is gone"
    bad = {"photo": ("a.svg", b"<svg/>", "image/svg+xml")}
    assert (await client.post("/me/profile/picture", data={"csrf": token[1]}, files=bad)).status_code == 422
    gone = await client.post("/me/profile/picture", data={"csrf": token[1], "remove": "yes"}, follow_redirects=False)
    assert gone.status_code == 303
    face = (await see(client, None, mia))["face"]
    assert isinstance(face, dict)
    assert face["photo"] is None
    held = (await client.get("/api/v1/me/export")).json()["held"]
    assert held["profiles.profiles"][0]["foods"] == ["Ramen", "火锅", "rye bread"]
