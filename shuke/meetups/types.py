"""Types of the meetups room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.refusals import Refusal

Kind = Literal["meal", "film", "outing", "other"]
Audience = Literal["everyone", "friends", "tribe"]
Standing = Literal["in", "waiting", "asking", "left", "refused"]
Came = Literal["came", "absent"]
Words = Annotated[str, msgspec.Meta(max_length=300)]

MOST = 200
PROPOSED = 5


class MeetupRefused(Refusal):
    """409. `name` is words_missing, time_unreadable, no_venue, too_many_places, vote_too_late, already_in, meetup_over, meetup_cancelled,
    refused_by_host, host_stays, capacity_below (taken), vote_over, vote_not_over, not_tied, not_over_yet, proven, nothing_to_dispute or
    disputed_already; `facts` lead on."""


class NewMeetup(msgspec.Struct, frozen=True, kw_only=True):
    """`capacity` counts everybody, the host too. The venue is one place, or up to five of which one is voted until `vote_until`, or
    words where it is at no place. `zone`: the host's, where no place has one. `deal`: a live deal of the venue's merchant."""

    kind: Kind
    title: Annotated[str, msgspec.Meta(max_length=80)]
    starts_at: datetime
    ends_at: datetime
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    capacity: Annotated[int, msgspec.Meta(ge=2, le=MOST)] = 4
    approval: bool = False
    audience: Audience = "friends"
    tribe_id: UUID | None = None
    places: Sequence[UUID] = ()
    spot: Annotated[str, msgspec.Meta(max_length=120)] = ""
    vote_until: datetime | None = None
    zone: Annotated[str, msgspec.Meta(max_length=60)] = "UTC"
    deal_id: UUID | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a host may change; what is None stays. Another time asks everybody again."""

    title: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    text: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    capacity: Annotated[int, msgspec.Meta(ge=2, le=MOST)] | None = None


class Meetup(msgspec.Struct, frozen=True):
    """A meetup as one viewer sees it. `taken` of `capacity` are in, the host among them. `standing` is the viewer's own, `agreed`
    whether she said yes to the time as it is now, `line` how many wait before her."""

    meetup_id: UUID
    host_id: UUID
    kind: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    capacity: int
    approval: bool
    audience: str
    tribe_id: UUID | None
    place_id: UUID | None
    spot_text: str
    vote_until: datetime | None
    settled_at: datetime | None
    deal_owner: UUID | None
    deal_id: UUID | None
    city: str
    conversation_id: UUID | None
    taken: int
    waiting: int
    asking: int
    edition: int
    status: str
    why: str
    created_at: datetime
    hidden_at: datetime | None
    standing: str | None
    agreed: bool
    came: str | None
    line: int

    @property
    def free(self) -> int:
        """Places left."""
        return self.capacity - self.taken


class MeetupLine(msgspec.Struct, frozen=True):
    """A meetup in a list."""

    meetup_id: UUID
    host_id: UUID
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    capacity: int
    approval: bool
    audience: str
    place_id: UUID | None
    spot_text: str
    vote_until: datetime | None
    city: str
    taken: int
    waiting: int
    asking: int
    status: str
    standing: str | None


class MeetupNear(MeetupLine, frozen=True):
    """A meetup near a position: how far over the ground; null where its place has left the map."""

    metres: int | None


class MeetupPage(msgspec.Struct, frozen=True):
    """A page of a list of meetups, the soonest first, of those near a position the nearest; `next` begins the following one."""

    meetups: Sequence[MeetupLine]
    next: str | None = None


class Joining(msgspec.Struct, frozen=True):
    """`note` is for the host; `zone` is the reader's own, for reminders."""

    note: Words = ""
    zone: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Place(msgspec.Struct, frozen=True):
    """Where somebody stands: in, or waiting with so many `before` her, or asking."""

    meetup_id: UUID
    person_id: UUID
    standing: str
    before: int


class Guest(msgspec.Struct, frozen=True):
    """Somebody in a meetup, as others in it see her; `note`, `came` and the count of what she missed only for the host."""

    person_id: UUID
    standing: str
    number: int
    agreed: bool
    note: str
    came: str | None
    came_by: str | None
    disputed_at: datetime | None
    disputed: str
    name: str = ""
    missed: int = 0
    said_yes: int = 0


class Guests(msgspec.Struct, frozen=True):
    """Who is in, who waits in which order, and for the host who asks."""

    people: Sequence[Guest]


class Proposal(msgspec.Struct, frozen=True):
    """One of the places that are voted on."""

    number: int
    place_id: UUID
    name: str
    street: str
    votes: int
    mine: bool


class Proposals(msgspec.Struct, frozen=True):
    """The places and their votes; `tied`: the host chooses among the `leading`."""

    proposals: Sequence[Proposal]
    tied: bool
    leading: Sequence[int]


class Vote(msgspec.Struct, frozen=True):
    """The number of a proposed place."""

    number: Annotated[int, msgspec.Meta(ge=1, le=PROPOSED)]


class NewProposal(msgspec.Struct, frozen=True):
    """One more place to vote on."""

    place_id: UUID


class Answer(msgspec.Struct, frozen=True):
    """The host's answer to somebody who asks."""

    person_id: UUID
    accepted: bool


class Cancelling(msgspec.Struct, frozen=True):
    """`why` is told to everybody."""

    why: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Attendance(msgspec.Struct, frozen=True):
    """Whether somebody came, as the host says."""

    person_id: UUID
    came: Came


class Dispute(msgspec.Struct, frozen=True):
    """ "I was there", in the words of who was marked absent."""

    text: Words = ""


class Missed(msgspec.Struct, frozen=True):
    """A meetup that somebody said yes to: whether she came, and what she says to it. For hosts whom she asks."""

    meetup_id: UUID
    title: str
    starts_at: datetime
    zone: str
    came: str | None
    disputed_at: datetime | None
    disputed: str


class Record(msgspec.Struct, frozen=True):
    """`missed` of `said_yes`, and the rows behind them, the newest first."""

    missed: int
    said_yes: int
    rows: Sequence[Missed]
