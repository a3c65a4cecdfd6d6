"""Pictures: made anew, loaded by who knows the id, kept or gone."""

import io
from datetime import timedelta

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


@pytest.mark.row("7.1")
async def test_what_nobody_uses_goes_after_a_day(database: Database) -> None:
    async with database.write() as db:
        mia, other = await world.person(db), await world.person(db)
        kept, loose = await actions.add(db, mia, picture(64, 64)), await actions.add(db, mia, picture(64, 64))
        await actions.keep(db, mia, [kept])
        with clock.at(clock.now() + timedelta(hours=25)):
            assert await actions.sweep(db) == 1
        for person, photo in ((mia, loose), (other, kept)):
            with pytest.raises(Refusal, match="not_found"):
                await actions.keep(db, person, [photo])
