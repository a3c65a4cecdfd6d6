"""Types of the thanks room."""

from typing import Annotated

import msgspec


class Thanks(msgspec.Struct, frozen=True):
    """Points for a review; none where the shop gives nothing."""

    points: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
