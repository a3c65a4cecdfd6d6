"""Leaving a card: not while the guest's own money is on it."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import Refusal
from shuke.shell.filters import money
from shuke.storedvalue.queries import purse_of
from shuke.storedvalue.refunds import hold


async def demand_empty(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """Nothing of hers is on the card, nor will be until the transaction ends. Refusal: money_left (`stored`)."""
    await hold(db, merchant_id, person_id)
    purse = await purse_of(db, merchant_id, person_id)
    if purse is not None and purse.stored:
        said = _("%(amount)s of yours are still on this card. Spend them or ask for them back first.") % {
            "amount": money(Money(purse.stored, purse.currency))
        }
        raise Refusal("money_left", said, stored=purse.stored)
