"""What the cards room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports


@on(PersonErased)
async def leave_every_card(db: Db, event: PersonErased) -> None:
    """An erased person is no longer a member anywhere; what shops noted about her goes, what she bought stays counted."""
    await db.run(
        """
        update cards.memberships set left_at = coalesce(left_at, :now), note = '', tags = '{}' where person_id = :person
        """,
        now=clock.now(),
        person=event.person_id,
    )
    await db.run("delete from cards.wallet_cards where person_id = :person", person=event.person_id)


@exports("cards.memberships")
async def _memberships(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select (to_jsonb(m) - 'secret' || jsonb_build_object('merchant', b.name))::text
        from cards.memberships m join merchants.merchants b using (merchant_id) where m.person_id = :person order by m.joined_at
        """,
        person=person_id,
    )
