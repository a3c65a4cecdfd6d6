"""Every message is there in Chinese too, in the room that says it, and keeps its placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shuke.kit.i18n import gettext, use_locale
from tests.rules.source import PACKAGE

METHODS = [("**.py", "python"), ("**/pages/**.html", "jinja2")]
OPTIONS = {"**/pages/**.html": {"newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLACES = re.compile(r"%\((\w+)\)[sd]")


def _rooms() -> list[Path]:
    return sorted(path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "static" and any(path.glob("*.py")))


def _said(room: Path) -> set[str]:
    """Every message of a room's Python files and templates; of a plural its singular."""
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(room, METHODS, OPTIONS, keywords=KEYWORDS):
        found.add(message if isinstance(message, str) else message[0])
    return {message for message in found if message}


@pytest.mark.parametrize("room", _rooms(), ids=lambda room: room.name)
def test_every_message_is_translated(room: Path) -> None:
    path = room / "zh_CN.po"
    words: dict[str, str] = {}
    for file in sorted(PACKAGE.glob("*/zh_CN.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale="zh_CN"):
                one = message.id if isinstance(message.id, str) else message.id[0]
                string = message.string if isinstance(message.string, str) else next(iter(message.string or ()), "")
                if one and string:
                    words.setdefault(one, string)
    missing = sorted(message for message in _said(room) if message not in words)
    assert not missing, f"{path.relative_to(PACKAGE)} lacks: {missing}"
    torn = [one for one in _said(room) if set(PLACES.findall(one)) - set(PLACES.findall(words[one])) - {"num"}]
    assert not torn, f"placeholders lost in Chinese: {torn}"


def test_a_word_with_two_meanings_is_two_words() -> None:
    """Rooms share one catalogue: where one English word had two Chinese ones, the first room's was shown everywhere."""
    for page, text in (
        ("counter/shut_part", "Store closed"),
        ("wallet/voucher", "Past uses"),
        ("console/template_redemptions", "Past uses"),
        ("insight/members", "Card held"),
    ):
        room, name = page.split("/")
        assert f'_("{text}")' in (PACKAGE / room / "pages" / f"{name}.html").read_text(), page
    with use_locale("zh_CN"):
        assert [gettext(word) for word in ("Closed", "Store closed", "Uses", "Past uses", "Held", "Card held")] == [
            *("休息", "门店已关闭", "次数", "使用记录", "占用中", "持有中")
        ]
