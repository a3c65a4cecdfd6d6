"""Scene codes: one or many, their counts, and posters that a reader reads."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from shuke.kit.db import Database
from shuke.posters import Poster, pdf, pieces
from tests import world
from tests.world import Client, problem

READER = Path(__file__).with_name("read_code.mjs")
NODE, PDFTOPPM = shutil.which("node"), shutil.which("pdftoppm")
needs_reader = pytest.mark.skipif(not (NODE and PDFTOPPM), reason="reads posters with node and poppler-utils")


def raster(body: bytes, dots: int) -> Image.Image:
    """The first page as a printer would have it, at so many dots an inch."""
    done = subprocess.run(
        ["pdftoppm", "-r", str(dots), "-png", "-f", "1", "-l", "1"], input=body, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(done.stdout)).convert("RGBA")


def read(picture: Image.Image) -> str:
    """What a phone reads in it."""
    command = ["node", str(READER), str(picture.width), str(picture.height)]
    return subprocess.run(command, input=picture.tobytes(), capture_output=True, check=True).stdout.decode()


@pytest.mark.row("1.7")
async def test_many_codes_at_once_each_with_its_source(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        marketer = await world.staff(db, shop, "marketer")
        guest = await world.signed_in(db)
    base = f"/api/v1/merchants/{shop.merchant_id}/scenes"
    tables = {"kind": "table", "labels": [f"Table {n}" for n in range(1, 31)], "store_id": str(shop.store_id)}
    keyed = {**marketer.headers, "idempotency-key": "tables"}
    made = await client.post(base, json=tables, headers=keyed)
    assert made.status_code == 201, made.text
    assert (await client.post(base, json=tables, headers=keyed)).json() == made.json()
    scenes = made.json()["items"]
    assert [one["scene"]["label"] for one in scenes] == tables["labels"]
    assert len({one["scene"]["code"] for one in scenes}) == 30
    one = scenes[4]["scene"]
    joined = await client.post("/api/v1/memberships", json={"scene": scenes[4]["address"]}, headers=guest.headers)
    assert joined.status_code == 201, joined.text
    assert (await client.get(f"{base}/{one['scene_id']}", headers=marketer.headers)).json()["joins"] == 1
    page = await client.get(f"/console/{shop.merchant_id}/scenes/{one['scene_id']}?rows=joins", headers=marketer.headers)
    assert "Mia" in page.text
    ended = await client.post(f"{base}/{one['scene_id']}/end", headers=marketer.headers)
    assert ended.json()["scene"]["ended_at"]
    assert problem(await client.post(f"{base}/{one['scene_id']}/end", headers=marketer.headers)) == (409, "scene_ended")
    gone = (await client.get(f"{base}?ended=true", headers=marketer.headers)).json()["items"]
    assert [line["scene"]["scene_id"] for line in gone] == [one["scene_id"]]


@pytest.mark.row("1.7")
async def test_wrong_codes_and_others_codes_are_refused(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Other")
        marketer = await world.staff(db, shop, "marketer")
        cashier = await world.staff(db, shop, "cashier")
        theirs = await db.value(str, "select scene_id::text from merchants.scenes where merchant_id = :m", m=other.merchant_id)
    base = f"/api/v1/merchants/{shop.merchant_id}/scenes"
    wrong: list[list[str]] = [[], ["  "], ["x" * 121], ["a"] * 201, ["a\x00"]]
    for labels in wrong:
        refused = await client.post(base, json={"kind": "table", "labels": labels}, headers=marketer.headers)
        assert problem(refused) == (422, "scene_unreadable"), labels
    foreign = {"kind": "table", "labels": ["a"], "store_id": str(other.store_id)}
    assert problem(await client.post(base, json=foreign, headers=marketer.headers)) == (404, "not_found")
    assert (await client.post(base, json={"kind": "moon", "labels": ["a"]}, headers=marketer.headers)).status_code == 422
    for path in (f"/{theirs}", f"/{theirs}/poster", f"/{uuid4()}"):
        assert problem(await client.get(f"{base}{path}", headers=marketer.headers)) == (404, "not_found"), path
    assert problem(await client.get(base, headers=cashier.headers)) == (403, "not_allowed")
    page = await client.get(f"/console/{shop.merchant_id}/posters.pdf?scene={theirs}", headers=marketer.headers)
    assert page.status_code == 404


@needs_reader
@pytest.mark.row("1.7")
@pytest.mark.parametrize("size", ["a4", "a5", "tent"])
async def test_a_printed_poster_can_be_scanned(client: Client, database: Database, size: str) -> None:
    async with database.write() as db:
        shop = await world.shop(db, "山海茶室 Mountain & Sea Tea – Kääpiö")
        marketer = await world.staff(db, shop, "marketer")
        scene = await db.value(str, "select scene_id::text from merchants.scenes where merchant_id = :m", m=shop.merchant_id)
    answer = await client.get(
        f"/api/v1/merchants/{shop.merchant_id}/scenes/{scene}/poster?size={size}", headers=marketer.headers
    )
    assert answer.headers["content-type"] == "application/pdf"
    picture = raster(answer.content, 75)
    if size == "tent":
        picture = picture.crop((0, picture.height // 2, picture.width, picture.height))
    assert read(picture) == f"http://testserver.local/s/{shop.scene}"
    picture.paste((30, 30, 30), (picture.width // 2, picture.height // 2, picture.width // 2 + 14, picture.height // 2 + 14))
    assert read(picture) == f"http://testserver.local/s/{shop.scene}"  # a stain in the middle


@needs_reader
def test_chinese_is_drawn_as_ink_not_as_boxes() -> None:
    """Each of these letters has its own shape."""
    poster = Poster("http://x/s/ABC", "茶", "", ["", ""], [], "", "#000000")
    shapes = set()
    for letter in "茶室山海":
        band = raster(pdf([Poster(poster.address, letter, "", ["", ""], [], "", "#000000")], "a5"), 40).convert("L")
        shapes.add(band.crop((0, 0, band.width, band.height // 5)).tobytes())
    assert len(shapes) == 4


def test_a_poster_survives_any_letters() -> None:
    assert pieces("Tee 茶 \u0000€") == [("Helvetica", "Tee "), ("STSong-Light", "茶"), ("Helvetica", "  €")]
    names = ["", "💥" * 40, "العربية", "x" * 300, "<&>\"'", "\u202eevil"]
    for name in names:
        assert pdf([Poster("http://x/s/A", name, name, [name, name], [name] * 5, name, "#c8321b")], "tent").startswith(b"%PDF")


@pytest.mark.row("1.7")
async def test_a_poster_as_svg_holds_no_markup_of_others(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db, "Tea <script>alert(1)</script> & Co")
        marketer = await world.staff(db, shop, "marketer")
        scene = await db.value(str, "select scene_id::text from merchants.scenes where merchant_id = :m", m=shop.merchant_id)
    answer = await client.get(f"/api/v1/merchants/{shop.merchant_id}/scenes/{scene}/poster?form=svg", headers=marketer.headers)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "<script" not in answer.text
    assert "扫一扫，领会员卡" in answer.text
    assert re.search(r"1 point for every €1", answer.text)
