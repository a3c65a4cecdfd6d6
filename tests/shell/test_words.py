"""Words: complete in Chinese, chosen by the person, the browser, or the device."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shuke.kit.i18n import CHINESE, ENGLISH, choose, gettext, locale, ngettext, use_locale

SHELL = Path(__file__).resolve().parents[2] / "shuke/shell"
JINJA = {"extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols"}


def test_every_word_of_the_shell_is_there_in_chinese() -> None:
    said = extract_from_dir(
        str(SHELL), [("**.py", "python"), ("**.html", "jinja2")], {"**.html": JINJA}, strip_comment_tags=True
    )
    english = {message if isinstance(message, str) else message[0] for _file, _line, message, _notes, _context in said}
    with (SHELL / f"{CHINESE}.po").open("rb") as file:
        chinese = {
            (message.id if isinstance(message.id, str) else message.id[0]): message.string
            for message in read_po(file)
            if message.id
        }
    assert english - set(chinese) == set(), "not translated"
    assert set(chinese) - english == set(), "said nowhere"
    assert [one for one, other in chinese.items() if not other] == []


def test_words_follow_the_language() -> None:
    assert gettext("Wallet") == "Wallet"
    with use_locale(CHINESE):
        assert gettext("Wallet") == "卡包"
        assert gettext("A word that nobody translated") == "A word that nobody translated"
        assert ngettext("one thing", "many things", 2) == "many things"
    assert ngettext("one thing", "many things", 1) == "one thing"
    with use_locale("tlh"):
        assert locale() == ENGLISH


@pytest.mark.parametrize(
    ("asked", "cookie", "stored", "chosen"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", None, None, CHINESE),
        ("zh-TW", None, None, CHINESE),
        ("fi-FI,fi;q=0.9,en;q=0.8,zh;q=0.7", None, None, ENGLISH),
        ("en;q=0.1, zh;q=0.9", None, None, CHINESE),
        ("zh;q=0, en", None, None, ENGLISH),
        ("fi", None, None, ENGLISH),
        ("", None, None, ENGLISH),
        (";;q=x,,", None, None, ENGLISH),
        ("en", CHINESE, None, CHINESE),
        ("en", CHINESE, ENGLISH, ENGLISH),
        ("zh", "xx", "", CHINESE),
    ],
)
def test_a_language_is_chosen(asked: str, cookie: str | None, stored: str | None, chosen: str) -> None:
    assert choose(asked, cookie, stored) == chosen
