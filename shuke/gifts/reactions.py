"""What follows when friends part, people go, and vouchers are on their way; what the gifts room holds about a person."""

from uuid import UUID

import msgspec

from shuke.friends import PersonBlocked
from shuke.gifts.actions import Ending, bring_back
from shuke.gifts.types import GiftGiven
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.live import announce
from shuke.moderation import Shown, moderated
from shuke.people import PersonErased, exports


@on(GiftGiven)
async def show_gift(db: Db, event: GiftGiven) -> None:
    """The friend's open wallet says that something waits."""
    if event.to_id is not None:
        await announce(db, f"person:{event.to_id}", "gifts")


@on(PersonBlocked)
async def part(db: Db, event: PersonBlocked) -> None:
    """What is on its way between the two goes back."""
    ended = await db.all(
        Ending,
        """
        update gifts.gifts g set ended_at = :now, outcome = 'declined' from gifts.own o
        where o.person_id = :person and g.merchant_id = o.merchant_id and g.gift_id = o.gift_id and g.ended_at is null
          and (g.giver_id, g.to_id) in ((:person, :other), (:other, :person))
        returning g.merchant_id, g.gift_id, g.voucher_id, g.giver_id
        """,
        person=event.person_id,
        other=event.other_id,
        now=clock.now(),
    )
    await bring_back(db, ended)


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """What an erased person was given goes back, what she gave is void with her vouchers; her words go."""
    ended = await db.all(
        Ending,
        """
        update gifts.gifts g set ended_at = :now, outcome = case when g.giver_id = :person then 'void' else 'declined' end from gifts.own o
        where o.person_id = :person and g.merchant_id = o.merchant_id and g.gift_id = o.gift_id and g.ended_at is null
        returning g.merchant_id, g.gift_id, g.voucher_id, g.giver_id
        """,
        person=event.person_id,
        now=clock.now(),
    )
    await bring_back(db, [one for one in ended if one.giver_id != event.person_id])
    await db.run(
        """
        update gifts.gifts g set note = '' from gifts.own o
        where o.person_id = :person and o.gave and g.merchant_id = o.merchant_id and g.gift_id = o.gift_id
        """,
        person=event.person_id,
    )
    await db.run("delete from gifts.own where person_id = :person", person=event.person_id)


class _Note(msgspec.Struct, frozen=True):
    giver_id: UUID
    note: str


@moderated("gift_note")
class Notes:
    """The words with a gift. Owner is the merchant whose voucher it is; the gift itself is not touched."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The words. Who may take the gift is not told by a decision, so there is no way to it."""
        found = await db.one(
            _Note,
            "select giver_id, note from gifts.gifts where merchant_id = :merchant and gift_id = :gift and note <> ''",
            merchant=owner_id,
            gift=thing_id,
        )
        return Shown(found.giver_id, found.note, "/gifts") if found is not None else None

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """The giver alone reads them, or who has the gift again."""
        await db.run(
            """
            update gifts.gifts set note_hidden_at = case when :hidden::boolean then :now::timestamptz end
            where merchant_id = :merchant and gift_id = :gift
            """,
            hidden=hidden,
            now=clock.now(),
            merchant=owner_id,
            gift=thing_id,
        )


@exports("gifts.gifts")
async def _gifts(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select json_build_object('gave', o.gave, 'title', g.title, 'note', case when o.gave then g.note end, 'at', g.at,
          'outcome', g.outcome, 'ended_at', g.ended_at)::text
        from gifts.own o join gifts.gifts g on g.merchant_id = o.merchant_id and g.gift_id = o.gift_id
        where o.person_id = :person order by o.at
        """,
        person=person_id,
    )
