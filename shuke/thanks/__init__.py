"""Thanks: points that a shop gives for reviewing, the same for every review of a member, whatever it says.

They are given once for each visit, by what the shop has set when the review is published, and stand with the review for all to see.
"""

from shuke.thanks.actions import set_thanks
from shuke.thanks.queries import thanks_of
from shuke.thanks.types import Thanks

__all__ = ["Thanks", "set_thanks", "thanks_of"]
