"""Search: places by their names in any language, by what they sell and by what they are; also as it sounds, shortened or mistyped.

The index is this room's own, beside the places' index; no outside service is asked. Better reasons come first, nearer ones among equals.
"""

from shuke.search.actions import follow, follow_merchants, rebuild, sold, step
from shuke.search.queries import search, suggest
from shuke.search.types import Found, Sold, Suggestion
from shuke.search.words import sound

__all__ = ["Found", "Sold", "Suggestion", "follow", "follow_merchants", "rebuild", "search", "sold", "sound", "step", "suggest"]
