"""JSON API of topics: writing, reading, replies, likes, and what moderators do with them."""

from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.people import Viewer, signed_in
from shuke.tribes import (
    NewReply,
    NewTopic,
    Reply,
    ReplyPage,
    Tab,
    Topic,
    TopicPage,
    Why,
    hide_reply,
    hide_topic,
    like,
    mark_best,
    pin,
    replies_of,
    reply,
    show_topic,
    take_back_reply,
    take_back_topic,
    topic_of,
    topics_of,
    tribe_of,
    unlike,
    write_topic,
)


@post("/tribes/{tribe_id:uuid}/topics", guards=[signed_in], summary="Write a topic, or post an activity")
async def create_topic(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    tribe_id: FromPath[UUID],
    data: JSONBody[NewTopic],
) -> Topic:
    """By a member. With `merchant_id` an activity of that shop: by its staff with the right to deals, where the founder lets merchants
    post. Refusals: not_found, members_only, removed_from_tribe, not_welcome_here, words_missing, words_refused, too_many_requests,
    idempotency_key_reused."""

    async def work() -> Topic:
        return await write_topic(db, viewer.person_id, tribe_id, data)

    return await once(db, viewer.person_id, key, raw, Topic, work)


@get("/tribes/{tribe_id:uuid}/topics", guards=[signed_in], summary="Topics of a tribe")
async def list_topics(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    tab: FromQuery[Tab] = "newest",
    cursor: FromQuery[str | None] = None,
) -> TopicPage:
    """The newest first, or the best; of a tribe with approval for members alone. Refusals: not_found, cursor_unreadable."""
    tribe = await tribe_of(db, tribe_id, viewer.person_id)
    if tribe is None or not tribe.readable:
        raise NotFound
    return await topics_of(db, tribe_id, viewer.person_id, tab, cursor)


@get("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}", guards=[signed_in], summary="A topic")
async def get_topic(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> Topic:
    """Refusals: not_found."""
    return await _topic(db, viewer.person_id, tribe_id, topic_id)


async def _topic(db: Db, viewer_id: UUID, tribe_id: UUID, topic_id: UUID) -> Topic:
    topic = await topic_of(db, tribe_id, topic_id, viewer_id)
    if topic is None:
        raise NotFound
    return topic


@delete("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}", guards=[signed_in], summary="Take my topic back", status_code=204)
async def delete_topic(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """With its replies and photos. Refusals: not_found."""
    await take_back_topic(db, viewer.person_id, tribe_id, topic_id)


@post("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/replies", guards=[signed_in], summary="Reply")
async def create_reply(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    data: JSONBody[NewReply],
) -> Reply:
    """By a member. Refusals: not_found, members_only, removed_from_tribe, words_missing, words_refused, too_many_requests,
    idempotency_key_reused."""

    async def work() -> Reply:
        return await reply(db, viewer.person_id, tribe_id, topic_id, data)

    return await once(db, viewer.person_id, key, raw, Reply, work)


@get("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/replies", guards=[signed_in], summary="Replies of a topic")
async def list_replies(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> ReplyPage:
    """The oldest first; without people hidden from me. Refusals: not_found, cursor_unreadable."""
    await _topic(db, viewer.person_id, tribe_id, topic_id)
    return await replies_of(db, tribe_id, topic_id, viewer.person_id, cursor)


@delete(
    "/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/replies/{reply_id:uuid}",
    guards=[signed_in],
    summary="Take my reply back",
    status_code=204,
)
async def delete_reply(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    reply_id: FromPath[UUID],
) -> None:
    """Refusals: not_found."""
    await take_back_reply(db, viewer.person_id, reply_id, tribe_id, topic_id)


@post("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/likes", guards=[signed_in], summary="Like a topic", status_code=204)
async def create_like(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """Once each. Refusals: not_found, too_many_requests."""
    await like(db, viewer.person_id, tribe_id, topic_id)


@delete(
    "/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/likes", guards=[signed_in], summary="Take my like back", status_code=204
)
async def delete_like(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """Without one nothing changes."""
    await unlike(db, viewer.person_id, tribe_id, topic_id)


@post("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/pin", guards=[signed_in], summary="Pin a topic", status_code=204)
async def create_pin(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """By a moderator, three at most. Refusals: not_found, not_allowed, three_pinned."""
    await pin(db, viewer.person_id, tribe_id, topic_id, pinned=True)


@delete("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/pin", guards=[signed_in], summary="Unpin a topic", status_code=204)
async def delete_pin(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """By a moderator. Refusals: not_found, not_allowed."""
    await pin(db, viewer.person_id, tribe_id, topic_id, pinned=False)


@post(
    "/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/best",
    guards=[signed_in],
    summary="Mark as one of the best",
    status_code=204,
)
async def create_best(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """By a moderator. Refusals: not_found, not_allowed."""
    await mark_best(db, viewer.person_id, tribe_id, topic_id, best=True)


@delete(
    "/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/best", guards=[signed_in], summary="Not one of the best", status_code=204
)
async def delete_best(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """By a moderator. Refusals: not_found, not_allowed."""
    await mark_best(db, viewer.person_id, tribe_id, topic_id, best=False)


@post("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/hiding", guards=[signed_in], summary="Hide a topic", status_code=204)
async def create_hiding(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    data: JSONBody[Why],
) -> None:
    """By a moderator, with a reason that its author reads. Refusals: not_found, not_allowed, reason_missing."""
    await hide_topic(db, viewer.person_id, tribe_id, topic_id, data.reason)


@delete(
    "/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/hiding", guards=[signed_in], summary="Show a topic again", status_code=204
)
async def delete_hiding(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], topic_id: FromPath[UUID]
) -> None:
    """By a moderator; not what the platform hid. Refusals: not_found, not_allowed."""
    await show_topic(db, viewer.person_id, tribe_id, topic_id)


@post("/tribes/{tribe_id:uuid}/replies/{reply_id:uuid}/hiding", guards=[signed_in], summary="Hide a reply", status_code=204)
async def create_reply_hiding(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    reply_id: FromPath[UUID],
    data: JSONBody[Why],
) -> None:
    """By a moderator, with a reason that its author reads. Refusals: not_found, not_allowed, reason_missing."""
    await hide_reply(db, viewer.person_id, tribe_id, reply_id, data.reason)


topic_routes = Router(
    "/api/v1",
    route_handlers=[
        create_topic,
        list_topics,
        get_topic,
        delete_topic,
        create_reply,
        list_replies,
        delete_reply,
        create_like,
        delete_like,
        create_pin,
        delete_pin,
        create_best,
        delete_best,
        create_hiding,
        delete_hiding,
        create_reply_hiding,
    ],
    tags=["tribes"],
)
