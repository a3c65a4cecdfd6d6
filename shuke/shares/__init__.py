"""Shares: links by which people pass things on, who came by them, and the tree of who brought whom to a merchant.

A room with a page for something registers its kind with `shareable`; its page links to /share/{kind}/{owner_id}/{thing_id}. A link
is one for each giver, thing and channel. A person hangs on a merchant's tree once, under the first who brought her.
"""

from shuke.shares.actions import arrive, grow, link
from shuke.shares.queries import branch_of, share_by_code, shares_of
from shuke.shares.things import passed_on, preview, previews, shareable
from shuke.shares.types import CHANNELS, REMEMBERED, Branch, Preview, Share, Thing

__all__ = [
    "CHANNELS",
    "REMEMBERED",
    "Branch",
    "Preview",
    "Share",
    "Thing",
    "arrive",
    "branch_of",
    "grow",
    "link",
    "passed_on",
    "preview",
    "previews",
    "share_by_code",
    "shareable",
    "shares_of",
]
