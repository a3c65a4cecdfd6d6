"""What the search room does when places change; and the job that mends what it missed."""

from collections.abc import Sequence

from shuke.kit.db import Db
from shuke.kit.events import on_many
from shuke.kit.jobs import every_minute
from shuke.places import PlacesChanged
from shuke.search.actions import follow, step

A_STEP = 200  # places that the walk looks at in one batch


@on_many(PlacesChanged)
async def follow_places(db: Db, events: Sequence[PlacesChanged]) -> None:
    """The index says what they are called now."""
    await follow(db, [place for event in events for place in event.places])


@every_minute
async def walk(db: Db) -> int:
    """The first round goes through at once, those after it a step a minute."""
    return await step(db, A_STEP)
