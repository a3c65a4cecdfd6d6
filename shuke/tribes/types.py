"""Types of the tribes room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal

Interest = Literal[
    "food",
    "coffee",
    "outdoors",
    "sport",
    "film",
    "music",
    "books",
    "games",
    "craft",
    "family",
    "pets",
    "travel",
    "learning",
    "other",
]
INTERESTS: dict[str, str] = {
    "food": _("Food"),
    "coffee": _("Coffee and tea"),
    "outdoors": _("Outdoors"),
    "sport": _("Sport"),
    "film": _("Film"),
    "music": _("Music"),
    "books": _("Books"),
    "games": _("Games"),
    "craft": _("Crafts"),
    "family": _("Family"),
    "pets": _("Pets"),
    "travel": _("Travel"),
    "learning": _("Learning"),
    "other": _("Anything else"),
}
Standing = Literal["asking", "member", "moderator", "founder", "removed"]
INSIDE = ("member", "moderator", "founder")
Tab = Literal["newest", "best"]
Sorting = Literal["mine", "popular", "near"]
Reason = Annotated[str, msgspec.Meta(max_length=300)]


class TribeRefused(Refusal):
    """409. `name` is already_in_tribe, removed_from_tribe, members_only, founder_stays, three_pinned, reason_missing, not_welcome_here
    or words_missing."""


class TribeDraft(msgspec.Struct, frozen=True):
    """What a founder may change. The position is kept to two decimals of a degree; `picture` is a photo of the founder's album."""

    name: Annotated[str, msgspec.Meta(max_length=40)]
    interest: Interest
    about: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    city: Annotated[str, msgspec.Meta(max_length=80)] = ""
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    latitude: Annotated[float, msgspec.Meta(ge=-85, le=85)] | None = None
    approval: bool = False
    merchants_post: bool = False
    picture: UUID | None = None


class NewTribe(TribeDraft, frozen=True, kw_only=True):
    """`merchant_id` makes it the tribe of a merchant that the founder owns or manages."""

    merchant_id: UUID | None = None


def picture_address(tribe_id: UUID, picture_id: UUID | None) -> str:
    """The address of a tribe's picture; with `/small` after it the one for lists."""
    return f"/tribes/{tribe_id}/pictures/{picture_id}" if picture_id is not None else ""


class Picture(msgspec.Struct, frozen=True):
    """A tribe's picture in the album of who put it there."""

    person_id: UUID
    photo_id: UUID


class Tribe(msgspec.Struct, frozen=True):
    """A tribe; `standing` is the viewer's own. Of one with `approval` only members read the topics."""

    tribe_id: UUID
    merchant_id: UUID | None
    merchant_name: str | None
    founder_id: UUID | None
    name: str
    about: str
    interest: str
    picture_id: UUID | None
    city: str
    longitude: float | None
    latitude: float | None
    approval: bool
    merchants_post: bool
    members: int
    topics: int
    active_at: datetime
    created_at: datetime
    hidden_at: datetime | None
    standing: str | None

    @property
    def picture(self) -> str:
        """Where its picture is loaded from, without a word of who put it there; empty where it has none."""
        return picture_address(self.tribe_id, self.picture_id)

    @property
    def inside(self) -> bool:
        """Whether the viewer is a member."""
        return self.standing in INSIDE

    @property
    def keeps_order(self) -> bool:
        """Whether the viewer is a moderator or the founder."""
        return self.standing in ("moderator", "founder")

    @property
    def readable(self) -> bool:
        """Whether the viewer reads its topics."""
        return self.inside or not self.approval


class TribeLine(msgspec.Struct, frozen=True):
    """A tribe in a list; `metres` where it was asked for near a position."""

    tribe_id: UUID
    name: str
    about: str
    interest: str
    picture_id: UUID | None
    city: str
    approval: bool
    members: int
    topics: int
    active_at: datetime
    standing: str | None
    metres: float | None = None

    @property
    def picture(self) -> str:
        """Where its picture is loaded from; empty where it has none."""
        return picture_address(self.tribe_id, self.picture_id)


