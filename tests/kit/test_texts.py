"""What people write is kept without what turns the order of writing; names in every script and emoji of several parts stay whole."""

import pytest

from shuke.kit.db import Database
from shuke.kit.texts import clean, line
from tests.feed.circle import post, trio
from tests.world import Client

OVERRIDE, ISOLATE, MARK, JOINER, PERSIAN = "\u202e", "\u2066", "\u200f", "\u200d", "\u200c"
FAMILY = f"\U0001f469{JOINER}\U0001f469{JOINER}\U0001f467"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"Mia{OVERRIDE}moc.elpmaxe", "Miamoc.elpmaxe"),
        (f"\u202a\u202b\u202c\u202d{ISOLATE}\u2067\u2068\u2069Mia\ufeff", "Mia"),
        (f" Mia\n{MARK}\u200eLi\u200b ", "Mia Li"),
        ("محمد الأمين", "محمد الأمين"),
        ("שָׁלוֹם לוי", "שָׁלוֹם לוי"),
        (f"می{PERSIAN}خواهم", f"می{PERSIAN}خواهم"),
        (f"Kim {FAMILY}", f"Kim {FAMILY}"),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("张三丰", "张三丰"),
        (f"{JOINER}\u3164 {OVERRIDE}", ""),
        ("x" * 100, "x" * 40),
    ],
)
def test_a_name_is_one_line_that_reads_as_written(written: str, kept: str) -> None:
    assert line(written, 40) == kept


def test_a_text_keeps_its_lines_and_marks() -> None:
    assert clean(f" one\ntwo{OVERRIDE}\t{FAMILY}\x07 ") == f"one\ntwo\t{FAMILY}"
    assert clean(f"שלום!{MARK} (abc)") == f"שלום!{MARK} (abc)"
    assert clean(f"{OVERRIDE}{ISOLATE}\x07") == ""


@pytest.mark.row("7.1")
@pytest.mark.row("1.2")
async def test_what_people_write_overrides_no_direction(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    made = await post(client, mia, f"Good{OVERRIDE} bread")
    assert made["words"] == "Good bread"
    said = await client.post(
        f"/api/v1/posts/{made['person_id']}/{made['post_id']}/comments", json={"words": f"{ISOLATE}Yes"}, headers=liu.headers
    )
    assert (said.status_code, said.json()["words"]) == (201, "Yes")
    profile = {"name": f"{OVERRIDE}Mia", "locale": "en"}
    assert (await client.put("/api/v1/me", json=profile, headers=mia.headers)).json()["name"] == "Mia"
    path = f"/api/v1/friends/{mia.person_id}"
    assert (await client.put(path, json={"remark": f"My{OVERRIDE} Mia"}, headers=liu.headers)).status_code < 300
    group = await client.post("/api/v1/friends/groups", json={"name": f"{OVERRIDE}Family"}, headers=liu.headers)
    assert group.json()["name"] == "Family"
    chat = await client.post(
        "/api/v1/conversations",
        json={"people": [str(mia.person_id)], "title": f"Lunch{OVERRIDE}"},
        headers=liu.headers,
    )
    assert chat.status_code == 201, chat.text
    async with database.read() as db:
        assert await db.value(str, "select remark from friends.friends where remark <> ''") == "My Mia"
        assert await db.value(str, "select title from chat.conversations") == "Lunch"
