"""Writes of the gifts room: give, take, give back. The gift's row is changed first, then the voucher's."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec

from shuke.friends import are_friends, demand_not_blocked
from shuke.gifts.queries import gift_of
from shuke.gifts.types import OPEN_FOR, Gift, GiftGiven, GiftRefused, NewGift, Taken
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound
from shuke.kit.texts import clean
from shuke.moderation import Thing as Read
from shuke.moderation import check_words, pace
from shuke.shares import Thing, arrive, link, preview
from shuke.vouchers import return_gift, start_gift, take_gift

CHUNK = 200


class Ending(msgspec.Struct, frozen=True):
    """A gift that has just ended."""

    merchant_id: UUID
    gift_id: UUID
    voucher_id: UUID
    giver_id: UUID


async def give(db: Db, giver_id: UUID, wanted: NewGift) -> Gift:
    """Put a voucher on its way. Refusals: not_found (not hers, or who is to have it is hidden from her), not_friends, own_gift,
    not_transferable, partly_used, expired, already_redeemed, voided, gifting, words_refused, too_many_requests."""
    await pace(db, giver_id, "share")
    gift_id = uuid4()
    await check_words(db, giver_id, wanted.note, "gift_note", Read("gift_note", wanted.merchant_id, gift_id))
    if wanted.to == giver_id:
        raise GiftRefused("own_gift", _("It is yours already."))
    if wanted.to is not None:
        await demand_not_blocked(db, giver_id, wanted.to)
        if not await are_friends(db, giver_id, wanted.to):
            raise GiftRefused("not_friends", _("Gifts go to friends. Become friends first, or make a link."))
    await start_gift(db, wanted.merchant_id, wanted.voucher_id, giver_id)
    given = await db.run(
        """
        with gift as (
          insert into gifts.gifts (merchant_id, gift_id, voucher_id, title, giver_id, to_id, note, at, until)
          select v.merchant_id, :gift, v.voucher_id, t.title, v.person_id, :to, :note, :now, least(:until, v.ends_at)
          from vouchers.vouchers v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
          where v.merchant_id = :merchant and v.voucher_id = :voucher
          returning merchant_id, gift_id, giver_id, to_id
        ), listed as (
          insert into gifts.own (person_id, merchant_id, gift_id, gave, at)
          select p.person_id, g.merchant_id, g.gift_id, p.person_id = g.giver_id, :now
          from gift g cross join lateral unnest(array[g.giver_id, g.to_id]) as p(person_id) where p.person_id is not null
        )
        select gift_id from gift
        """,
        gift=gift_id,
        to=wanted.to,
        note=clean(wanted.note),
        merchant=wanted.merchant_id,
        voucher=wanted.voucher_id,
        now=clock.now(),
        until=clock.now() + OPEN_FOR,
    )
    assert given
    await record(db, GiftGiven(wanted.merchant_id, gift_id, giver_id, wanted.to))
    return await gift_of(db, wanted.merchant_id, gift_id, giver_id)


async def take(db: Db, taker_id: UUID, merchant_id: UUID, gift_id: UUID) -> Taken:
    """Of many at once one has it. Who has taken it gets it again. Refusals: not_found, own_gift, gift_over, limit_reached, phone_needed."""
    gift = await gift_of(db, merchant_id, gift_id, taker_id)
    if gift.giver_id == taker_id:
        raise GiftRefused("own_gift", _("It is yours already."))
    if gift.taker_id == taker_id:
        return await _taken_before(db, gift, taker_id)
    await demand_not_blocked(db, taker_id, gift.giver_id)
    taken = await db.run(
        """
        update gifts.gifts set ended_at = :now, outcome = 'taken', taker_id = :taker
        where merchant_id = :merchant and gift_id = :gift and ended_at is null and until > :now and coalesce(to_id = :taker, true)
        """,
        merchant=merchant_id,
        gift=gift_id,
        taker=taker_id,
        now=clock.now(),
    )
    if not taken:
        again = await gift_of(db, merchant_id, gift_id, taker_id)
        if again.taker_id == taker_id:  # a second tap at the same moment
            return await _taken_before(db, again, taker_id)
        raise GiftRefused("gift_over", _("This gift is gone: it was taken, taken back, or its time is over."))
    code = await take_gift(db, merchant_id, gift.voucher_id, gift.giver_id, taker_id)
    await db.run(
        """
        insert into gifts.own (person_id, merchant_id, gift_id, gave, at) values (:taker, :merchant, :gift, false, :now)
        on conflict (person_id, merchant_id, gift_id) do nothing
        """,
        taker=taker_id,
        merchant=merchant_id,
        gift=gift_id,
        now=clock.now(),
    )
    await _note_way(db, gift, taker_id)
    return Taken(merchant_id, gift.voucher_id, code)


async def _taken_before(db: Db, gift: Gift, taker_id: UUID) -> Taken:
    code = await db.value(
        str,
        "select code from vouchers.vouchers where merchant_id = :merchant and voucher_id = :voucher and person_id = :taker",
        merchant=gift.merchant_id,
        voucher=gift.voucher_id,
        taker=taker_id,
    )
    if code is None:
        raise GiftRefused("gift_over", _("You have given it on since."))
    return Taken(gift.merchant_id, gift.voucher_id, code)


async def _note_way(db: Db, gift: Gift, taker_id: UUID) -> None:
    """Should she become a member there, it was the giver who brought her."""
    card = Thing("card", gift.merchant_id, gift.merchant_id)
    if await preview(db, card, gift.giver_id) is not None:
        await arrive(db, await link(db, gift.giver_id, card, "gift"), taker_id)


async def return_(db: Db, person_id: UUID, merchant_id: UUID, gift_id: UUID) -> Gift:
    """Taken back by its giver, or declined by the friend it was for. Refusals: not_found, gift_over."""
    gift = await gift_of(db, merchant_id, gift_id, person_id)
    if person_id not in (gift.giver_id, gift.to_id):
        raise NotFound
    ended = await db.all(
        Ending,
        """
        update gifts.gifts set ended_at = :now, outcome = case when giver_id = :person then 'taken_back' else 'declined' end
        where merchant_id = :merchant and gift_id = :gift and ended_at is null
        returning merchant_id, gift_id, voucher_id, giver_id
        """,
        merchant=merchant_id,
        gift=gift_id,
        person=person_id,
        now=clock.now(),
    )
    if not ended:
        raise GiftRefused("gift_over", _("This gift is gone: it was taken, taken back, or its time is over."))
    await bring_back(db, ended)
    return await gift_of(db, merchant_id, gift_id, person_id)


async def bring_back(db: Db, ended: Sequence[Ending]) -> None:
    """Their vouchers to their givers; a voucher that has ended on the way stays ended."""
    for one in ended:
        if not await return_gift(db, one.merchant_id, one.voucher_id, one.giver_id):
            await db.run(
                "update gifts.gifts set outcome = 'void' where merchant_id = :merchant and gift_id = :gift",
                merchant=one.merchant_id,
                gift=one.gift_id,
            )
        await announce(db, f"person:{one.giver_id}", "gifts")


@every_minute
async def return_some(db: Db) -> int:
    """A chunk of the gifts that nobody took in time; how many."""
    ended = await db.all(
        Ending,
        """
        update gifts.gifts g set ended_at = :now, outcome = 'timed_out' from (
          select merchant_id, gift_id from gifts.gifts where ended_at is null and until <= :now
          order by until limit :most for update skip locked) due
        where g.merchant_id = due.merchant_id and g.gift_id = due.gift_id
        returning g.merchant_id, g.gift_id, g.voucher_id, g.giver_id
        """,
        now=clock.now(),
        most=CHUNK,
    )
    await bring_back(db, ended)
    return len(ended)
