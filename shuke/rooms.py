"""The rooms whose reactions a process knows: importing them registers what they do."""

from types import ModuleType

from shuke.counter import reactions as counter
from shuke.kit.events import REACTIONS
from shuke.vouchers import reactions as vouchers

ROOMS: tuple[ModuleType, ...] = (counter, vouchers)


def reactions() -> int:
    """How many reactions are registered, once all rooms are imported."""
    return sum(len(of_one) for of_one in REACTIONS.values())
