"""Writes of the stamps room. Each that changes a member's stamps holds her row until it is committed."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.stamps.queries import card_of, stamps_of
from shuke.stamps.types import Newest, StampCard, StampCardDraft, Stamps
from shuke.vouchers import IssueCall, Source, issue, void


async def set_card(db: Db, merchant_id: UUID, draft: StampCardDraft) -> StampCard:
    """What the punch card is from now on; stamps that are there stay. Refusal: not_found (a template of somebody else)."""
    await db.run(
        """
        insert into stamps.cards (merchant_id, template_id, needed, minimum, open, updated_at)
        select merchant_id, template_id, :needed, :minimum, :open, :now from vouchers.templates
        where merchant_id = :merchant and template_id = :template
        on conflict (merchant_id) do update set template_id = excluded.template_id, needed = excluded.needed,
          minimum = excluded.minimum, open = excluded.open, updated_at = excluded.updated_at
        """,
        merchant=merchant_id,
        template=draft.template_id,
        needed=draft.needed,
        minimum=draft.minimum,
        open=draft.open,
        now=clock.now(),
    )
    card = await card_of(db, merchant_id)
    if card is None or card.template_id != draft.template_id:
        raise NotFound
    return card


async def stamp(db: Db, merchant_id: UUID, person_id: UUID, staff_id: UUID) -> Stamps:
    """A stamp by hand. Refusals: no_stamp_card, not_a_member."""
    await _open_card(db, merchant_id, person_id)
    if not await _hold(db, merchant_id, person_id):
        raise NotFound("not_a_member", _("This person is not a member here."))
    await db.run(
        "insert into stamps.stamps (merchant_id, person_id, staff_id, at) values (:merchant, :person, :staff, :now)",
        merchant=merchant_id,
        person=person_id,
        staff=staff_id,
        now=clock.now(),
    )
    rewards = await _use(db, merchant_id, person_id, "staff", None)
    return msgspec.structs.replace(await _open_card(db, merchant_id, person_id), rewards=rewards)


async def stamp_purchase(db: Db, merchant_id: UUID, person_id: UUID, purchase_id: UUID, paid: int) -> None:
    """The stamp of a purchase that stands, once, where the card is open and enough was paid."""
    card = await stamps_of(db, merchant_id, person_id)
    if card is None or not await _hold(db, merchant_id, person_id):
        return
    given = await db.run(
        """
        insert into stamps.stamps (merchant_id, person_id, purchase_id, at)
        select c.merchant_id, :person, :purchase, :now from stamps.cards c
        where c.merchant_id = :merchant and c.minimum <= :paid and not exists (
          select from purchases.reversals r where r.merchant_id = c.merchant_id and r.purchase_id = :purchase)
        on conflict (merchant_id, purchase_id) do nothing
        """,
        merchant=merchant_id,
        person=person_id,
        purchase=purchase_id,
        paid=paid,
        now=clock.now(),
    )
    if given:
        await _use(db, merchant_id, person_id, "purchase", purchase_id)


async def undo_last(db: Db, merchant_id: UUID, person_id: UUID, staff_id: UUID) -> Stamps:
    """Take back the newest stamp. If it filled the card, its unused reward is void and the other stamps are unused again.
    Refusals: no_stamp_card, no_stamp, reward_used."""
    await _open_card(db, merchant_id, person_id)
    await _lock(db, merchant_id, person_id)
    newest = await db.one(
        Newest,
        """
        select s.stamp_id, s.voucher_id, v.status = 'issued' and v.uses_left = t.uses as whole from stamps.stamps s
        left join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id and v.person_id = s.person_id
        left join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where s.merchant_id = :merchant and s.person_id = :person and s.undone_at is null order by s.stamp_id desc limit 1
        """,
        merchant=merchant_id,
        person=person_id,
    )
    if newest is None:
        raise Refusal("no_stamp", _("There is no stamp to take back."))
    if newest.voucher_id is not None:
        if not newest.whole:
            raise Refusal("reward_used", _("The last stamp brought a reward that is used or given away. Undo that first."))
        await void(db, merchant_id, staff_id, newest.voucher_id, "stamp taken back")
        await _free(db, merchant_id, person_id, newest.voucher_id)
    await db.run(
        """
        update stamps.stamps set undone_at = :now, undone_by = :staff
        where merchant_id = :merchant and person_id = :person and stamp_id = :stamp
        """,
        merchant=merchant_id,
        person=person_id,
        stamp=newest.stamp_id,
        staff=staff_id,
        now=clock.now(),
    )
    await announce(db, f"person:{person_id}", "wallet")
    return await _open_card(db, merchant_id, person_id)


async def take_back(db: Db, merchant_id: UUID, person_id: UUID, purchase_id: UUID) -> None:
    """Undo the stamp of a purchase that was taken back, as the room's rules say."""
    if not await _hold(db, merchant_id, person_id, whoever=True):
        return
    undone = await db.run(
        """
        update stamps.stamps set undone_at = :now where merchant_id = :merchant and purchase_id = :purchase and undone_at is null
        """,
        merchant=merchant_id,
        purchase=purchase_id,
        now=clock.now(),
    )
    if not undone:
        return
    await _settle(db, merchant_id, person_id)
    await _void_reward(db, merchant_id, person_id, purchase_id)
    await announce(db, f"person:{person_id}", "wallet")


