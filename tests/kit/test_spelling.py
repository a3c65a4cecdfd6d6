"""Names are sorted as telephones do: Chinese by Pinyin among Latin ones, families by how they are called, the rest behind."""

import pytest

from shuke.kit.spelling import letter, order

SORTED = [
    *("阿明", "Anna", "Ärmel", "Bo 张", "Li Na", "李娜", "吕布", "欧阳修", "Øystein", "单小红", "王五", "尉迟恭"),
    *("曾国藩", "张三", "Zoë", "3M", "Иван", "محمد"),
]


@pytest.mark.row("1.2")
def test_names_are_sorted_by_how_they_are_spelled() -> None:
    found = sorted(sorted(SORTED, reverse=True), key=order)
    assert found == SORTED
    assert "".join(letter(name) for name in found) == "AAABLLLOOSWYZZZ###"


@pytest.mark.row("1.2")
@pytest.mark.parametrize("name", ["", "🎈", "123", "バ", " "])
def test_what_begins_with_no_letter_stands_last(name: str) -> None:
    assert letter(name) == "#"
    assert order(name) > order("Zzz")
