"""Writes of guests: starting a group, joining it, leaving it. A place comes with an order, made in the same transaction."""

from datetime import timedelta
from uuid import UUID

from shuke.checkout import Order, OrderCall, release, take
from shuke.deals import deal_of
from shuke.groupbuy.queries import group_row, other_group, place_of
from shuke.groupbuy.types import Group, GroupRefused, Place
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.refunds import Asker, give_back

IN = ("held", "paid")


async def start(db: Db, merchant_id: UUID, deal_id: UUID, person_id: UUID) -> Order:
    """A new group of a deal with its first place, held until it is paid; the order of that place.

    Refusals: not_found, not_a_group_deal, already_leading (group, link), and those of an order: deal_not_on, not_yet, over, sold_out,
    limit_reached, too_many.
    """
    deal = await deal_of(db, merchant_id, deal_id)
    if deal is None or deal.status == "draft":
        raise NotFound
    if deal.group_size is None or deal.group_price is None or deal.group_hours is None:
        raise GroupRefused("not_a_group_deal", _("This deal is not sold to groups. Buy it alone."), deal=str(deal_id))
    now = clock.now()
    group_id = ids.uuid7()
    made = await db.run(
        """
        insert into groupbuy.groups (merchant_id, group_id, deal_id, lead_id, starter_id, needed, price, currency, taken, deadline, created_at)
        values (:merchant, :group, :deal, :person, :person, :needed, :price, :currency, 1, :deadline, :now)
        on conflict (merchant_id, deal_id, starter_id) where status = 'open' do nothing
        """,
        merchant=merchant_id,
        group=group_id,
        deal=deal_id,
        person=person_id,
        needed=deal.group_size,
        price=deal.group_price,
        currency=deal.currency,
        deadline=min(now + timedelta(hours=deal.group_hours), deal.ends_at),
        now=now,
    )
    if not made:
        raise await _leading(db, merchant_id, deal_id, person_id)
    group = await group_row(db, merchant_id, group_id)
    assert group is not None
    return await _sit(db, group, person_id)


async def _leading(db: Db, merchant_id: UUID, deal_id: UUID, person_id: UUID) -> Refusal:
    """One open group of a deal is all that somebody may have started."""
    mine = await db.value(
        UUID,
        """
        select group_id from groupbuy.groups
        where merchant_id = :merchant and deal_id = :deal and starter_id = :person and status = 'open'
        """,
        merchant=merchant_id,
        deal=deal_id,
        person=person_id,
    )
    link = f"/groups/{merchant_id}/{mine}" if mine else None  # it may have ended at this very moment
    words = _("You have started a group of this deal that is still open. Share its link, or leave it first.")
    return GroupRefused("already_leading", words, deal=str(deal_id), group=str(mine) if mine else None, link=link)


async def join(db: Db, merchant_id: UUID, group_id: UUID, person_id: UUID) -> Order:
    """A place in an open group, held until it is paid; the order of that place. The condition decides who gets the last one.

    Refusals: not_found, already_in_group (order), group_full, group_filled, group_over (each with `deal`, and `group`: another one
    that is open), and those of an order: deal_not_on, sold_out, limit_reached, too_many.
    """
    group = await db.one(
        Group,
        """
        update groupbuy.groups set taken = taken + 1
        where merchant_id = :merchant and group_id = :group and status = 'open' and taken < needed and deadline > :now
          and not exists (select from groupbuy.places p where p.merchant_id = groups.merchant_id and p.group_id = groups.group_id
            and p.person_id = :person and p.status in ('held', 'paid'))
        returning merchant_id, group_id, deal_id, lead_id, needed, price, currency, status, why, taken, paid, deadline, created_at, ended_at
        """,
        merchant=merchant_id,
        group=group_id,
        person=person_id,
        now=clock.now(),
    )
    if group is None:
        raise await _why_not(db, merchant_id, group_id, person_id)
    return await _sit(db, group, person_id)


async def _sit(db: Db, group: Group, person_id: UUID) -> Order:
    """The order of a place, and the place itself; the group's row is locked."""
    call = OrderCall(
        merchant_id=group.merchant_id,
        deal_id=group.deal_id,
        person_id=person_id,
        quantity=1,
        key=f"group {ids.uuid7()}",
        group_id=group.group_id,
        unit_price=group.price,
    )
    [order] = await take(db, [call])
    if isinstance(order, Refusal):
        raise order
    seated = await db.run(
        """
        with seat as (
          insert into groupbuy.seats (person_id, merchant_id, group_id, at) values (:person, :merchant, :group, :now)
          on conflict (person_id, merchant_id, group_id) do update set at = excluded.at
          returning merchant_id, group_id, person_id, at
        )
        insert into groupbuy.places as p (merchant_id, group_id, person_id, order_id, status, joined_at)
        select merchant_id, group_id, person_id, :order, 'held', at from seat
        on conflict (merchant_id, group_id, person_id) do update
          set order_id = excluded.order_id, status = 'held', joined_at = excluded.joined_at, paid_at = null
          where p.status not in ('held', 'paid')
        """,
        person=person_id,
        merchant=group.merchant_id,
        group=group.group_id,
        order=order.order_id,
        now=clock.now(),
    )
    if not seated:
        raise await _why_not(db, group.merchant_id, group.group_id, person_id)
    await tell(db, group)
    return order