async def _open_card(db: Db, merchant_id: UUID, person_id: UUID) -> Stamps:
    found = await stamps_of(db, merchant_id, person_id)
    if found is None:
        raise NotFound("no_stamp_card", _("There is no punch card here at the moment."))
    return found


async def _hold(db: Db, merchant_id: UUID, person_id: UUID, *, whoever: bool = False) -> int:
    """Lock the row of a member, or of `whoever` was one; 0 where there is no card, or no such member."""
    return await db.run(
        """
        insert into stamps.holders (merchant_id, person_id, changed_at)
        select m.merchant_id, m.person_id, :now from cards.memberships m join stamps.cards c on c.merchant_id = m.merchant_id
        where m.merchant_id = :merchant and m.person_id = :person and (:whoever or m.left_at is null)
        on conflict (merchant_id, person_id) do update set changed_at = excluded.changed_at
        """,
        merchant=merchant_id,
        person=person_id,
        whoever=whoever,
        now=clock.now(),
    )


async def _lock(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    await db.run(
        "select from stamps.holders where merchant_id = :merchant and person_id = :person for update",
        merchant=merchant_id,
        person=person_id,
    )


async def _use(db: Db, merchant_id: UUID, person_id: UUID, source: Source, reference: UUID | None) -> int:
    """Settle what is owed, then a reward for each full card, as long as rewards are given out; how many were."""
    await _settle(db, merchant_id, person_id)
    card = await stamps_of(db, merchant_id, person_id)
    full = card.done // card.needed if card is not None else 0
    given = 0
    if card is not None and full:
        call = IssueCall(merchant_id, card.template_id, person_id, source, reference)
        for outcome in await issue(db, [call] * full):
            if not isinstance(outcome, Refusal):
                await _pay(db, card, outcome.voucher_id)
                given += 1
    await announce(db, f"person:{person_id}", "wallet")
    return given


async def _pay(db: Db, card: Stamps, voucher_id: UUID) -> None:
    """The oldest unused stamps carry the reward."""
    used = await db.run(
        """
        update stamps.stamps set voucher_id = :voucher
        where merchant_id = :merchant and person_id = :person and stamp_id = any(array(
          select stamp_id from stamps.stamps
          where merchant_id = :merchant and person_id = :person and voucher_id is null and undone_at is null
          order by stamp_id limit :needed))
        """,
        merchant=card.merchant_id,
        person=card.person_id,
        voucher=voucher_id,
        needed=card.needed,
    )
    assert used == card.needed, "the member's row was not locked"


async def _settle(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """Unused stamps take the place of undone ones that a reward still stands on."""
    await db.run(
        """
        with owed as (
          select stamp_id, voucher_id, row_number() over (order by stamp_id) as place from stamps.stamps
          where merchant_id = :merchant and person_id = :person and voucher_id is not null and undone_at is not null
        ), free as (
          select stamp_id, row_number() over (order by stamp_id) as place from stamps.stamps
          where merchant_id = :merchant and person_id = :person and voucher_id is null and undone_at is null
        ), changed as (
          select free.stamp_id, owed.voucher_id from owed join free using (place)
          union all select owed.stamp_id, null from owed join free using (place)
        )
        update stamps.stamps s set voucher_id = changed.voucher_id from changed
        where s.merchant_id = :merchant and s.person_id = :person and s.stamp_id = changed.stamp_id
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def _void_reward(db: Db, merchant_id: UUID, person_id: UUID, purchase_id: UUID) -> None:
    """Void the unused reward that the stamp of this purchase is owed for; its other stamps are unused again."""
    voucher_id = await db.value(
        UUID,
        """
        select v.voucher_id from stamps.stamps s
        join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id and v.person_id = s.person_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where s.merchant_id = :merchant and s.purchase_id = :purchase and v.status = 'issued' and v.uses_left = t.uses
        for update of v
        """,
        merchant=merchant_id,
        purchase=purchase_id,
    )
    staff_id = await db.value(
        UUID,
        "select staff_id from purchases.reversals where merchant_id = :merchant and purchase_id = :purchase",
        merchant=merchant_id,
        purchase=purchase_id,
    )
    if voucher_id is None or staff_id is None:
        return
    await void(db, merchant_id, staff_id, voucher_id, "purchase taken back")
    await _free(db, merchant_id, person_id, voucher_id)


async def _free(db: Db, merchant_id: UUID, person_id: UUID, voucher_id: UUID) -> None:
    """The stamps of a void reward are unused again."""
    await db.run(
        "update stamps.stamps set voucher_id = null where merchant_id = :merchant and person_id = :person and voucher_id = :voucher",
        merchant=merchant_id,
        person=person_id,
        voucher=voucher_id,
    )