class TribePage(msgspec.Struct, frozen=True):
    """A page of a list of tribes."""

    tribes: Sequence[TribeLine]
    next: str | None = None


class Joining(msgspec.Struct, frozen=True):
    """`note` is for those who let in."""

    note: Reason = ""


class Membership(msgspec.Struct, frozen=True):
    """Somebody's standing in a tribe now."""

    tribe_id: UUID
    person_id: UUID
    standing: str


class Member(msgspec.Struct, frozen=True):
    """A member as other members see her; `note` of those who ask to come in, for moderators."""

    person_id: UUID
    standing: str
    note: str
    at: datetime
    name: str = ""


class MemberPage(msgspec.Struct, frozen=True):
    """Members of a tribe, those who keep order first, then by when they came."""

    members: Sequence[Member]
    next: str | None = None


class Attached(msgspec.Struct, frozen=True):
    """A thing that can be shown: kind and ids as in its own address."""

    kind: str
    owner_id: UUID
    thing_id: UUID


class NewTopic(msgspec.Struct, frozen=True):
    """`into_feed` lets it go to the author's friends too (never out of a tribe with approval). With `merchant_id` it is an activity
    of that merchant, posted by its staff; `starts_at` says when."""

    title: Annotated[str, msgspec.Meta(max_length=100)]
    text: Annotated[str, msgspec.Meta(max_length=5000)] = ""
    photos: Annotated[Sequence[UUID], msgspec.Meta(max_length=9)] = ()
    place_id: UUID | None = None
    thing: Attached | None = None
    into_feed: bool = True
    merchant_id: UUID | None = None
    starts_at: datetime | None = None


class Topic(msgspec.Struct, frozen=True):
    """A topic as one viewer sees it. `hidden_at`: only its author and those who keep order see it;
    `hidden_by` moderator (with `hidden_why`) or platform."""

    tribe_id: UUID
    topic_id: UUID
    person_id: UUID | None
    merchant_id: UUID | None
    merchant_name: str | None
    title: str
    text: str
    photos: Sequence[UUID]
    place_id: UUID | None
    thing_kind: str | None
    thing_owner: UUID | None
    thing_id: UUID | None
    starts_at: datetime | None
    at: datetime
    replied_at: datetime
    replies: int
    likes: int
    best_at: datetime | None
    pinned: int | None
    hidden_at: datetime | None
    hidden_by: str
    hidden_why: str
    liked: bool


class TopicPage(msgspec.Struct, frozen=True):
    """A page of topics, the newest first; the pinned ones stand before the first page."""

    topics: Sequence[Topic]
    pinned: Sequence[Topic] = ()
    next: str | None = None


class NewReply(msgspec.Struct, frozen=True):
    """A word under a topic."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Reply(msgspec.Struct, frozen=True):
    """A reply as one viewer sees it. `hidden_at`: only its author and those who keep order see it; `hidden_by` as of a topic."""

    tribe_id: UUID
    topic_id: UUID
    reply_id: UUID
    person_id: UUID
    text: str
    at: datetime
    hidden_at: datetime | None
    hidden_by: str
    hidden_why: str


class ReplyPage(msgspec.Struct, frozen=True):
    """Replies, the oldest first."""

    replies: Sequence[Reply]
    next: str | None = None


class Act(msgspec.Struct, frozen=True):
    """What somebody who keeps order did, and why."""

    act_id: UUID
    person_id: UUID | None
    act: str
    subject_id: UUID | None
    topic_id: UUID | None
    title: str | None
    reason: str
    at: datetime


class ActPage(msgspec.Struct, frozen=True):
    """Acts, the newest first."""

    acts: Sequence[Act]


class Why(msgspec.Struct, frozen=True):
    """The reason of a moderator's act."""

    reason: Reason = ""