async def _why_not(db: Db, merchant_id: UUID, group_id: UUID, person_id: UUID) -> Refusal:
    """Why nobody can sit down there, and where instead."""
    group = await group_row(db, merchant_id, group_id)
    if group is None:
        return NotFound()
    place = await place_of(db, merchant_id, group_id, person_id)
    if place is not None and place.status in IN:
        return GroupRefused("already_in_group", _("You are in this group already."), order=str(place.order_id))
    other = await other_group(db, group, person_id)
    instead = str(other) if other else None
    deal = str(group.deal_id)
    if group.status == "filled":
        return GroupRefused(
            "group_filled", _("This group is full and done. Start your own, or join another one."), deal=deal, group=instead
        )
    if group.status != "open" or group.deadline <= clock.now():
        return GroupRefused(
            "group_over", _("This group has ended. Start your own, or join another one."), deal=deal, group=instead
        )
    words = _(
        "The last place was just taken. Start your own group or join another one; a place that is not paid is free again."
    )
    return GroupRefused("group_full", words, deal=deal, group=instead)


async def leave(db: Db, merchant_id: UUID, group_id: UUID, person_id: UUID) -> None:
    """Give up one's place in an open group; what was paid goes back. The lead passes to whoever paid first; the last one closes it.

    Refusals: not_found, not_in_group, group_filled (refund the order instead), group_over.
    """
    group = await lock(db, merchant_id, group_id)
    if group is None:
        raise NotFound
    place = await place_of(db, merchant_id, group_id, person_id)
    if group.status == "filled" and place is not None and place.status == "paid":
        words = _("The group is full and your voucher is in your wallet. While it is unused, refund it on the order's page.")
        raise GroupRefused("group_filled", words, order=str(place.order_id))
    if place is None or place.status not in IN:
        raise NotFound("not_in_group", _("You are not in this group."))
    if group.status != "open":
        raise GroupRefused(
            "group_over", _("This group has ended. What was paid comes back by itself."), order=str(place.order_id)
        )
    if not await release(db, merchant_id, [place.order_id], "cancelled"):
        await give_back(db, merchant_id, [place.order_id], Asker("person", person_id, "group"))
    await free(db, group, place, "left")


async def free(db: Db, group: Group, place: Place, as_: str) -> None:
    """A place of a locked group is free again; who leads now, and whether anybody is left."""
    await db.run(
        "update groupbuy.places set status = :status where merchant_id = :merchant and group_id = :group and person_id = :person",
        status=as_,
        merchant=group.merchant_id,
        group=group.group_id,
        person=place.person_id,
    )
    await db.run(
        """
        update groupbuy.groups g set taken = taken - 1, paid = paid - :paid::int,
          lead_id = case when lead_id = :person then coalesce((
            select p.person_id from groupbuy.places p
            where p.merchant_id = g.merchant_id and p.group_id = g.group_id and p.status in ('held', 'paid')
            order by p.paid_at nulls last, p.joined_at, p.person_id limit 1), lead_id) else lead_id end,
          starter_id = nullif(starter_id, :person),
          status = case when taken = 1 then 'closed' else status end,
          why = case when taken = 1 then 'empty' else why end,
          ended_at = case when taken = 1 then :now::timestamptz end
        where merchant_id = :merchant and group_id = :group
        """,
        paid=int(place.status == "paid"),
        person=place.person_id,
        now=clock.now(),
        merchant=group.merchant_id,
        group=group.group_id,
    )
    await tell(db, group)


async def lock(db: Db, merchant_id: UUID, group_id: UUID) -> Group | None:
    """A group, kept as it is until the transaction ends."""
    return await db.one(
        Group,
        """
        select merchant_id, group_id, deal_id, lead_id, needed, price, currency, status, why, taken, paid, deadline, created_at, ended_at
        from groupbuy.groups where merchant_id = :merchant and group_id = :group for update
        """,
        merchant=merchant_id,
        group=group_id,
    )


async def tell(db: Db, group: Group) -> None:
    """Open pages of the group look again."""
    await announce(db, f"group:{group.merchant_id}:{group.group_id}", "group")
