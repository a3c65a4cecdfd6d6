"""Reads of the wallet that join rooms: scenes, cards, vouchers and claim links as a person sees them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shuke.cards import Programme, Tier, benefits, cards_of, gives, lasts, membership_of, programme_of, threshold, tiers_of
from shuke.claims import Claim, claim_by_code, taken_by
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.ledger import moves_of
from shuke.merchants import Scene, Store, hours_of, merchant_card, open_at, scene_by_code, special_hours_of, stores_of, week
from shuke.rewards import welcome_gifts
from shuke.terms import face_of, sentences
from shuke.vouchers import carried_by, held_by, named_by, reach_of, rules_of
from shuke.wallet.own import own_voucher, uses_of
from shuke.wallet.types import (
    CardShown,
    ClaimShown,
    GiftShown,
    Progress,
    SceneShown,
    StoreShown,
    TierShown,
    VoucherShown,
    Wallet,
)

MANNERS: dict[str, Literal["welcome", "surprise", "draw"]] = {
    "welcome": "welcome",
    "surprise": "surprise",
    "draw": "draw",
}


async def wallet_of(db: Db, person_id: UUID) -> Wallet:
    """What one person holds."""
    return (await wallets_of(db, [person_id]))[0]


async def wallets_of(db: Db, people: Sequence[UUID]) -> list[Wallet]:
    """Two statements, whatever the number of people and shops."""
    unique = sorted(set(people))
    cards, vouchers, now = await cards_of(db, unique), await carried_by(db, unique), clock.now()
    return [Wallet(cards.get(person_id, []), vouchers.get(person_id, []), now) for person_id in people]


async def scene_of(db: Db, text: str) -> Scene:
    """The scene of a code in any writing. Refusals: unknown_scene, scene_ended, merchant_paused."""
    code = ids.read_code(text)
    return hanging(await scene_by_code(db, code) if code else None)


def hanging(scene: Scene | None) -> Scene:
    """The scene, if it hangs and its shop takes part. Refusals: unknown_scene, scene_ended, merchant_paused."""
    if scene is None or scene.merchant_status in ("draft", "submitted", "refused"):
        raise NotFound("unknown_scene", _("This code is not one of ours, or it no longer hangs."))
    if scene.merchant_status == "suspended":
        raise NotFound("merchant_paused", _("%(shop)s is not taking part at the moment.") % {"shop": scene.merchant_name})
    if scene.ended_at is not None:
        raise NotFound(
            "scene_ended", _("%(shop)s has taken this code down. Ask for the new one.") % {"shop": scene.merchant_name}
        )
    return scene


async def scene_shown(db: Db, scene: Scene, person_id: UUID | None) -> SceneShown:
    """What a scene says to this viewer."""
    merchant = await merchant_card(db, scene.merchant_id)
    assert merchant is not None
    programme = await programme_of(db, scene.merchant_id)
    member = person_id is not None and await membership_of(db, person_id, scene.merchant_id) is not None
    stores = await stores_shown(db, scene.merchant_id, only=scene.store_id)
    tiers = await tiers_shown(db, programme, merchant.currency) if programme else []
    return SceneShown(
        scene.merchant_id,
        scene.merchant_name,
        merchant.about,
        scene.kind,
        scene.label,
        scene.code,
        scene.store_id,
        programme.name if programme else None,
        programme.colour if programme else None,
        programme is not None and programme.open,
        benefits(programme, merchant.currency) if programme else [],
        tiers,
        lasts(programme) if programme and tiers else "",
        await gifts_shown(db, scene.merchant_id, merchant.currency) if programme and programme.open else [],
        stores,
        member,
    )


async def tiers_shown(db: Db, programme: Programme, currency: str) -> list[TierShown]:
    """The tiers of a programme in words; none when there is only one that gives nothing."""
    tiers = await tiers_of(db, programme.merchant_id)
    shown = [TierShown(tier.name, threshold(tier, programme, currency), gives(tier)) for tier in tiers]
    return [] if len(shown) == 1 and not shown[0].gives else shown


async def gifts_shown(db: Db, merchant_id: UUID, currency: str) -> list[GiftShown]:
    """What a new member gets, as it would be given out at this moment."""
    shown = []
    for gift in await welcome_gifts(db, merchant_id):
        face = face_of(gift.kind, gift.value, currency)
        chance = gift.weight / 1_000_000 if gift.manner == "draw" else None
        shown.append(GiftShown(MANNERS[gift.manner], gift.title, face.big, face.small, chance, gift.stock, gift.stock_initial))
    return shown


async def stores_shown(db: Db, merchant_id: UUID, *, only: UUID | None = None, most: int = 30) -> list[StoreShown]:
    """The open stores of a merchant with their hours; `only` one of them where it is given."""
    now = clock.now()
    stores = [store for store in await stores_of(db, merchant_id) if only in (None, store.store_id)][:most]
    spells = await hours_of(db, merchant_id)
    specials = await special_hours_of(db, merchant_id, now.date() - timedelta(days=1))
    shown = []
    for store in stores:
        today = clock.day_of(now, store.zone)
        mine = [spell for spell in spells if spell.store_id == store.store_id]
        special = [spell for spell in specials if spell.store_id == store.store_id]
        shown.append(
            StoreShown(
                store.store_id,
                store.name,
                store.street,
                store.postcode,
                store.city,
                store.phone,
                _safe(store),
                store.zone,
                open_at(mine, special, store.zone, now),
                week(mine, today),
                [spell for spell in special if spell.day >= today],
                store.hours_text if not mine else "",
            )
        )
    return shown


def _safe(store: Store) -> str:
    """A store's website when it is one that a link may lead to."""
    return store.website if store.website.startswith(("https://", "http://")) else ""


