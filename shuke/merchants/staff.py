"""Staff: who works here, invited by contact, with a role; never without an owner, and what changes holds at once."""

from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

import msgspec

from shuke.kit import clock, letters
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed, NotFound, Refusal, Unreadable
from shuke.merchants.actions import employ
from shuke.merchants.queries import staff_member
from shuke.merchants.types import Acting, JobEnded, Role
from shuke.people import contact_from, contacts_of, person_by_contact

DAYS = 14


class StaffLine(msgspec.Struct, frozen=True):
    """Somebody who works here; at all stores where none is named."""

    person_id: UUID
    name: str
    role: str
    store_id: UUID | None
    store: str
    added_at: datetime


class Invitation(msgspec.Struct, frozen=True):
    """Somebody who is asked to work here, by a shortened contact."""

    invitation_id: UUID
    shown: str
    role: str
    store_id: UUID | None
    store: str
    expires_at: datetime


class OwnInvitation(msgspec.Struct, frozen=True):
    """What a person is asked."""

    merchant_id: UUID
    invitation_id: UUID
    merchant: str
    role: str
    store: str
    expires_at: datetime


class Taken(msgspec.Struct, frozen=True):
    """The terms of an invitation that was accepted."""

    role: str
    store_id: UUID | None
    invited_by: UUID


async def staff_of_merchant(db: Db, merchant_id: UUID) -> list[StaffLine]:
    """Everybody who works here now, owners first."""
    return await db.all(
        StaffLine,
        """
        select s.person_id, coalesce(nullif(s.name, ''), p.name) as name, s.role, s.store_id, coalesce(t.name, '') as store, s.added_at
        from merchants.staff s join people.people p on p.person_id = s.person_id
        left join merchants.stores t on t.merchant_id = s.merchant_id and t.store_id = s.store_id
        where s.merchant_id = :merchant and s.ended_at is null
        order by array_position(array['owner', 'manager', 'marketer', 'support', 'cashier'], s.role), 2, s.person_id
        """,
        merchant=merchant_id,
    )


async def invitations_of(db: Db, merchant_id: UUID) -> list[Invitation]:
    """Who was asked and has not answered."""
    return await db.all(
        Invitation,
        """
        select i.invitation_id, case when i.contact like 'phone:%' then substr(i.contact, 7, 4) || '…' || right(i.contact, 3)
            else substr(i.contact, 7, 2) || '…@' || split_part(i.contact, '@', 2) end as shown,
          i.role, i.store_id, coalesce(t.name, '') as store, i.expires_at
        from merchants.invitations i left join merchants.stores t on t.merchant_id = i.merchant_id and t.store_id = i.store_id
        where i.merchant_id = :merchant and i.accepted_at is null and i.expires_at > :now order by i.invitation_id desc
        """,
        merchant=merchant_id,
        now=clock.now(),
    )


async def invitations_for(db: Db, person_id: UUID) -> list[OwnInvitation]:
    """What a person is asked, by any of her contacts."""
    return await db.all(
        OwnInvitation,
        """
        select i.merchant_id, i.invitation_id, m.name as merchant, i.role, coalesce(t.name, '') as store, i.expires_at
        from merchants.invitations i join merchants.merchants m on m.merchant_id = i.merchant_id
        left join merchants.stores t on t.merchant_id = i.merchant_id and t.store_id = i.store_id
        where i.contact = any(:contacts) and i.accepted_at is null and i.expires_at > :now order by i.invitation_id desc limit 50
        """,
        contacts=[contact.target for contact in await contacts_of(db, person_id)],
        now=clock.now(),
    )


def _demand_right(acting: Acting, *roles: str) -> None:
    if acting.role != "owner" and "owner" in roles:
        raise NotAllowed("not_allowed", _("Only an owner makes or changes an owner."))


def _demand_role(role: str) -> None:
    if role not in get_args(Role):
        raise Unreadable("role_unreadable", _("Choose a role."))


async def invite(db: Db, acting: Acting, contact: str, role: str, store_id: UUID | None, address: str) -> UUID:
    """Ask somebody to work here, by a letter with a link to `address`; asking again replaces what was asked before.

    Refusals: contact_unreadable, role_unreadable, not_allowed, already_staff, not_found for another's store.
    """
    _demand_role(role)
    _demand_right(acting, role)
    asked = contact_from(contact)
    person_id = await person_by_contact(db, asked)
    if person_id is not None and await staff_member(db, acting.merchant_id, person_id):
        raise Refusal("already_staff", _("This person works here already. Change the role in the list."))
    await db.run(
        "delete from merchants.invitations where merchant_id = :merchant and contact = :contact and accepted_at is null",
        merchant=acting.merchant_id,
        contact=asked.target,
    )
    now = clock.now()
    invitation_id = await db.value(
        UUID,
        """
        insert into merchants.invitations (merchant_id, contact, role, store_id, invited_by, at, expires_at)
        select :merchant, :contact, :role, :store::uuid, :by, :now, :expires
        where :store is null or exists (select from merchants.stores where merchant_id = :merchant and store_id = :store and closed_at is null)
        returning invitation_id
        """,
        merchant=acting.merchant_id,
        contact=asked.target,
        role=role,
        store=store_id,
        by=acting.person_id,
        now=now,
        expires=now + timedelta(days=DAYS),
    )
    if invitation_id is None:
        raise NotFound
    subject = _("%(merchant)s asks you to work with it") % {"merchant": acting.merchant_name}
    body = _("Sign in with this contact and accept: %(address)s/invitations") % {"address": address}
    await letters.post(db, asked.channel, asked.value, subject, f"{subject}. {body}")
    return invitation_id


