"""Maps: our own base map, served as vector tiles from PMTiles files in the installation's folder, and how it is drawn.

`shuke map build` makes such a file from an OpenStreetMap extract or from layers of GeoJSON; several cities stand side by side.
Packages that build are optional (`pip install shuke[demo]`); serving does without them. No country border is ever drawn.
"""

from shuke.maps.archives import Archive, archives, folder
from shuke.maps.mvt import EXTENT, POINT, TILE, Feature, Value, encode

__all__ = ["EXTENT", "POINT", "TILE", "Archive", "Feature", "Value", "archives", "encode", "folder"]
