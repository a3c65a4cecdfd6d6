"""The map is served: tiles, style in two languages and appearances, whole files by ranges."""

import gzip
from pathlib import Path

import pytest

from shuke.maps.making import make
from tests.maps.test_making import _at
from tests.world import Client

INSIDE = (10.0075, 50.0065)


def _address(longitude: float, latitude: float, zoom: int) -> str:
    x, y = _at(longitude, latitude, zoom)
    return f"/map/tiles/{zoom}/{x}/{y}.mvt"


@pytest.mark.row("8.5")
@pytest.mark.usefixtures("maps")
async def test_a_tile_is_served_packed_and_known_again(client: Client) -> None:
    first = await client.get(_address(*INSIDE, 14))
    assert first.status_code == 200
    assert first.headers["content-type"].startswith("application/vnd.mapbox-vector-tile")
    assert first.headers["content-encoding"] == "gzip"
    again = await client.get(_address(*INSIDE, 14), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await client.get(_address(*INSIDE, 14), headers={"accept-encoding": "identity"})
    assert plain.content == first.content


@pytest.mark.row("8.5")
@pytest.mark.usefixtures("maps")
async def test_where_no_map_has_anything_there_is_nothing(client: Client) -> None:
    assert (await client.get(_address(30.0, 20.0, 12))).status_code == 204
    for wrong in (
        "/map/tiles/3/8/1.mvt",
        "/map/tiles/3/1/x.mvt",
        "/map/tiles/3/1/1.png",
        "/map/nowhere.pmtiles",
        "/map/..%2Ftown.pmtiles",
    ):
        assert (await client.get(wrong)).status_code == 404, wrong


@pytest.mark.row("8.5")
async def test_cities_stand_side_by_side(client: Client, maps: Path, layers: Path) -> None:
    (layers / "bounds.json").write_text('{"other": [10.012, 50.0, 10.02, 50.01]}', "utf-8")
    make(layers, maps / "other.pmtiles", (10, 14))
    (maps / "broken.pmtiles").write_bytes(b"no map")
    style = (await client.get("/map/style.json")).json()
    assert style["sources"]["base"]["maxzoom"] == 14
    assert style["sources"]["base"]["bounds"] == pytest.approx([10.0, 50.0, 10.02, 50.01])
    assert (await client.get(_address(*INSIDE, 14))).status_code == 200


@pytest.mark.row("8.5")
@pytest.mark.usefixtures("maps")
async def test_the_style_speaks_two_languages_and_knows_night(client: Client) -> None:
    day = (await client.get("/map/style.json?lang=en")).json()
    night = (await client.get("/map/style.json?theme=dark&lang=zh")).json()
    assert day["metadata"]["shuke:words"]["NavigationControl.ZoomIn"] == "Zoom in"
    assert night["metadata"]["shuke:words"]["NavigationControl.ZoomIn"] == "放大"
    fields = [layer["layout"]["text-field"] for layer in night["layers"] if layer["type"] == "symbol"]
    assert all(field == ["coalesce", ["get", "name:zh"], ["get", "name"]] for field in fields)
    assert day["layers"][0]["paint"] != night["layers"][0]["paint"]
    assert "glyphs" not in day
    assert "sprite" not in day
    assert "OpenStreetMap" in day["sources"]["base"]["attribution"]


@pytest.mark.row("8.5")
async def test_without_a_map_there_is_still_a_style(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUKE_MAPS", str(tmp_path / "none"))
    style = (await client.get("/map/style.json")).json()
    assert "bounds" not in style["sources"]["base"]
    assert (await client.get("/map/tiles/0/0/0.mvt")).status_code == 204


@pytest.mark.row("8.5")
async def test_a_file_is_served_by_ranges(client: Client, maps: Path) -> None:
    whole = (maps / "town.pmtiles").read_bytes()
    head = await client.get("/map/town.pmtiles", headers={"range": "bytes=0-126"})
    assert (head.status_code, head.content) == (206, whole[:127])
    assert head.headers["content-range"] == f"bytes 0-126/{len(whole)}"
    last = await client.get("/map/town.pmtiles", headers={"range": "bytes=-10"})
    assert last.content == whole[-10:]
    beyond = await client.get("/map/town.pmtiles", headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    assert (await client.get("/map/town.pmtiles")).content == whole
    tile = await client.get(_address(*INSIDE, 15), headers={"accept-encoding": "identity"})
    assert gzip.compress(tile.content, 9, mtime=0) in whole


@pytest.mark.row("8.5")
async def test_no_range_brings_more_than_is_given_at_once(client: Client, maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuke.maps.pages.MOST_AT_ONCE", 100)
    whole = (maps / "town.pmtiles").read_bytes()
    for asked, given in (("-99999999", whole[-100:]), ("0-99999999", whole[:100]), ("5-", whole[5:105])):
        part = await client.get("/map/town.pmtiles", headers={"range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, given), asked
    for wrong in (f"-{'9' * 5000}", f"{'9' * 5000}-", "٣-٤"):
        answer = await client.get("/map/town.pmtiles", headers={b"range": f"bytes={wrong}".encode()})
        assert (answer.status_code, answer.content) == (200, whole)
