"""What a merchant sets: whether top-ups are taken, how much, and which offers stand."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.merchants import Acting
from shuke.storedvalue.queries import terms_of
from shuke.storedvalue.types import Offer, OfferDraft, Rules, RulesDraft

MOST_OFFERS = 12


async def set_rules(db: Db, acting: Acting, draft: RulesDraft) -> Rules:
    """What holds from the next top-up on; money that is stored stays. Refusal: limits_unreadable."""
    if not draft.smallest <= draft.largest <= draft.most:
        raise Unreadable(
            "limits_unreadable", _("The smallest top-up comes first, then the largest, then the most on one card.")
        )
    await db.run(
        """
        insert into storedvalue.rules (merchant_id, open, free_amounts, smallest, largest, most, updated_at, updated_by)
        values (:merchant, :open, :free, :smallest, :largest, :most, :now, :staff)
        on conflict (merchant_id) do update set open = excluded.open, free_amounts = excluded.free_amounts, smallest = excluded.smallest,
          largest = excluded.largest, most = excluded.most, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """,
        merchant=acting.merchant_id,
        open=draft.open,
        free=draft.free_amounts,
        smallest=draft.smallest,
        largest=draft.largest,
        most=draft.most,
        now=clock.now(),
        staff=acting.person_id,
    )
    rules = (await terms_of(db, acting.merchant_id)).rules
    assert rules is not None
    return rules


async def add_offer(db: Db, acting: Acting, draft: OfferDraft) -> Offer:
    """An offer from now on. Refusals: no_rules, offer_too_large, offer_exists, too_many_offers."""
    terms = await terms_of(db, acting.merchant_id)
    if terms.rules is None:
        raise Refusal("no_rules", _("Set the rules for top-ups first."))
    if draft.pay + draft.bonus > terms.rules.most:
        raise Refusal("offer_too_large", _("With its bonus this is more than a card may hold."), most=terms.rules.most)
    if len(terms.offers) >= MOST_OFFERS:
        raise Refusal("too_many_offers", _("End an offer first: guests choose from a short list."), most=MOST_OFFERS)
    offer = await db.one(
        Offer,
        """
        insert into storedvalue.offers (merchant_id, pay, bonus, created_at, created_by) values (:merchant, :pay, :bonus, :now, :staff)
        on conflict (merchant_id, pay) where ended_at is null do nothing returning pay, bonus, offer_id
        """,
        merchant=acting.merchant_id,
        pay=draft.pay,
        bonus=draft.bonus,
        now=clock.now(),
        staff=acting.person_id,
    )
    if offer is None:
        raise Refusal("offer_exists", _("There is an offer for this amount. End it before you make another one."))
    return offer


async def end_offer(db: Db, acting: Acting, offer_id: UUID) -> None:
    """Nobody can choose it any more; who has chosen it gets it. Once more does nothing. Refusal: not_found."""
    ended = await db.run(
        """
        update storedvalue.offers set ended_at = coalesce(ended_at, :now), ended_by = coalesce(ended_by, :staff)
        where merchant_id = :merchant and offer_id = :offer
        """,
        now=clock.now(),
        staff=acting.person_id,
        merchant=acting.merchant_id,
        offer=offer_id,
    )
    if not ended:
        raise NotFound
