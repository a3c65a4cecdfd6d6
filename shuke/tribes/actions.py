"""Writes of people: founding a tribe, changing it, joining, leaving, handing it over."""

from uuid import UUID

from shuke.album import drop, keep
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.geo import Point, mercator
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce, announce_all
from shuke.kit.refusals import NotAllowed, NotFound, Refusal
from shuke.kit.texts import clean
from shuke.moderation import Thing, check_words, pace
from shuke.tribes.queries import keepers, picture_of, tribe_of
from shuke.tribes.types import Membership, NewTribe, Tribe, TribeDraft, TribeRefused


async def found(db: Db, person_id: UUID, new: NewTribe) -> Tribe:
    """A new tribe; who founds it keeps it. Refusals: words_missing, words_refused, too_many_requests, not_allowed (a merchant's tribe
    is founded by its owner or a manager), not_found (a picture of another's)."""
    tribe_id = ids.uuid7()
    draft = await _checked(db, person_id, tribe_id, new)
    await pace(db, person_id, "post")
    founded = await db.run(
        """
        insert into tribes.tribes (tribe_id, merchant_id, name, about, interest, picture_by, picture_id, city, longitude, latitude, spot, approval,
          merchants_post, members, active_at, created_at)
        select :tribe, :merchant, :name, :about, :interest, case when :picture::uuid is not null then :person::uuid end, :picture::uuid, :city,
          :longitude::float8, :latitude::float8, point(:x::float8, :y::float8), :approval, :merchants_post, 1, :now::timestamptz, :now
        where :merchant::uuid is null or exists (
          select from merchants.staff s join merchants.merchants m on m.merchant_id = s.merchant_id
          where s.merchant_id = :merchant and s.person_id = :person and s.ended_at is null and s.role in ('owner', 'manager')
            and m.status = 'approved')
        """,
        tribe=tribe_id,
        person=person_id,
        merchant=new.merchant_id,
        now=clock.now(),
        **_columns(draft),
    )
    if not founded:
        raise NotAllowed("not_allowed", _("Only the owner or a manager of an approved shop founds its tribe."))
    await _stand(db, Membership(tribe_id, person_id, "founder"), "")
    return await _shown(db, tribe_id, person_id)


async def _checked(db: Db, person_id: UUID, tribe_id: UUID, draft: TribeDraft) -> TribeDraft:
    if not clean(draft.name):
        raise TribeRefused("words_missing", _("Give the tribe a name."))
    await check_words(db, person_id, f"{draft.name}\n{draft.about}", "tribe", Thing("tribe", tribe_id, tribe_id))
    if draft.picture is not None:
        await keep(db, person_id, [draft.picture], tribe_id)
    return draft


def _columns(draft: TribeDraft) -> dict[str, object]:
    """What is written of a draft; the position coarse."""
    known = draft.longitude is not None and draft.latitude is not None
    longitude, latitude = round(draft.longitude or 0, 2), round(draft.latitude or 0, 2)
    x, y = mercator(Point(longitude, latitude))
    return {
        "name": clean(draft.name),
        "about": clean(draft.about),
        "interest": draft.interest,
        "picture": draft.picture,
        "city": clean(draft.city),
        "longitude": longitude if known else None,
        "latitude": latitude if known else None,
        "x": x if known else None,
        "y": y if known else None,
        "approval": draft.approval,
        "merchants_post": draft.merchants_post,
    }


async def change(db: Db, person_id: UUID, tribe_id: UUID, draft: TribeDraft) -> Tribe:
    """By the founder; without a picture the old one stays. Refusals: not_found, not_allowed, words_missing, words_refused."""
    tribe = await _shown(db, tribe_id, person_id)
    if tribe.standing != "founder":
        raise NotAllowed("not_allowed", _("Only the founder changes the tribe."))
    draft = await _checked(db, person_id, tribe_id, draft)
    before = await picture_of(db, tribe_id)
    await db.run(
        """
        with act as (
          insert into tribes.acts (tribe_id, person_id, act, at) values (:tribe, :person, 'changed', :now)
        )
        update tribes.tribes set name = :name, about = :about, interest = :interest, city = :city, approval = :approval,
          picture_by = case when :picture::uuid is null then picture_by else :person end, picture_id = coalesce(:picture, picture_id),
          longitude = :longitude::float8, latitude = :latitude::float8, spot = point(:x::float8, :y::float8), merchants_post = :merchants_post
        where tribe_id = :tribe
          and exists (select from tribes.members m where m.tribe_id = :tribe and m.person_id = :person and m.standing = 'founder')
        """,
        tribe=tribe_id,
        person=person_id,
        now=clock.now(),
        **_columns(draft),
    )
    if before is not None and draft.picture not in (None, before.photo_id):
        await drop(db, before.person_id, [before.photo_id], tribe_id)
    return await _shown(db, tribe_id, person_id)


async def _shown(db: Db, tribe_id: UUID, person_id: UUID) -> Tribe:
    tribe = await tribe_of(db, tribe_id, person_id)
    if tribe is None:
        raise NotFound
    return tribe


