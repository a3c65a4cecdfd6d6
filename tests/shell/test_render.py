"""From template to page: escaping, missing values, what the request brings, flashes, languages."""

import re
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from litestar import Litestar, Request, get
from litestar.datastructures import State
from litestar.response import Redirect, Response
from litestar.testing import AsyncTestClient, TestClient

from shuke.shell import Page, asset, redirect, render, text_of
from shuke.shell.pages import files, local, router
from shuke.shell.render import ENVIRONMENT, ROOMS, STATIC

NAUGHTY = "<script>alert('熟')</script>\"&"


@get("/page")
async def page(request: Request[object, object, State]) -> Response[str]:
    return render(request, "shell/refusal.html", status=409, heading=NAUGHTY, detail="%s %(x)s")


@get("/act")
async def act() -> Redirect:
    return redirect("/page", flash=f"已保存 {NAUGHTY}")


def app() -> TestClient[Litestar]:
    return TestClient(Litestar([page, act, router]))


def test_a_page_escapes_what_people_write() -> None:
    with app() as client:
        answer = client.get("/page")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(&#39;熟&#39;)&lt;/script&gt;&#34;&amp;" in answer.text
    assert "%s %(x)s" in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing", "/api/nothing", "/%00", "/manifest.webmanifest/x"])
async def test_an_unknown_address_gets_a_page_in_the_reader_s_language(client: AsyncTestClient[Litestar], path: str) -> None:
    answer = await client.get(path, headers={"accept": "text/html", "accept-language": "zh-CN"})
    assert answer.status_code == 404
    assert answer.headers["x-content-type-options"] == "nosniff"
    if not path.startswith("/api/"):
        assert "这里什么也没有" in answer.text
        assert "script-src" in answer.headers["content-security-policy"]


async def test_a_part_is_refused_in_place_and_a_page_leads_to_sign_in(client: AsyncTestClient[Litestar]) -> None:
    part = await client.get("/nothing", headers={"accept": "text/html", "hx-request": "true"})
    assert part.status_code == 404
    assert "<html" not in part.text
    assert 'class="refusal"' in part.text
    page = await client.get("/live?store=1", headers={"accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/live%3Fstore%3D1")
    headers = {"accept": "text/html", "hx-request": "true", "hx-current-url": "http://x/counter?a=1"}
    away = await client.get("/live", headers=headers, follow_redirects=False)
    assert (away.status_code, away.headers["hx-redirect"]) == (401, "/sign-in?next=/counter%3Fa%3D1")


def test_attributes_and_json_are_escaped_too() -> None:
    made = ENVIRONMENT.from_string(
        '{% import "shell/components.html" as c %}{{ c.field("x", n, n, hint=n, error=n, attrs={"data-x": n}) }}'
        "{% call c.chart({'a': n}, n) %}{{ n }}{% endcall %}{{ c.member_card(n, tier=n, colour=n, href=n) }}"
    ).render(n=NAUGHTY)
    assert "<script>alert" not in made
    assert made.count("<script") == 1


def test_a_value_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        text_of(Page(), "shell/refusal.html", heading="x")


@pytest.mark.parametrize("name", ["shell/../render.py", "shell/none.html", "../x", "nothing", "shell/"])
def test_a_template_outside_the_rooms_is_not_found(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        ENVIRONMENT.get_template(name)


def test_a_flash_is_said_once() -> None:
    with app() as client:
        client.get("/act", follow_redirects=False)
        first, second = client.get("/page"), client.get("/page")
    assert "已保存 &lt;script&gt;" in first.text
    assert "flash-good" in first.text
    assert "flash-good" not in second.text


def test_a_flash_that_is_no_flash_is_ignored() -> None:
    with app() as client:
        client.cookies.set("flash", "%7B%22kind%22%3A1%7D")
        assert client.get("/page").status_code == 409


def test_every_frame_says_language_and_development() -> None:
    chinese = text_of(Page(locale="zh_CN", dev=True, nonce="n0", theme="dark"), "shell/offline.html")
    assert '<html lang="zh-CN" data-theme="dark">' in chinese
    assert "开发模式" in chinese
    assert 'nonce="n0"' in chinese
    english = text_of(Page(theme='"><script>'), "shell/offline.html")
    assert '<html lang="en">' in english
    assert "Development mode" not in english


def test_no_template_has_inline_script_style_or_handler() -> None:
    inline = re.compile(
        r"\sstyle=|<style|\son[a-z]+=|\shx-on|<script(?![^>]*(?:\ssrc=|application/json))|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.name}: {hit[0]}" for path in ROOMS.glob("*/pages/*.html") for hit in inline.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    known = set((ROOMS.parent / "web/icons.txt").read_text("utf-8").split())
    named = re.compile(r'(?:\bicon\(|icon_name=|empty_state\(|nav_link\("[a-z-]+", [^,]+, )"([a-z0-9-]+)"')
    used = {name for path in ROOMS.glob("*/pages/*.html") for name in named.findall(path.read_text("utf-8"))}
    assert used - known == set()


def test_every_template_compiles() -> None:
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil", "/\\evil", "javascript:x", "", "/\nx", "/\tx", "evil"])
def test_only_our_own_paths_are_returned_to(address: str) -> None:
    assert local(address) == "/"


def test_the_manifest_names_icons_that_exist() -> None:
    with app() as client:
        manifest = client.get("/manifest.webmanifest").json()
    assert manifest["start_url"] == "/wallet"
    for icon in manifest["icons"]:
        assert (Path(ROOMS) / icon["src"].removeprefix("/")).is_file()


def test_built_files_are_kept_for_good_and_sent_small() -> None:
    with TestClient(Litestar([files])) as client:
        packed = client.get(asset("app.css"), headers={"accept-encoding": "gzip"})
        plain = client.get(asset("app.css"), headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.text == plain.text == (STATIC / asset("app.css").rsplit("/", 1)[1]).read_text("utf-8")
        assert packed.headers["content-type"].startswith("text/css")
        assert "immutable" in plain.headers["cache-control"]
        assert client.get(asset("app.js")).headers["content-type"].startswith("text/javascript")
        assert "content-encoding" not in client.get(asset("icon-192.png")).headers
        for odd in ("none.css", ".made", "..%2Fpy.typed", "%2e%2e", "a%00b"):
            assert client.get(f"/static/{odd}").status_code == 404, odd


def test_the_gallery_is_for_development_only() -> None:
    with app() as client:
        assert client.get("/dev/gallery").status_code == 404
