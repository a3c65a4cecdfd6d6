"""What the tribes room does when others announce something: who is erased goes, and a tribe without its founder passes on."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports
from shuke.tribes import known

REGISTERED = (known.Topics, known.Tribes)  # importing this room's reactions lets others know its things


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Her words go; where others had replied the topic stays without them. Her tribes pass on, or close when nobody is left."""
    person_id = event.person_id
    await db.run(
        """
        update tribes.topics t set replies = replies - gone.n from (
          select tribe_id, topic_id, count(*)::int as n from tribes.replies where person_id = :person group by tribe_id, topic_id) gone
        where t.tribe_id = gone.tribe_id and t.topic_id = gone.topic_id
        """,
        person=person_id,
    )
    await db.run("delete from tribes.replies where person_id = :person", person=person_id)
    await db.run(
        """
        with gone as (delete from tribes.likes where person_id = :person returning tribe_id, topic_id)
        update tribes.topics t set likes = likes - 1 from gone where t.tribe_id = gone.tribe_id and t.topic_id = gone.topic_id
        """,
        person=person_id,
    )
    await db.run(
        """
        with gone as (delete from tribes.topics where person_id = :person and replies = 0 returning tribe_id)
        update tribes.tribes t set topics = topics - c.n from (select tribe_id, count(*)::int as n from gone group by tribe_id) c
        where t.tribe_id = c.tribe_id
        """,
        person=person_id,
    )
    await db.run(
        """
        update tribes.topics set person_id = null, title = '', text = '', photos = '{}', place_id = null, thing_kind = null,
          thing_owner = null, thing_id = null, pinned = null, best_at = null
        where person_id = :person
        """,
        person=person_id,
    )
    await _go(db, person_id)
    await db.run("update tribes.acts set person_id = null where person_id = :person", person=person_id)
    await db.run("update tribes.acts set subject_id = null, reason = '' where subject_id = :person", person=person_id)


async def _go(db: Db, person_id: UUID) -> None:
    """Out of every tribe, also those that removed her."""
    kept = await db.values(
        UUID, "select tribe_id from tribes.members where person_id = :person and standing = 'founder'", person=person_id
    )
    await db.run(
        """
        with gone as (delete from tribes.members where person_id = :person returning tribe_id, standing)
        update tribes.tribes t set members = members - (gone.standing in ('member', 'moderator', 'founder'))::int
        from gone where t.tribe_id = gone.tribe_id
        """,
        person=person_id,
    )
    await db.run(
        "update tribes.tribes set picture_by = null, picture_id = null where picture_by = :person and tribe_id = any(:kept::uuid[])",
        person=person_id,
        kept=kept,
    )
    await db.run("delete from tribes.mine where person_id = :person", person=person_id)
    for tribe_id in kept:
        await _pass_on(db, tribe_id)


async def _pass_on(db: Db, tribe_id: UUID) -> None:
    """To the moderator who is longest in, else to the member who is; a tribe of nobody closes."""
    heir = await db.value(
        UUID,
        """
        update tribes.members m set standing = 'founder' where m.tribe_id = :tribe and m.person_id = (
          select o.person_id from tribes.members o where o.tribe_id = :tribe and o.standing in ('moderator', 'member')
          order by o.standing desc, o.at, o.person_id limit 1)
        returning person_id
        """,
        tribe=tribe_id,
    )
    if heir is None:
        await db.run("update tribes.tribes set closed_at = :now where tribe_id = :tribe", now=clock.now(), tribe=tribe_id)
        return
    await db.run(
        "update tribes.mine set standing = 'founder' where person_id = :person and tribe_id = :tribe",
        person=heir,
        tribe=tribe_id,
    )


@exports("tribes.mine")
async def _mine(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(o) || jsonb_build_object('name', t.name))::text
        from tribes.mine o join tribes.tribes t on t.tribe_id = o.tribe_id where o.person_id = :person order by o.at, o.tribe_id
        """,
        person=person_id,
    )


@exports("tribes.topics")
async def _topics(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(t)::text from tribes.topics t where person_id = :person order by at", person=person_id
    )


@exports("tribes.replies")
async def _replies(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(r)::text from tribes.replies r where person_id = :person order by at", person=person_id
    )


@exports("tribes.likes")
async def _likes(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(l)::text from tribes.likes l where person_id = :person order by at", person=person_id
    )


@exports("tribes.acts")
async def _acts(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select (to_jsonb(a) - 'subject_id')::text from tribes.acts a where person_id = :person order by at, act_id",
        person=person_id,
    )


@exports("tribes.members")
async def _standings(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(m)::text from tribes.members m where person_id = :person order by at", person=person_id
    )
