"""What follows when cards are given back, people leave conversations or are erased; what the clubs room holds about a person."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import msgspec

from shuke.cards import CardLeft
from shuke.chat import MemberWent, is_member, remove_member, told
from shuke.clubs import known
from shuke.clubs.actions import give_back, leave
from shuke.clubs.types import ActivityCalledOff
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.forms import known_zone
from shuke.kit.i18n import gettext as _
from shuke.letterbox import Words, write
from shuke.merchants import JobEnded
from shuke.people import PersonErased, Shortcut, exports, shows
from shuke.shell import filters

REGISTERED = (
    known.activity_preview,
    known.Groups,
    known.Activities,
)  # importing this room's reactions lets others know its things


class _In(msgspec.Struct, frozen=True):
    group_id: UUID


@on(CardLeft)
async def leave_groups(db: Db, event: CardLeft) -> None:
    """Without the card nobody is in the shop's groups; unless she has it again, or works there."""
    found = await db.all(
        _In,
        """
        select g.group_id from clubs.groups g
        join chat.members m on m.conversation_id = g.conversation_id and m.person_id = :person and m.left_at is null and m.role = 'member'
        where g.merchant_id = :merchant and not exists (
          select from cards.memberships c where c.merchant_id = :merchant and c.person_id = :person and c.left_at is null)
        """,
        merchant=event.merchant_id,
        person=event.person_id,
    )
    for one in found:
        await leave(db, event.person_id, event.merchant_id, one.group_id)


@on(JobEnded)
async def out_of_the_chats(db: Db, event: JobEnded) -> None:
    """Who works there no longer is no longer staff in the shop's groups; unless she works there again."""
    conversations = await db.values(
        UUID,
        """
        select g.conversation_id from clubs.groups g
        join chat.members m on m.conversation_id = g.conversation_id and m.person_id = :person and m.left_at is null and m.role = 'staff'
        where g.merchant_id = :merchant and not exists (
          select from merchants.staff s where s.merchant_id = :merchant and s.person_id = :person and s.ended_at is null)
        order by g.conversation_id
        """,
        merchant=event.merchant_id,
        person=event.person_id,
    )
    for conversation_id in conversations:
        if await remove_member(db, conversation_id, event.person_id):
            await told(db, conversation_id, event.person_id, "left")


class _Off(msgspec.Struct, frozen=True):
    group_id: UUID
    title: str
    starts_at: datetime
    zone: str
    shop: str


@on(ActivityCalledOff)
async def write_to_who_comes(db: Db, event: ActivityCalledOff) -> None:
    """A letter to everybody who said that she comes."""
    off = await db.one(
        _Off,
        """
        select a.group_id, a.title, a.starts_at, a.zone, b.name as shop
        from clubs.activities a join merchants.merchants b on b.merchant_id = a.merchant_id
        where a.merchant_id = :merchant and a.activity_id = :activity and a.cancelled_at is not null
        """,
        merchant=event.merchant_id,
        activity=event.activity_id,
    )
    if off is None:
        return
    people = await db.values(
        UUID,
        "select person_id from clubs.comings where merchant_id = :merchant and activity_id = :activity order by person_id",
        merchant=event.merchant_id,
        activity=event.activity_id,
    )
    page = f"/clubs/{event.merchant_id}/{off.group_id}/activities/{event.activity_id}"
    await write(db, people, partial(_called_off, off, page))


def _called_off(off: _Off, page: str) -> Words:
    zone = known_zone(off.zone) or UTC
    when = f"{filters.moment(off.starts_at, zone)} ({off.starts_at.astimezone(zone).tzname()})"
    said = {"title": off.title, "when": when, "shop": off.shop}
    return Words(_("Called off: %(title)s") % said, [_("%(shop)s has called off “%(title)s”, %(when)s.") % said], page)


@on(MemberWent)
async def free_places(db: Db, event: MemberWent) -> None:
    """Who has left the conversation comes to nothing more, unless she is in it again."""
    if not await is_member(db, event.conversation_id, event.person_id):
        await give_back(db, event.person_id, event.conversation_id)


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Where she said she comes, and that it was she who opened or posted something."""
    await db.run(
        """
        with gone as (delete from clubs.comings where person_id = :person returning merchant_id, activity_id)
        update clubs.activities a set coming = a.coming - 1 from gone
        where a.merchant_id = gone.merchant_id and a.activity_id = gone.activity_id
        """,
        person=event.person_id,
    )
    await db.run("update clubs.groups set opened_by = null where opened_by = :person", person=event.person_id)
    await db.run("update clubs.activities set posted_by = null where posted_by = :person", person=event.person_id)


@exports("clubs.comings")
async def _comings(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select json_build_object('merchant', b.name, 'title', a.title, 'starts_at', a.starts_at, 'at', c.at)::text
        from clubs.comings c
        join clubs.activities a on a.merchant_id = c.merchant_id and a.activity_id = c.activity_id
        join merchants.merchants b on b.merchant_id = c.merchant_id
        where c.person_id = :person order by c.at
        """,
        person=person_id,
    )


@shows("clubs")
async def _own(db: Db, person_id: UUID) -> list[Shortcut]:
    del db, person_id
    return [Shortcut("users-round", _("Member groups"), "/clubs")]
