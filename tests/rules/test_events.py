"""An event that nobody reacts to is not worth announcing."""

import ast
import re

from shuke.kit.events import REACTIONS, Event
from shuke.rooms import reactions
from tests.rules.source import modules
from tests.rules.test_sql import statements


def test_every_event_has_a_reaction() -> None:
    assert reactions()
    deaf = [
        kind.event_name()
        for kind in Event.__subclasses__()
        if kind.__module__.startswith("shuke.") and kind.event_name() not in REACTIONS
    ]
    assert not deaf, deaf


def test_every_event_is_recorded_somewhere() -> None:
    called = {name for statement in statements() for name in re.findall(r"'\w+\.(\w+)'", statement.sql)} | {
        node.func.id
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    silent = [
        kind.__name__ for kind in Event.__subclasses__() if kind.__module__.startswith("shuke.") and kind.__name__ not in called
    ]
    assert not silent, silent
