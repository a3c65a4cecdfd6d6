"""What the pages and the API of the treasury both show, and how a party is read."""

from uuid import UUID

from msgspec.structs import replace

from shuke.agreements import (
    PartyDraft,
    agreements_of_merchant,
    agreements_of_party,
    party_of,
    people_of_party,
    terms_at,
    terms_log,
)
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Unreadable
from shuke.payouts import masked, read_account
from shuke.settlement import balance_of, currency_of
from shuke.treasury.deeds import deeds_on_merchant, deeds_on_party
from shuke.treasury.types import MerchantTerms, PartyFile


async def merchant_terms(db: Db, merchant_id: UUID) -> MerchantTerms:
    """What holds for a merchant. Refusal: not_found."""
    currency = await currency_of(db, merchant_id)
    if not currency:
        raise NotFound
    return MerchantTerms(
        merchant_id,
        await terms_at(db, merchant_id, clock.now()),
        await terms_log(db, merchant_id),
        await agreements_of_merchant(db, merchant_id),
        currency,
        await balance_of(db, merchant_id),
        await deeds_on_merchant(db, merchant_id),
    )


async def party_file(db: Db, party_id: UUID) -> PartyFile:
    """A party with all that belongs to it. Refusal: not_found."""
    party = await party_of(db, party_id)
    if party is None:
        raise NotFound
    return PartyFile(
        party, await people_of_party(db, party_id), await agreements_of_party(db, party_id), await deeds_on_party(db, party_id)
    )


def read_party(draft: PartyDraft) -> PartyDraft:
    """A party as it is kept. Refusals: name_missing, account_unreadable."""
    name = " ".join(draft.name.split())
    if not name:
        raise Unreadable("name_missing", _("Write a name."))
    account = read_account(draft.account) if draft.account.strip() else ""
    cities = [city.strip() for city in draft.territory if city.strip()]
    return replace(draft, name=name, account=account, territory=cities, account_holder=draft.account_holder.strip())


def shown(draft: PartyDraft) -> str:
    """What the log of changes tells of an account."""
    return masked(draft.account) if draft.account else ""