async def withdraw_invitation(db: Db, acting: Acting, invitation_id: UUID) -> None:
    """Ask no longer. Refusal: not_found."""
    if not await db.run(
        "delete from merchants.invitations where merchant_id = :merchant and invitation_id = :invitation and accepted_at is null",
        merchant=acting.merchant_id,
        invitation=invitation_id,
    ):
        raise NotFound


async def accept(db: Db, person_id: UUID, merchant_id: UUID, invitation_id: UUID) -> None:
    """Begin to work here. The invitation is for whoever holds its contact, and once. Refusals: not_found, already_staff."""
    taken = await db.one(
        Taken,
        """
        update merchants.invitations set accepted_at = :now
        where merchant_id = :merchant and invitation_id = :invitation and contact = any(:contacts) and accepted_at is null and expires_at > :now
        returning role, store_id, invited_by
        """,
        now=clock.now(),
        merchant=merchant_id,
        invitation=invitation_id,
        contacts=[contact.target for contact in await contacts_of(db, person_id)],
    )
    if taken is None:
        raise NotFound
    if await staff_member(db, merchant_id, person_id):
        raise Refusal("already_staff", _("You work there already."))
    await employ(db, merchant_id, person_id, taken.role, taken.invited_by, taken.store_id)


async def change_role(db: Db, acting: Acting, person_id: UUID, role: str, store_id: UUID | None) -> None:
    """Another role or store. One statement sees to it that an owner stays.

    Refusals: not_found, not_allowed, role_unreadable, last_owner.
    """
    _demand_role(role)
    _demand_right(acting, role, await _role_of(db, acting.merchant_id, person_id))
    moved = await db.run(
        """
        with owners as materialized (
          select o.person_id from merchants.staff o join people.people p on p.person_id = o.person_id and p.erased_at is null
          where o.merchant_id = :merchant and o.role = 'owner' and o.ended_at is null order by o.person_id for no key update
        )
        update merchants.staff s set role = :role, store_id = :store::uuid
        where s.merchant_id = :merchant and s.person_id = :person and s.ended_at is null
          and (:role = 'owner' or exists (select from owners o where o.person_id <> :person))
          and (:store::uuid is null or exists (select from merchants.stores t where t.merchant_id = :merchant and t.store_id = :store))
        """,
        merchant=acting.merchant_id,
        person=person_id,
        role=role,
        store=store_id,
    )
    await _moved(db, acting.merchant_id, person_id, moved)


async def end_job(db: Db, acting: Acting, person_id: UUID) -> None:
    """Somebody works here no longer, from this moment. Refusals: not_found, not_allowed, last_owner."""
    _demand_right(acting, await _role_of(db, acting.merchant_id, person_id))
    moved = await db.run(
        """
        with owners as materialized (
          select o.person_id from merchants.staff o join people.people p on p.person_id = o.person_id and p.erased_at is null
          where o.merchant_id = :merchant and o.role = 'owner' and o.ended_at is null order by o.person_id for no key update
        ), gone as (
          update merchants.staff s set ended_at = :now, ended_by = :by
          where s.merchant_id = :merchant and s.person_id = :person and s.ended_at is null
            and exists (select from owners o where o.person_id <> :person)
          returning s.person_id, s.merchant_id
        )
        delete from merchants.jobs j using gone where j.person_id = gone.person_id and j.merchant_id = gone.merchant_id
        """,
        merchant=acting.merchant_id,
        person=person_id,
        now=clock.now(),
        by=acting.person_id,
    )
    await _moved(db, acting.merchant_id, person_id, moved)
    await record(db, JobEnded(acting.merchant_id, person_id))


async def _role_of(db: Db, merchant_id: UUID, person_id: UUID) -> str:
    role = await staff_member(db, merchant_id, person_id)
    if role is None:
        raise NotFound
    return role


async def _moved(db: Db, merchant_id: UUID, person_id: UUID, moved: int) -> None:
    if not moved:
        if await _role_of(db, merchant_id, person_id) == "owner":
            raise Refusal("last_owner", _("This is the only owner. Make somebody else an owner first."))
        raise NotFound
    await changed(db, person_id)
