"""The rules of refunds: complete, the same in the docs, in both languages, and each door is there."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from shuke.kit.i18n import gettext, use_locale
from shuke.kit.refusals import Refusal
from shuke.refunds.rules import ACTORS, ACTS, RULES, THINGS, UNUSED, WHO, demand, followings, refusals, rule_for, table

pytestmark = pytest.mark.row("4.5")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "refunds.md"


def test_every_thing_has_a_rule_for_every_actor() -> None:
    asked = [(rule.thing, rule.actor) for rule in RULES]
    assert sorted(asked) == sorted((thing, actor) for thing in THINGS for actor in ACTORS)
    assert len(asked) == len(set(asked))
    for rule in RULES:
        assert (rule.act is None) == bool(rule.refusal) == bool(rule.next), rule
        assert rule.act is None or rule.act in ACTS


def test_the_docs_say_what_the_code_does() -> None:
    told = DOCS.read_text("utf-8")
    for part in (table(), followings(), refusals()):
        assert part in told, f"docs/refunds.md should say:\n{part}"


def test_both_languages_say_it() -> None:
    with use_locale("zh_CN"):
        for text in [*THINGS.values(), *WHO.values(), *(rule.next for rule in RULES if rule.next), *(act.does for act in ACTS)]:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in gettext(text)), text


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_the_door_of_an_act_is_there(act: object) -> None:
    door = getattr(act, "door", "")
    room, _, name = door.partition(".")
    if find_spec(f"shuke.{room}") is None:
        pytest.skip(f"{room} is not there yet")
    assert callable(getattr(import_module(f"shuke.{room}"), name, None)), door


def test_who_may_not_is_told_the_next_step() -> None:
    for thing in THINGS:
        for actor in ACTORS:
            rule = rule_for(thing, actor)
            if rule.act is UNUSED:
                demand(thing, actor, UNUSED)
                continue
            with pytest.raises(Refusal) as refused:
                demand(thing, actor, UNUSED)
            assert refused.value.name == (rule.refusal or "other_way")
            assert refused.value.detail
