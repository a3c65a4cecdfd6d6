"""Passing on: to friends and groups, into the feed, as a link; and coming by one."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from shuke.cards import JoinCall, Joined, join
from shuke.chat import NewMessage, pair_with, send
from shuke.feed import Audience, NewPost, publish
from shuke.friends import demand_not_blocked, hidden_from
from shuke.kit import limits
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound, Refusal
from shuke.shares import Share, Thing, arrive, grow, link, preview, share_by_code

GIVEN = 60  # links, sendings and posts of one person in an hour
HOUR = timedelta(hours=1)


class Joining(msgspec.Struct, frozen=True):
    """When somebody joined."""

    joined_at: datetime


async def _paced(db: Db, person_id: UUID) -> None:
    await limits.at_most(db, f"share:{person_id}", GIVEN, HOUR)


async def make_link(db: Db, person_id: UUID, thing: Thing, channel: str) -> Share:
    """A link to pass on oneself. Refusals: not_found, too_many_requests."""
    await _paced(db, person_id)
    return await link(db, person_id, thing, channel)


async def send_to(
    db: Db, person_id: UUID, thing: Thing, people: tuple[UUID, ...], conversations: tuple[UUID, ...]
) -> list[UUID]:
    """To friends, each in the conversation of the two, and into groups. Refusals: not_found (also of a friend who blocked), not_friends,
    group_closed, too_many_requests."""
    await _paced(db, person_id)
    await link(db, person_id, thing, "chat")
    into = list(conversations)
    for other_id in people:
        await demand_not_blocked(db, person_id, other_id)
        into.append(await pair_with(db, person_id, other_id))
    kind: Literal["gift", "thing"] = "gift" if thing.kind == "voucher" else "thing"
    for conversation_id in into:
        await send(db, NewMessage(conversation_id, person_id, uuid4().hex, kind, thing=thing))
    return into


async def tell(db: Db, person_id: UUID, thing: Thing, audience: Audience) -> UUID:
    """Into one's own feed. Refusals: not_found, too_many_requests."""
    await _paced(db, person_id)
    if thing.kind == "voucher":
        raise NotFound
    await link(db, person_id, thing, "feed")
    return await publish(db, NewPost(person_id, "forward", thing=thing, audience=audience))


async def come(db: Db, share: Share, person_id: UUID, mark: UUID | None = None) -> None:
    """Somebody who is signed in opened a link; not counted where either blocked the other."""
    if share.person_id != person_id and not await hidden_from(db, person_id, [share.person_id]):
        await arrive(db, share, person_id, mark)


async def take_card(db: Db, share: Share, person_id: UUID, mark: UUID | None = None) -> Joined:
    """Join by a link: a new member becomes a branch under its giver. Refusals: not_found (no card), no_programme."""
    if share.kind != "card" or share.merchant_id is None or await preview(db, share.thing, person_id) is None:
        raise NotFound
    await come(db, share, person_id, mark)
    [joined] = await join(db, [JoinCall(share.merchant_id, person_id, None)])
    if isinstance(joined, Refusal):
        raise joined
    if joined.fresh:
        await grow(db, share.merchant_id, person_id, joined.joined_at)
    return joined


async def came_before(db: Db, person_id: UUID, codes: list[str], mark: UUID) -> None:
    """Links that this browser opened before its person signed in: from now on hers, and where she has just joined, her way there."""
    for code in codes:
        share = await share_by_code(db, code)
        if share is None:
            continue
        await come(db, share, person_id, mark)
        if share.merchant_id is not None:
            await hang(db, share.merchant_id, person_id)


async def hang(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """A member onto the tree, if a link brought her."""
    joined = await db.one(
        Joining,
        "select joined_at from cards.memberships where merchant_id = :merchant and person_id = :person",
        merchant=merchant_id,
        person=person_id,
    )
    if joined is not None:
        await grow(db, merchant_id, person_id, joined.joined_at)
