"""What a deal gives, in the sentences of its voucher's rules: what is displayed is what is enforced."""

from shuke.deals.types import Deal
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.terms import sentences
from shuke.vouchers import named_by, reach_of, rules_of


async def said_by(db: Db, deal: Deal) -> list[str]:
    """What one buyer gets for one price, and how it is used."""
    rules = await rules_of(db, deal.merchant_id, deal.template_id)
    if rules is None:
        return []
    reach = reach_of(deal.currency, await named_by(db, deal.merchant_id, deal.template_id))
    several = [_("%(count)s vouchers, each:") % {"count": deal.vouchers_each}] if deal.vouchers_each > 1 else []
    return [*several, *sentences(rules, reach)]