async def join(db: Db, person_id: UUID, tribe_id: UUID, note: str = "") -> Membership:
    """Become a member, or ask to be let in. Refusals: not_found, already_in_tribe, removed_from_tribe, too_many_requests,
    words_refused."""
    if note:
        await check_words(db, person_id, note, "tribe")
    await pace(db, person_id, "request")
    standing = await db.value(
        str,
        """
        with open as (
          update tribes.tribes set members = members + case when approval then 0 else 1 end
          where tribe_id = :tribe and closed_at is null and hidden_at is null
            and not exists (select from tribes.members m where m.tribe_id = tribes.tribe_id and m.person_id = :person)
          returning tribe_id, approval
        )
        insert into tribes.members (tribe_id, person_id, standing, note, at)
        select tribe_id, :person, case when approval then 'asking' else 'member' end, :note, :now from open
        on conflict do nothing returning standing
        """,
        tribe=tribe_id,
        person=person_id,
        note=clean(note),
        now=clock.now(),
    )
    if standing is None:
        raise await _why_not(db, person_id, tribe_id)
    await _listed(db, Membership(tribe_id, person_id, standing))
    if standing == "asking":
        await announce_all(db, [f"person:{one}" for one in await keepers(db, tribe_id)], "waiting")
    return Membership(tribe_id, person_id, standing)


async def _why_not(db: Db, person_id: UUID, tribe_id: UUID) -> Refusal:
    tribe = await tribe_of(db, tribe_id, person_id)
    if tribe is None:
        return NotFound()
    if tribe.standing == "removed":
        return TribeRefused("removed_from_tribe", _("The moderators of this tribe have removed you. They can let you back in."))
    if tribe.standing == "asking":
        return TribeRefused("already_in_tribe", _("You have asked already. You will be told when you are let in."))
    return TribeRefused("already_in_tribe", _("You are a member already."))


async def _stand(db: Db, now: Membership, note: str) -> None:
    """A member's row and her own list's, where the tribe counts her already."""
    await db.run(
        """
        insert into tribes.members (tribe_id, person_id, standing, note, at) values (:tribe, :person, :standing, :note, :now)
        on conflict (tribe_id, person_id) do update set standing = excluded.standing, at = excluded.at
        """,
        tribe=now.tribe_id,
        person=now.person_id,
        standing=now.standing,
        note=note,
        now=clock.now(),
    )
    await _listed(db, now)


async def _listed(db: Db, now: Membership) -> None:
    await db.run(
        """
        insert into tribes.mine (person_id, tribe_id, standing, at) values (:person, :tribe, :standing, :now)
        on conflict (person_id, tribe_id) do update set standing = excluded.standing
        """,
        person=now.person_id,
        tribe=now.tribe_id,
        standing=now.standing,
        now=clock.now(),
    )
    await announce(db, f"person:{now.person_id}", "tribes")


async def unlist(db: Db, tribe_id: UUID, person_id: UUID) -> None:
    """The tribe is on her list no more."""
    await db.run("delete from tribes.mine where person_id = :person and tribe_id = :tribe", person=person_id, tribe=tribe_id)


async def leave(db: Db, person_id: UUID, tribe_id: UUID) -> None:
    """Go, or take one's request back. Refusals: not_found, founder_stays (hand the tribe over first)."""
    left = await db.value(
        str,
        """
        delete from tribes.members where tribe_id = :tribe and person_id = :person and standing in ('asking', 'member', 'moderator')
        returning standing
        """,
        tribe=tribe_id,
        person=person_id,
    )
    if left is None:
        tribe = await tribe_of(db, tribe_id, person_id)
        if tribe is not None and tribe.standing == "founder":
            raise TribeRefused("founder_stays", _("You keep this tribe. Hand it over to a member first."))
        raise NotFound
    if left != "asking":
        await db.run("update tribes.tribes set members = members - 1 where tribe_id = :tribe", tribe=tribe_id)
    await unlist(db, tribe_id, person_id)


async def hand_over(db: Db, person_id: UUID, tribe_id: UUID, to: UUID) -> None:
    """By the founder to another member, who keeps it from now on. Refusals: not_found, not_allowed."""
    changed = await db.run(
        """
        with heir as (
          select from tribes.members o where o.tribe_id = :tribe and o.person_id = :to and o.standing in ('member', 'moderator') for update
        ), old as (
          update tribes.members m set standing = 'moderator' from heir
          where m.tribe_id = :tribe and m.person_id = :person and m.standing = 'founder' returning m.tribe_id
        )
        insert into tribes.acts (tribe_id, person_id, act, subject_id, at) select tribe_id, :person, 'handed', :to, :now from old
        """,
        tribe=tribe_id,
        person=person_id,
        to=to,
        now=clock.now(),
    )
    if not changed:
        raise NotAllowed("not_allowed", _("Only the founder hands the tribe over, and only to a member."))
    await _stand(db, Membership(tribe_id, to, "founder"), "")
    await _listed(db, Membership(tribe_id, person_id, "moderator"))
