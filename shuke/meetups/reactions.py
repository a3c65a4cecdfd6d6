"""What the meetups room does when others announce something: who is erased or blocked frees her place; what a decision hides."""

from uuid import UUID

import msgspec

from shuke.friends import PersonBlocked
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.i18n import gettext as _
from shuke.meetups import after, votes
from shuke.meetups.actions import end
from shuke.meetups.seats import free, lock
from shuke.moderation import Shown, moderated
from shuke.people import PersonErased, exports

JOBS = (after.remind, votes.count_votes)  # importing this room's reactions registers them


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """What she hosts is called off, her places go to who waits, and nothing of what she wrote stays."""
    await _step_out(
        db,
        await db.values(
            UUID,
            "select meetup_id from meetups.mine where person_id = :person and starts_at > :now order by meetup_id",
            person=event.person_id,
            now=clock.now(),
        ),
        event.person_id,
    )
    await db.run("delete from meetups.votes where person_id = :person", person=event.person_id)
    await db.run("update meetups.proposals set person_id = null where person_id = :person", person=event.person_id)
    await db.run("update meetups.guests set note = '' where person_id = :person", person=event.person_id)
    await db.run(
        "update meetups.meetups set title = '-', text = '', spot_text = '', why = '' where host_id = :person",
        person=event.person_id,
    )
    await db.run("delete from meetups.mine where person_id = :person", person=event.person_id)


async def _step_out(db: Db, meetups: list[UUID], person_id: UUID) -> None:
    for meetup_id in meetups:
        held = await lock(db, meetup_id)
        if held.status != "planned" or held.over:
            continue
        if held.host_id == person_id:
            await end(db, meetup_id, _("The host is no longer here."))
        else:
            await free(db, held, person_id, "left")


@on(PersonBlocked)
async def part(db: Db, event: PersonBlocked) -> None:
    """Who blocks a host, or is blocked by one, has no place at her meetups any more."""
    for host_id, guest_id in ((event.person_id, event.other_id), (event.other_id, event.person_id)):
        meetups = await db.values(
            UUID,
            """
            select m.meetup_id from meetups.meetups m join meetups.guests g on g.meetup_id = m.meetup_id and g.person_id = :guest
            where m.host_id = :host and m.starts_at > :now and m.status = 'planned' and g.standing in ('in', 'waiting', 'asking')
            order by m.meetup_id
            """,
            guest=guest_id,
            host=host_id,
            now=clock.now(),
        )
        await _step_out(db, meetups, guest_id)


class _Words(msgspec.Struct, frozen=True):
    host_id: UUID
    title: str
    text: str


@moderated("meetup")
class Meetups:
    """Meetups by their words."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The meetup, hidden or not."""
        found = await db.one(
            _Words,
            "select host_id, title, concat_ws(E'\n', text, spot_text) as text from meetups.meetups where meetup_id = :meetup",
            meetup=thing_id,
        )
        if found is None or owner_id != thing_id:
            return None
        return Shown(found.host_id, f"{found.title}\n{found.text}", f"/meetups/{thing_id}")

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """By a decision: only its host sees it, and nobody can join."""
        await db.run(
            "update meetups.meetups set hidden_at = case when :hidden::boolean then :now::timestamptz end where meetup_id = :meetup",
            hidden=hidden,
            now=clock.now(),
            meetup=thing_id if owner_id == thing_id else None,
        )


@exports("meetups.mine")
async def _mine(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(o) || jsonb_build_object('title', m.title))::text
        from meetups.mine o join meetups.meetups m on m.meetup_id = o.meetup_id
        where o.person_id = :person order by o.starts_at, o.meetup_id
        """,
        person=person_id,
    )


@exports("meetups.hosted")
async def _hosted(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(m)::text from meetups.meetups m where host_id = :person order by created_at",
        person=person_id,
    )


@exports("meetups.votes")
async def _votes(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(v)::text from meetups.votes v where person_id = :person order by at", person=person_id
    )


@exports("meetups.guests")
async def _standings(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(g)::text from meetups.guests g where person_id = :person order by at", person=person_id
    )


@exports("meetups.proposals")
async def _proposals(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(p)::text from meetups.proposals p where person_id = :person order by at", person=person_id
    )
