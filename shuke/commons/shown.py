"""What pages of a tribe show: topics and replies with the names and pictures of who wrote them, and what they are about."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from shuke.album import addresses
from shuke.friends import Face, faces
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.shares import Preview, Thing, previews
from shuke.tribes import Act, Reply, Topic


class TopicShown(msgspec.Struct, frozen=True):
    """A topic, who wrote it (none: she is not here any more), its pictures, its place and what it shows."""

    topic: Topic
    face: Face | None
    photos: Sequence[str]
    place: Preview | None
    thing: Preview | None


class ReplyShown(msgspec.Struct, frozen=True):
    """A reply and who wrote it."""

    reply: Reply
    face: Face


async def topics_shown(db: Db, viewer_id: UUID, topics: Sequence[Topic]) -> list[TopicShown]:
    """In their order."""
    known = await faces(db, viewer_id, [one.person_id for one in topics if one.person_id is not None])
    things = await previews(db, [thing for one in topics for thing in (_place(one), _thing(one)) if thing], viewer_id)
    return [_shown(one, known, things) for one in topics]


def _place(topic: Topic) -> Thing | None:
    return Thing("place", topic.place_id, topic.place_id) if topic.place_id else None


def _thing(topic: Topic) -> Thing | None:
    if topic.thing_kind is None or topic.thing_owner is None or topic.thing_id is None:
        return None
    return Thing(topic.thing_kind, topic.thing_owner, topic.thing_id)


def _shown(topic: Topic, known: Mapping[UUID, Face], things: Mapping[Thing, Preview]) -> TopicShown:
    place, thing = _place(topic), _thing(topic)
    return TopicShown(
        topic,
        known.get(topic.person_id) if topic.person_id else None,
        addresses(topic.person_id, topic.photos, small=True) if topic.person_id else [],
        things.get(place) if place else None,
        things.get(thing) if thing else None,
    )


async def replies_shown(db: Db, viewer_id: UUID, replies: Sequence[Reply]) -> list[ReplyShown]:
    """In their order."""
    known = await faces(db, viewer_id, [one.person_id for one in replies])
    return [ReplyShown(one, known[one.person_id]) for one in replies]


class ActShown(msgspec.Struct, frozen=True):
    """An act in words: who did what."""

    act: Act
    by: str
    said: str
    subject: str


async def acts_shown(db: Db, viewer_id: UUID, acts: Sequence[Act]) -> list[ActShown]:
    """In their order; who hides from the viewer has no name."""
    people = [one for act in acts for one in (act.person_id, act.subject_id) if one is not None]
    known = await faces(db, viewer_id, people)
    words = act_words()
    return [
        ActShown(
            act,
            known[act.person_id].name if act.person_id else _("Somebody"),
            words[act.act],
            known[act.subject_id].name if act.subject_id else act.title or "",
        )
        for act in acts
    ]


def act_words() -> dict[str, str]:
    """What acts are called."""
    return {
        "named": _("named a moderator"),
        "unnamed": _("dismissed a moderator"),
        "handed": _("handed the tribe over to"),
        "let_in": _("let in"),
        "turned_down": _("did not let in"),
        "removed": _("removed"),
        "allowed_back": _("allowed back"),
        "changed": _("changed the tribe"),
        "pinned": _("pinned"),
        "unpinned": _("unpinned"),
        "best": _("marked as one of the best"),
        "not_best": _("took from the best"),
        "hid": _("hid"),
        "showed": _("showed again"),
    }
