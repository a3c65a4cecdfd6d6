"""What a scanned or typed text leads to, for this viewer."""

import re
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from shuke.cards import read_card_code
from shuke.claims import claim_by_code
from shuke.kit import ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.merchants import scene_by_code
from shuke.wallet.own import own_voucher


class Destination(msgspec.Struct, frozen=True):
    """A page of ours that a code leads to."""

    address: str


class Standing(msgspec.Struct, frozen=True):
    """How large this installation is: merchants that are open for members, and their stores."""

    merchants: int
    stores: int


async def read_scanned(db: Db, text: str, person_id: UUID | None) -> Destination | Refusal:
    """Where a scanned text leads. Refusals: empty, somebody_s_card, foreign_address, unreadable, unknown."""
    if not text.strip():
        return Unreadable("empty", _("Scan a code, choose a picture of one, or type it."))
    card = read_card_code(text)
    if card is not None:
        return await _card(db, card.number, person_id)
    code = ids.read_code(text)
    if code is not None:
        found = await _ours(db, code, person_id)
        if found is not None:
            return found
    site = foreign_site(text)
    if site and code is None:
        return NotFound("foreign_address", _("This code leads to %(site)s, not to a shop of ours.") % {"site": site[:80]})
    if code is None:
        return Unreadable("unreadable", _("This is not one of our codes. Look for a mistyped letter, or scan it again."))
    if person_id is None:
        return NotFound("unknown", _("We don't know this code. If it is one of your vouchers, sign in first."))
    return NotFound("unknown", _("We don't know this code. It may be somebody else's, or its shop has left."))


async def _ours(db: Db, code: str, person_id: UUID | None) -> Destination | None:
    if await scene_by_code(db, code) is not None:
        return Destination(f"/s/{code}")
    if await claim_by_code(db, code) is not None:
        return Destination(f"/claim/{code}")
    if await db.value(str, "select code from shares.codes where code = :code", code=code) is not None:
        return Destination(f"/x/{code}")
    if await db.value(str, "select code from friends.codes where code = :code", code=code) is not None:
        return Destination(f"/p/{code}")
    if person_id is not None and await own_voucher(db, person_id, code) is not None:
        return Destination(f"/vouchers/{code}")
    return None


async def _card(db: Db, number: str, person_id: UUID | None) -> Destination | Refusal:
    merchant_id = await db.value(
        UUID,
        """
        select c.merchant_id from cards.wallet_cards c
        join cards.memberships m on m.merchant_id = c.merchant_id and m.person_id = c.person_id
        where c.person_id = :person and m.number = :number and m.left_at is null
        """,
        person=person_id,
        number=number,
    )
    if merchant_id is not None:
        return Destination(f"/cards/{merchant_id}")
    return NotFound("somebody_s_card", _("This is a member's card. Only the shop's till can read it."))


def foreign_site(text: str) -> str:
    """The host of an address that is not one of our codes; empty for anything else."""
    plain = text.strip()
    if not re.match(r"https?://", plain, re.IGNORECASE):
        return ""
    try:
        return urlsplit(plain).hostname or ""
    except ValueError:
        return ""


async def standing(db: Db) -> Standing:
    """How many shops a newcomer could join here."""
    found = await db.one(
        Standing,
        """
        select count(distinct m.merchant_id) as merchants, count(s.store_id) as stores
        from merchants.merchants m
        join cards.programmes p on p.merchant_id = m.merchant_id and p.open
        left join merchants.stores s on s.merchant_id = m.merchant_id and s.closed_at is null
        where m.status = 'approved'
        """,
    )
    return found or Standing(0, 0)