async def voucher_shown(db: Db, person_id: UUID, text: str) -> VoucherShown:
    """A voucher for its holder, by its code in any writing. Refusal: unknown_voucher for everybody else."""
    code = ids.read_code(text)
    voucher = await own_voucher(db, person_id, code) if code else None
    if voucher is None:
        raise NotFound("unknown_voucher", _("You hold no voucher with this code."))
    rules = await rules_of(db, voucher.merchant_id, voucher.template_id)
    assert rules is not None
    reach = reach_of(voucher.currency, await named_by(db, voucher.merchant_id, voucher.template_id))
    programme = await programme_of(db, voucher.merchant_id)
    return VoucherShown(
        voucher,
        rules,
        list(reach.stores),
        list(reach.required),
        list(reach.excluded),
        sentences(rules, reach, (voucher.starts_at, voucher.ends_at)),
        await uses_of(db, voucher.merchant_id, voucher.voucher_id),
        programme.colour if programme else "",
        clock.now(),
    )


async def claim_of(db: Db, text: str) -> Claim:
    """A claim link by its code in any writing. Refusals: unknown_claim, merchant_paused, claim_ended."""
    code = ids.read_code(text)
    found = await claim_by_code(db, code) if code else None
    if found is None:
        raise NotFound("unknown_claim", _("This link is not one of ours."))
    return found


async def claim_shown(db: Db, claim: Claim, person_id: UUID | None) -> ClaimShown:
    """What a link gives to this viewer."""
    rules = await rules_of(db, claim.merchant_id, claim.template_id)
    merchant = await merchant_card(db, claim.merchant_id)
    assert rules is not None
    assert merchant is not None
    reach = reach_of(merchant.currency, await named_by(db, claim.merchant_id, claim.template_id))
    face = face_of(rules.kind, rules.value, merchant.currency)
    taken = None if person_id is None else await taken_by(db, person_id, claim)
    return ClaimShown(
        claim.merchant_id,
        merchant.name,
        claim.code,
        rules.title,
        rules.terms,
        face.big,
        face.small,
        sentences(rules, reach),
        rules.stock,
        rules.stock_initial,
        claim.ends_at,
        rules.zone,
        taken,
    )


async def card_shown(db: Db, person_id: UUID, merchant_id: UUID) -> CardShown:
    """One card of a person. Refusal: not_found."""
    card = await membership_of(db, person_id, merchant_id)
    programme = await programme_of(db, merchant_id)
    if card is None or programme is None:
        raise NotFound
    tiers = await tiers_of(db, merchant_id)
    now = clock.now()
    return CardShown(
        card,
        card.percent_off,
        await _progress(db, person_id, programme, tiers, card.tier_position, now),
        programme.tier_basis,
        programme.tier_days,
        benefits(programme, card.currency),
        await tiers_shown(db, programme, card.currency),
        lasts(programme) if len(tiers) > 1 else "",
        await held_by(db, merchant_id, person_id),
        await moves_of(db, merchant_id, person_id),
        await stores_shown(db, merchant_id),
        now,
    )


async def _progress(
    db: Db, person_id: UUID, programme: Programme, tiers: Sequence[Tier], position: int, now: datetime
) -> Progress | None:
    """The next tier and what is missing to it, by what counts: what was paid, or the days she came, within the last `tier_days`."""
    above = [tier for tier in tiers if tier.position > position]
    if not above:
        return None
    reached = await db.value(
        int,
        """
        select case when :basis = 'visits' then count(distinct (p.at at time zone :zone)::date)
          else coalesce(sum(p.total - p.discount), 0)::bigint end
        from purchases.purchases p
        where p.merchant_id = :merchant and p.person_id = :person and p.at > :since
          and not exists (select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id)
        """,
        basis=programme.tier_basis,
        zone=programme.zone,
        merchant=programme.merchant_id,
        person=person_id,
        since=now - timedelta(days=programme.tier_days),
    )
    return Progress(above[0], reached or 0, max(0, above[0].threshold - (reached or 0)))
