"""`make rows`: which rows of the capability list are proved, by how many tests of each kind."""

import contextlib
import io
import sys
from collections import Counter, defaultdict

import pytest

MARKED = ("browser", "proof", "race")
NAMED = {"test_actions": "action", "test_queries": "action", "test_pages": "page", "test_reactions": "reaction"}


class Rows:
    """Counts the tests that pytest collects."""

    def __init__(self) -> None:
        self.kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for row in {str(number) for marker in item.iter_markers("row") for number in marker.args}:
                self.kinds[row][kind(item)] += 1


def kind(item: pytest.Item) -> str:
    """By its marker, else its folder, else its file's name; most of the others speak HTTP."""
    marked = next((name for name in MARKED if item.get_closest_marker(name)), None)
    in_folder = next((name for name in MARKED if name in item.path.parts), None)
    return marked or in_folder or NAMED.get(item.path.stem, "api")


def _order(row: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in row.split(".")]


def main() -> int:
    rows = Rows()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = pytest.main(["--collect-only", "-q", "-p", "no:xdist"], plugins=[rows])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        print(output.getvalue(), file=sys.stderr)
        return int(code)
    for row in sorted(rows.kinds, key=_order):
        print(row, *(f"{name}={count}" for name, count in sorted(rows.kinds[row].items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
