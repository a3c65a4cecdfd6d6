"""Types of the feed."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event
from shuke.shares import Thing

PostKind = Literal["words", "check_in", "review", "topic", "meetup", "forward"]
Audience = Literal["everyone", "friends", "me"]
Proof = Literal["visit", "position"]

MOST_WORDS = 2000
MOST_COMMENT = 500
MOST_PHOTOS = 9


class NewPost(msgspec.Struct, frozen=True):
    """What is to be told. `thing` is what it is about (a review, a topic, a meetup, or the post that is forwarded);
    `proof` and `visit_id` stand on a check-in alone."""

    person_id: UUID
    kind: PostKind
    words: str = ""
    place_id: UUID | None = None
    thing: Thing | None = None
    photos: tuple[UUID, ...] = ()
    audience: Audience = "friends"
    proof: Proof | None = None
    visit_id: UUID | None = None


class Post(msgspec.Struct, frozen=True):
    """A post as one viewer may see it, with `name` and `face` of its author as she knows her: `likes` and `comments` count those that
    she may see, up to 1,000; `hidden` by a decision, seen by its author alone; `proof` of a check-in, null for one that is unproven."""

    person_id: UUID
    post_id: UUID
    name: str
    face: str | None
    kind: PostKind
    words: str
    place_id: UUID | None
    place_name: str | None
    place_city: str | None
    thing_kind: str | None
    thing_owner: UUID | None
    thing_id: UUID | None
    photos: list[UUID]
    audience: Audience
    proof: Proof | None
    at: datetime
    hidden: bool
    likes: int
    liked: bool
    comments: int

    @property
    def thing(self) -> Thing | None:
        """What it is about."""
        if self.thing_kind is None or self.thing_owner is None or self.thing_id is None:
            return None
        return Thing(self.thing_kind, self.thing_owner, self.thing_id)

    @property
    def place(self) -> "PlaceName | None":
        """Where it is about."""
        return None if self.place_id is None else PlaceName(self.place_id, self.place_name or "", self.place_city or "")


class Page(msgspec.Struct, frozen=True):
    """Posts, newest first; `next` is the cursor of the page after. `look` says what was looked at."""

    posts: list[Post]
    next: str | None
    look: "Look"


class Look(msgspec.Struct, frozen=True):
    """What of a feed was looked at: all that is not newer than `upto`, and of what is newer these."""

    upto: UUID
    shown: list[UUID]

    def knows(self, post_id: UUID) -> bool:
        """Whether it was there then."""
        return post_id <= self.upto or post_id in self.shown


class PlaceName(msgspec.Struct, frozen=True):
    """The place a post is about."""

    place_id: UUID
    name: str
    city: str


class PostShown(msgspec.Struct, frozen=True):
    """A post with the name and picture of its author as the viewer knows her, its place, and the addresses of its photos;
    `mine` when the viewer wrote it, `fresh` when it came since she last looked."""

    person_id: UUID
    post_id: UUID
    name: str
    face: str | None
    kind: PostKind
    words: str
    place: PlaceName | None
    thing: Thing | None
    photos: list[str]
    audience: Audience
    proof: Proof | None
    at: datetime
    hidden: bool
    likes: int
    liked: bool
    comments: int
    mine: bool
    fresh: bool = False


class Feed(msgspec.Struct, frozen=True):
    """A page of a feed; `next` is the cursor of the page after. `look` is what to send back once it was looked at."""

    posts: list[PostShown]
    next: str | None
    look: str


class Posts(msgspec.Struct, frozen=True):
    """A page of somebody's posts; `next` is the cursor of the page after."""

    posts: list[PostShown]
    next: str | None


class Looked(msgspec.Struct, frozen=True):
    """The `look` of the feed's first page, as it came."""

    look: Annotated[str, msgspec.Meta(max_length=12_000)]


class Likers(msgspec.Struct, frozen=True):
    """Who likes a post, as far as the viewer may see, the last first; at most 500."""

    likers: list["Liker"]


class CommentsShown(msgspec.Struct, frozen=True):
    """What was said under a post, as far as the viewer may see, the first first; at most 500."""

    comments: list["CommentShown"]


class Liker(msgspec.Struct, frozen=True):
    """Somebody who likes a post."""

    person_id: UUID
    name: str
    face: str | None


class Comment(msgspec.Struct, frozen=True):
    """What somebody said under a post; `hidden` by a decision, seen by its author alone."""

    person_id: UUID
    post_id: UUID
    comment_id: UUID
    author_id: UUID
    words: str
    at: datetime
    hidden: bool


class CommentShown(msgspec.Struct, frozen=True):
    """A comment with its author's name and picture as the viewer knows her; `mine` when the viewer may delete it."""

    comment_id: UUID
    author_id: UUID
    name: str
    face: str | None
    words: str
    at: datetime
    hidden: bool
    mine: bool


class Position(msgspec.Struct, frozen=True):
    """Where somebody says she is, in degrees of WGS-84. Compared once, never kept."""

    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]


class PostDraft(msgspec.Struct, frozen=True):
    """What somebody writes: words, photos of her album, a place; `check_in` says that she is there, `position` may prove it."""

    words: Annotated[str, msgspec.Meta(max_length=MOST_WORDS)] = ""
    photos: Annotated[list[UUID], msgspec.Meta(max_length=MOST_PHOTOS)] = []
    place_id: UUID | None = None
    check_in: bool = False
    position: Position | None = None
    audience: Audience = "friends"


class NewForward(msgspec.Struct, frozen=True):
    """What is said about a post that one passes on."""

    words: Annotated[str, msgspec.Meta(max_length=MOST_WORDS)] = ""
    audience: Audience = "friends"


class NewComment(msgspec.Struct, frozen=True):
    """What is said under a post."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_COMMENT)]


class LikesSeen(msgspec.Struct, frozen=True):
    """How many likes of a post the viewer may see, and whether hers is among them."""

    likes: int
    liked: bool


class Unread(msgspec.Struct, frozen=True):
    """How many posts of friends came since the viewer last looked, at most 99."""

    posts: int


class PostPublished(Event, frozen=True):
    """Somebody told friends or everyone something."""

    person_id: UUID
    post_id: UUID


class PostRemoved(Event, frozen=True):
    """A post is gone, or hidden by a decision."""

    person_id: UUID
    post_id: UUID
