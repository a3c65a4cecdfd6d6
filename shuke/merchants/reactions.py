"""What the merchants room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.people import PersonErased, before_erasing, exports


@on(PersonErased)
async def end_every_job(db: Db, event: PersonErased) -> None:
    """An erased person works nowhere any more; her acts stay with her id."""
    await db.run(
        """
        update merchants.staff set name = '', ended_at = coalesce(ended_at, :now), ended_by = coalesce(ended_by, :person)
        where person_id = :person
        """,
        now=clock.now(),
        person=event.person_id,
    )
    await db.run("delete from merchants.jobs where person_id = :person", person=event.person_id)
    await changed(db, event.person_id)


@before_erasing
async def keep_the_only_owner(db: Db, person_id: UUID) -> None:
    """A shop that is open, or asks to be, is never left without an owner. Refusal: only_owner."""
    shops = await db.values(
        str,
        """
        with owners as materialized (
          select o.merchant_id, o.person_id from merchants.staff mine
          join merchants.staff o on o.merchant_id = mine.merchant_id and o.role = 'owner' and o.ended_at is null
          join people.people p on p.person_id = o.person_id and p.erased_at is null
          where mine.person_id = :person and mine.role = 'owner' and mine.ended_at is null and mine.merchant_id = any(array(
            select merchant_id from merchants.jobs where person_id = :person))
          order by o.merchant_id, o.person_id for no key update of o, p
        )
        select m.name from merchants.merchants m
        where m.merchant_id = any(array(select merchant_id from owners group by merchant_id having count(*) = 1))
          and m.status in ('submitted', 'approved')
        order by m.name
        """,
        person=person_id,
    )
    if shops:
        detail = _(
            "You are the only owner of %(shops)s. Make somebody else an owner there, or ask the platform to close it, first."
        )
        raise Refusal("only_owner", detail % {"shops": ", ".join(shops[:5])})


@exports("merchants.staff")
async def _staff(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(s) || jsonb_build_object('merchant', m.name))::text
        from merchants.staff s join merchants.merchants m using (merchant_id) where s.person_id = :me order by s.added_at
        """,
        me=person_id,
    )


@exports("merchants.scans")
async def _scans(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(s)::text from merchants.scans s where person_id = :me order by at", me=person_id
    )


@exports("merchants.vetting")
async def _decisions(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(v)::text from merchants.vetting v where person_id = :me order by at", me=person_id
    )
