"""How rooms depend on each other: by their doors (bulk imports by `load`), down the ladder, on few others. The ladder itself is in pyproject.toml."""

import ast

from tests.rules.source import GROUND, WIRING, Module, functions, imports, modules, rooms

FEW = 6
DOORS = {
    "clubs": 9,
    "console": 9,
    "counter": 9,
    "platform": 9,
    "wallet": 9,
    "insight": 9,
    "demo": 9,
    "explore": 9,
    "outings": 9,
    "profiles": 9,
    "sharing": 9,
    "refunds": 7,
    "opinions": 7,
}  # pages over many rooms: decision 0007


def _foreign(module: Module) -> list[tuple[str, str, int]]:
    """(other room, module, line) for each import from another room."""
    found = []
    for name, line in imports(module):
        room = name.split(".")[1]
        if room != module.room and room not in GROUND and module.room not in WIRING:
            found.append((room, name, line))
    return found


def test_rooms_are_entered_by_their_door() -> None:
    around = [
        f"{module.path.name}:{line} in {module.room} imports {name}"
        for module in modules()
        for room, name, line in _foreign(module)
        if name != f"shuke.{room}" and not (module.room == "demo" and name == f"shuke.{room}.load")
    ]
    assert not around, "import from the room itself (its __init__), not from a file in it:\n" + "\n".join(around)


def test_a_room_leans_on_few_others() -> None:
    for room in rooms():
        others = {other for module in modules() if module.room == room for other, _name, _line in _foreign(module)}
        assert len(others) <= DOORS.get(room, FEW), f"{room} imports {len(others)} rooms: {sorted(others)}"


def test_the_kit_knows_no_business() -> None:
    known = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.room == "kit"
        for name, _ in imports(module)
        if ".kit" not in name
    ]
    assert known in ([], ["shuke.kit.migrate imports shuke.migrations"]), known


def test_nothing_is_imported_inside_a_function() -> None:
    inner = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inner, inner
