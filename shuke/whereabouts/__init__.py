"""Whereabouts: people in a conversation see where the others are for a chosen time, and agree on a place around them.

Only the latest position is kept, and it goes at the chosen time: from that moment nobody is told it, and within seconds its row is gone.
"""

from shuke.whereabouts.actions import agree, move, propose, share, stop
from shuke.whereabouts.queries import agreements_of, positions_of
from shuke.whereabouts.types import Agreement, Position

__all__ = ["Agreement", "Position", "agree", "agreements_of", "move", "positions_of", "propose", "share", "stop"]
