"""Founding: what a merchant says of itself before it is vetted, its grounds, and where its vetting stands."""

from datetime import datetime
from uuid import UUID

import msgspec
from babel.numbers import list_currencies

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, TooMany, Unreadable
from shuke.merchants.actions import decide, found
from shuke.merchants.categories import CATEGORIES

MOST_DRAFTS = 5  # unvetted merchants of one founder


class NewMerchant(msgspec.Struct, frozen=True):
    """What is needed to begin; `currency` is ISO 4217 and can't be changed once vetted."""

    name: str
    currency: str
    category: str = "other"


class BrandDraft(msgspec.Struct, frozen=True):
    """What a merchant says of itself; `licence` is its number or register entry."""

    name: str
    category: str
    about: str = ""
    licence: str = ""


class Brand(msgspec.Struct, frozen=True):
    """A merchant as its own people see it."""

    merchant_id: UUID
    tag: str
    name: str
    about: str
    category: str
    currency: str
    status: str
    licence: str
    created_at: datetime


class VettingStep(msgspec.Struct, frozen=True):
    """One step of vetting with its reason."""

    step: str
    reason: str
    at: datetime


class Grounds(msgspec.Struct, frozen=True):
    """What there is to be vetted by."""

    stores: int
    licences: int
    photos: int
    licence: str


def _demand_readable(name: str, category: str, about: str = "", licence: str = "") -> None:
    wrong: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= 120:
        wrong["name"] = _("1 to %(most)s characters.") % {"most": 120}
    if category not in CATEGORIES:
        wrong["category"] = _("Choose from the list.")
    for field, text, most in (("about", about, 2000), ("licence", licence, 120)):
        if len(text.strip()) > most:
            wrong[field] = _("At most %(most)s characters.") % {"most": most}
    for field, text in (("name", name), ("about", about), ("licence", licence)):
        if "\x00" in text:
            wrong[field] = _("This can't be kept. Please write it anew.")
    if wrong:
        raise Unreadable("merchant_unreadable", _("Please look at what is marked."), **wrong)


async def found_merchant(db: Db, founder: UUID, wanted: NewMerchant) -> UUID:
    """A merchant in draft; the founder is its owner. Refusals: merchant_unreadable, too_many_drafts."""
    _demand_readable(wanted.name, wanted.category)
    if wanted.currency not in list_currencies():
        wrong = _("A currency of three letters, such as EUR.")
        raise Unreadable("merchant_unreadable", wrong, currency=wrong)
    drafts = await db.value(
        int,
        """
        select count(*) from merchants.jobs j join merchants.merchants m on m.merchant_id = j.merchant_id
        join merchants.staff s on s.merchant_id = j.merchant_id and s.person_id = j.person_id and s.role = 'owner'
        where j.person_id = :person and m.status <> 'approved'
        """,
        person=founder,
    )
    if (drafts or 0) >= MOST_DRAFTS:
        raise TooMany("too_many_drafts", _("Let those that you have founded be vetted first."), retry_after=3600)
    return await found(db, wanted.name, wanted.currency, wanted.category, founder)


async def brand_of(db: Db, merchant_id: UUID) -> Brand:
    """A merchant as its own people see it. Refusal: not_found."""
    brand = await db.one(
        Brand,
        """
        select merchant_id, tag, name, about, category, currency, status, licence, created_at
        from merchants.merchants where merchant_id = :merchant
        """,
        merchant=merchant_id,
    )
    if brand is None:
        raise NotFound
    return brand


async def change_brand(db: Db, merchant_id: UUID, wanted: BrandDraft) -> None:
    """Say something else of it; the licence stays as it was vetted. Refusals: merchant_unreadable, licence_vetted, not_found."""
    _demand_readable(wanted.name, wanted.category, wanted.about, wanted.licence)
    changed = await db.run(
        """
        update merchants.merchants set name = :name, category = :category, about = :about, licence = :licence
        where merchant_id = :merchant and (status in ('draft', 'refused') or licence = :licence)
        """,
        merchant=merchant_id,
        name=wanted.name.strip(),
        category=wanted.category,
        about=wanted.about.strip(),
        licence=wanted.licence.strip(),
    )
    if not changed:
        await brand_of(db, merchant_id)
        raise Refusal("licence_vetted", _("The licence was vetted as it is. Ask the platform to change it."))


async def vetting_of(db: Db, merchant_id: UUID) -> list[VettingStep]:
    """How vetting went, the last step first."""
    return await db.all(
        VettingStep,
        "select step, reason, at from merchants.vetting where merchant_id = :merchant order by at desc, vetting_id desc limit 100",
        merchant=merchant_id,
    )


async def grounds_of(db: Db, merchant_id: UUID) -> Grounds:
    """What there is to be vetted by."""
    found_grounds = await db.one(
        Grounds,
        """
        select (select count(*) from merchants.stores where merchant_id = :merchant and closed_at is null) as stores,
          (select count(*) from merchants.photos where merchant_id = :merchant and purpose = 'licence') as licences,
          (select count(*) from merchants.photos where merchant_id = :merchant and purpose <> 'licence') as photos,
          (select licence from merchants.merchants where merchant_id = :merchant) as licence
        """,
        merchant=merchant_id,
    )
    assert found_grounds is not None
    return found_grounds


async def submit(db: Db, merchant_id: UUID, by: UUID, word: str = "") -> None:
    """Send it to vetting. Refusals: grounds_missing (facts name what), wrong_step, word_unreadable."""
    if len(word) > 2000 or "\x00" in word:
        raise Unreadable("word_unreadable", _("At most %(most)s characters.") % {"most": 2000})
    grounds = await grounds_of(db, merchant_id)
    missing = {}
    if not grounds.stores:
        missing["stores"] = _("Add a store.")
    if not grounds.licence and not grounds.licences:
        missing["licence"] = _("Write the licence's number or add a photo of it.")
    if missing:
        raise Refusal("grounds_missing", " ".join(missing.values()), **missing)
    try:
        await decide(db, merchant_id, "submitted", word.strip(), by)
    except Refusal as refusal:
        raise Refusal("wrong_step", _("It can't be sent now: it is being vetted, or was."), **refusal.facts) from refusal
