"""Making a map; found by name by the command and the demo, as the packages that it needs are optional."""

from pathlib import Path

from shuke.maps.things import from_extract, from_layers
from shuke.maps.tiling import Built, build


def make(source: Path, path: Path, zooms: tuple[int, int]) -> Built:
    """The map of an extract or of a folder of layers."""
    return build(from_layers(source) if source.is_dir() else from_extract(source), path, zooms)
