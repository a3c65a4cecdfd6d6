"""One form for what is written in several ways, how it sounds, and how far apart two spellings are."""

import pytest

from shuke.merchants import CATEGORIES
from shuke.search.categories import SAID, begun, meant
from shuke.search.likeness import apart, apart_so_far
from shuke.search.words import folded, initials, insides, sound, starts


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Café  Ekberg", "cafe ekberg"),
        ("O’Learys Kämp", "olearys kamp"),
        ("Łódź Straße Ærø", "lodz strasse aero"),
        ("一品三笑(五道口店)", "一品三笑 五道口店"),
        ("ＣＡＦＥ　１２３", "cafe 123"),
        ("!!! ...", ""),
        ("", ""),
    ],
)
def test_folded(written: str, form: str) -> None:
    assert folded(written) == form


def test_chinese_has_a_sound_and_initials() -> None:
    assert sound("永和大王") == "yonghedawang"
    assert initials("永和大王") == "yhdw"
    assert sound("重庆小面") == "chongqingxiaomian"  # and not zhong
    assert initials("cafe ekberg") == "ce"
    assert initials("stockmann") == ""


def test_words_begin_within_a_name() -> None:
    assert starts("cafe ekberg aika") == ["ekberg aika", "aika"]
    assert "五道口店" in starts("一品三笑 五道口店")
    assert set(starts("永和大王") + insides("永和大王")) == {"和大王", "大王", "王"}


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("fazer", "fazer", 0), ("fazre", "fazer", 1), ("faer", "fazer", 1), ("", "abc", 3)]
)
def test_slips(one: str, other: str, slips: int) -> None:
    assert apart(one, other) == apart(other, one) == slips


def test_slips_of_a_beginning() -> None:
    assert apart_so_far("stokc", "stockmann") == 1
    assert apart("stokc", "stockmann") == 5


def test_every_category_is_one_of_ours_and_both_languages_name_it() -> None:
    assert set(SAID) == set(CATEGORIES) - {"other"}
    assert "cafe" in meant(folded("咖啡"))
    assert "cafe" in meant(folded("Coffee"))
    assert begun("hairc") == ["hairdresser"]
    assert begun("h") == []
