"""What the shares room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports
from shuke.shares import actions

on(PersonErased)(actions.forget)


@exports("shares.shares")
async def _shares(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(s) - 'parent_id' || jsonb_build_object('opened',
          (select count(*) from shares.arrivals a where a.person_id = s.person_id and a.share_id = s.share_id)))::text
        from shares.shares s where s.person_id = :person order by s.at, s.share_id
        """,
        person=person_id,
    )


@exports("shares.ways")
async def _ways(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select json_build_object('merchant_id', merchant_id, 'at', at)::text from shares.ways where person_id = :person order by at",
        person=person_id,
    )


@exports("shares.branches")
async def _branches(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select json_build_object('merchant_id', merchant_id, 'channel', channel, 'depth', depth, 'at', at)::text
        from shares.branches where person_id = :person order by at
        """,
        person=person_id,
    )


@exports("shares.arrivals")
async def _arrivals(db: Db, person_id: UUID) -> list[str]:
    """When her links were opened; who opened them is theirs to know."""
    return await db.values(
        str,
        """
        select (to_jsonb(a) - '{person_id,arrival_id,taker_id}'::text[])::text
        from shares.arrivals a where a.person_id = :person order by a.at, a.arrival_id
        """,
        person=person_id,
    )
