"""Signs of rot: what is too long, too wide, or turned off."""

import ast
import re

from tests.rules.source import ROOT, functions, modules, rooms

FILE, TEST_FILE, FUNCTION, ROOM, PARAMETERS = 400, 800, 60, 2000, 7
ESCAPES = re.compile(r"#\s*(type:\s*ignore|noqa|pragma: no cover)")


def test_files_are_short() -> None:
    long = [f"{module.lines} {module.path.relative_to(ROOT)}" for module in modules() if module.lines > FILE]
    for path in (ROOT / "tests").rglob("*.py"):
        lines = path.read_text().count("\n")
        if lines > TEST_FILE:
            long.append(f"{lines} {path.relative_to(ROOT)}")
    assert not long, long


def test_functions_are_short() -> None:
    long = [
        f"{function.end_lineno - function.lineno + 1} {module.name}.{function.name}"
        for module in modules()
        for function in functions(module)
        if function.end_lineno is not None and function.end_lineno - function.lineno + 1 > FUNCTION
    ]
    assert not long, long


def test_functions_take_few_parameters() -> None:
    wide = []
    for module in modules():
        for function in functions(module):
            given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            count = len([argument for argument in given if argument.arg not in ("self", "cls")])
            if count > PARAMETERS:
                wide.append(f"{count} {module.name}.{function.name}")
    assert not wide, wide


def test_rooms_are_small() -> None:
    for room in rooms():
        lines = sum(module.lines for module in modules() if module.room == room)
        assert lines <= ROOM, f"{room} has {lines} lines: it is two rooms"


def test_nothing_is_turned_off() -> None:
    off = []
    for folder in ("shuke", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if ESCAPES.search(line) and "ESCAPES" not in line:
                    off.append(f"{path.relative_to(ROOT)}:{number}")
    assert not off, off


def test_every_module_says_what_it_is() -> None:
    silent = [module.name for module in modules() if not ast.get_docstring(module.tree)]
    assert not silent, silent
