"""How an activity looks in a message, and how a decision hides it or a group."""

from uuid import UUID

import msgspec

from shuke.clubs.queries import activity_of
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.forms import known_zone
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.moderation import Shown, moderated
from shuke.shares import Preview, Thing, shareable
from shuke.shell import filters


class _Group(msgspec.Struct, frozen=True):
    group_id: UUID


@shareable("activity")
async def activity_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """What, when and where; that it was called off."""
    group = await db.one(
        _Group,
        "select group_id from clubs.activities where merchant_id = :merchant and activity_id = :activity",
        merchant=thing.owner_id,
        activity=thing.thing_id,
    )
    if group is None:
        return None
    try:
        activity = await activity_of(db, thing.owner_id, group.group_id, thing.thing_id, viewer_id)
    except NotFound:
        return None
    zone = known_zone(activity.zone)
    when = filters.moment(activity.starts_at, zone, "day") if zone else ""
    off = _("Called off") if activity.cancelled_at is not None else ""
    text = " · ".join(part for part in (off, when, activity.where) if part)
    return Preview(activity.title, text, activity.path, None, activity.merchant_id, "calendar")


class _Said(msgspec.Struct, frozen=True):
    author_id: UUID | None
    text: str
    group_id: UUID


@moderated("member_group")
class Groups:
    """Owner is the merchant; the author is who opened it, or else the oldest of the shop's owners."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """Its title and what it says of itself."""
        said = await db.one(
            _Said,
            """
            select coalesce(g.opened_by, (select s.person_id from merchants.staff s where s.merchant_id = g.merchant_id
                and s.role = 'owner' and s.ended_at is null order by s.added_at, s.person_id limit 1)) as author_id,
              concat_ws(E'\n', g.title, nullif(g.about, '')) as text, g.group_id
            from clubs.groups g where g.merchant_id = :merchant and g.group_id = :group
            """,
            merchant=owner_id,
            group=thing_id,
        )
        return Shown(said.author_id, said.text, f"/clubs/{owner_id}/{thing_id}") if said and said.author_id else None

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """The shop's staff alone see it and its activities; what was said in its chat stays where it is."""
        await db.run(
            """
            update clubs.groups set hidden_at = case when :hidden::boolean then :now::timestamptz end
            where merchant_id = :merchant and group_id = :group
            """,
            hidden=hidden,
            now=clock.now(),
            merchant=owner_id,
            group=thing_id,
        )


@moderated("activity")
class Activities:
    """Owner is the merchant; the author is who posted it, or else the oldest of the shop's owners."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """What it says."""
        said = await db.one(
            _Said,
            """
            select coalesce(a.posted_by, (select s.person_id from merchants.staff s where s.merchant_id = a.merchant_id
                and s.role = 'owner' and s.ended_at is null order by s.added_at, s.person_id limit 1)) as author_id,
              concat_ws(E'\n', a.title, nullif(a.text, ''), nullif(a.spot, '')) as text, a.group_id
            from clubs.activities a where a.merchant_id = :merchant and a.activity_id = :activity
            """,
            merchant=owner_id,
            activity=thing_id,
        )
        if said is None or said.author_id is None:
            return None
        return Shown(said.author_id, said.text, f"/clubs/{owner_id}/{said.group_id}/activities/{thing_id}")

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """The shop's staff alone see it."""
        await db.run(
            """
            update clubs.activities set hidden_at = case when :hidden::boolean then :now::timestamptz end
            where merchant_id = :merchant and activity_id = :activity
            """,
            hidden=hidden,
            now=clock.now(),
            merchant=owner_id,
            activity=thing_id,
        )
