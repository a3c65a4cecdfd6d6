"""Types of the outings room."""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from shuke.friends import Face
from shuke.meetups import Guest, Meetup, MeetupLine, NewMeetup, Proposals
from shuke.places import Place
from shuke.shares import Preview

Listed = Literal["mine", "past", "friends", "near"]


class NewOuting(NewMeetup, frozen=True, kw_only=True):
    """A meetup; `into_feed` tells it to the host's friends, or to everybody if it is for everybody."""

    into_feed: bool = False


class LiveDeal(msgspec.Struct, frozen=True):
    """A deal that can be bought now."""

    merchant_id: UUID
    deal_id: UUID
    title: str


class Whole(msgspec.Struct, frozen=True):
    """A meetup with all that its page shows."""

    meetup: Meetup
    place: Place | None
    votes: Proposals | None
    guests: Sequence[Guest]
    deal: Preview | None


class Lines(msgspec.Struct, frozen=True):
    """Meetups of a list with their hosts and places, for one viewer."""

    meetups: Sequence[MeetupLine]
    hosts: Mapping[UUID, Face]
    places: Mapping[UUID, Place]
    icons: Mapping[str, str]
    viewer_id: UUID
