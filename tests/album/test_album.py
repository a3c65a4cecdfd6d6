"""Pictures: made anew, loaded by who knows the id, kept or gone."""

import asyncio
import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from PIL import Image

from shuke.album import actions
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from tests import world
from tests.world import Client, problem

WHERE = 0x8825  # the EXIF block of positions


def picture(width: int = 2400, height: int = 1200, *, position: bool = True) -> bytes:
    """A JPEG as a phone makes it, with a position."""
    image = Image.new("RGB", (width, height), (200, 80, 40))
    exif = Image.Exif()
    if position:
        exif.get_ifd(WHERE)[1] = "N"
        exif[0x010F] = "Phone"
    body = io.BytesIO()
    image.save(body, "JPEG", exif=exif)
    return body.getvalue()


@pytest.mark.row("7.1")
async def test_a_photo_is_made_anew_and_loaded_by_its_address(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
    added = await client.post("/api/v1/photos", headers=mia.headers, files={"photo": ("a.jpg", picture(), "image/jpeg")})
    assert added.status_code == 201
    large = await client.get(added.json()["address"])
    with Image.open(io.BytesIO(large.content)) as made:
        assert made.size == (1600, 800)
        assert not made.getexif()
    small = await client.get(added.json()["small"])
    with Image.open(io.BytesIO(small.content)) as made:
        assert max(made.size) == 480


@pytest.mark.row("7.1")
async def test_what_is_no_photo_is_refused(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
    files = {"photo": ("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")}
    assert problem(await client.post("/api/v1/photos", headers=mia.headers, files=files)) == (422, "photo_unreadable")


def blank(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    body = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", (width, height)).save(body, kind)
    return body.getvalue()


@pytest.mark.row("7.1")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        blank(64, 64, "TIFF"),
        blank(64, 64, "GIF"),
        blank(20_000, 20_000),
        picture(64, 64)[:200],
    ],
    ids=["nothing", "script", "program", "tiff", "gif", "bomb", "cut off"],
)
async def test_odd_pictures_are_refused(client: Client, database: Database, content: bytes) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
    files = {"photo": ("a.jpg", content, "image/jpeg")}
    status, name = problem(await client.post("/api/v1/photos", headers=mia.headers, files=files))
    assert status == 422
    assert name in ("photo_unreadable", "photo_too_large")


@pytest.mark.row("7.1")
async def test_what_is_hung_on_a_picture_is_left_behind(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
    files = {"photo": ("a.html", picture(64, 64) + b"<script>alert(1)</script>PK\x03\x04", "text/html")}
    added = await client.post("/api/v1/photos", headers=mia.headers, files=files)
    assert added.status_code == 201
    loaded = await client.get(added.json()["address"])
    assert (loaded.headers["content-type"], loaded.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    assert b"script" not in loaded.content
    assert b"PK" not in loaded.content


@pytest.mark.row("7.1")
async def test_what_nobody_uses_goes_after_a_day(database: Database) -> None:
    async with database.write() as db:
        mia, other = await world.person(db), await world.person(db)
        kept, loose = await actions.add(db, mia, picture(64, 64)), await actions.add(db, mia, picture(64, 64))
        await actions.keep(db, mia, [kept], uuid4())
        with clock.at(clock.now() + timedelta(hours=25)):
            assert await actions.sweep(db) == 1
        for person, photo in ((mia, loose), (other, kept)):
            with pytest.raises(Refusal, match="not_found"):
                await actions.keep(db, person, [photo], uuid4())


@pytest.mark.row("7.1")
async def test_a_photo_stays_while_one_thing_uses_it(database: Database) -> None:
    one, other = uuid4(), uuid4()
    async with database.write() as db:
        mia = await world.person(db)
        photo = await actions.add(db, mia, picture(64, 64))
        for _time in range(2):  # said again it is the same
            await actions.keep(db, mia, [photo], one)
        await actions.keep(db, mia, [photo], other)
        await actions.drop(db, mia, [photo], one)
        await actions.drop(db, mia, [photo], one)
        assert await db.value(int, "select count(*) from album.photos") == 1
        await actions.drop(db, mia, [photo], other)
        assert await db.value(int, "select count(*) from album.photos") == 0


@pytest.mark.row("7.1")
@pytest.mark.race
async def test_the_last_of_two_things_dropped_at_once_takes_the_photo_along(database: Database) -> None:
    uses = [uuid4(), uuid4()]
    async with database.write() as db:
        mia = await world.person(db)
        photo = await actions.add(db, mia, picture(64, 64))
        for use_id in uses:
            await actions.keep(db, mia, [photo], use_id)

    async def dropped(use_id: UUID) -> None:
        async with database.write() as db:
            await actions.drop(db, mia, [photo], use_id)

    await asyncio.gather(*[dropped(use_id) for use_id in uses])
    async with database.read() as db:
        assert await db.value(int, "select count(*) from album.photos") == 0
