"""What the rules look at: the project's own source, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "shuke"
WIRING = frozenset(
    {
        "main",
        "rooms",
        "cli",
        "__main__",
        "__init__",
        "health",
        "live",
        "reference",
        "commands",
        "proof",
        "moneyproof",
        "stage",
        "bench",
    }
)
GROUND = frozenset({"kit", "shell", "letterbox"})


class Module(msgspec.Struct, frozen=True):
    """One file of the package. `room` is the folder below shuke, or the file's own name for wiring."""

    path: Path
    name: str
    room: str
    tree: ast.Module
    lines: int


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] == "static":
            continue
        text = path.read_text()
        name = ".".join(("shuke", *relative.with_suffix("").parts)).removesuffix(".__init__")
        room = relative.parts[0] if len(relative.parts) > 1 else relative.stem
        found.append(Module(path, name, room, ast.parse(text), text.count("\n")))
    return tuple(found)


def rooms() -> list[str]:
    """The rooms: folders with business in them."""
    return sorted({module.room for module in modules()} - WIRING - GROUND)


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Every module of ours that this one imports, with the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "shuke":
            if node.module == "shuke" or node.module.count(".") == 0:
                yield from ((f"shuke.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield node.module, node.lineno
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name.startswith("shuke."))


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function, methods too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
