"""What stands on the picture of a deal whose address somebody passes on."""

from shuke.deals.types import Deal
from shuke.kit.i18n import gettext as _
from shuke.posters import SharePicture
from shuke.shell.filters import money


def words_of(deal: Deal) -> SharePicture:
    """The deal's words in the language of who asks."""
    otherwise = _("instead of %(amount)s") % {"amount": money(deal.otherwise, short=True)} if deal.otherwise else ""
    together = ""
    if deal.together is not None:
        asked = {"count": deal.group_size, "amount": money(deal.together, short=True)}
        together = _("%(count)s together: %(amount)s each") % asked
    return SharePicture(deal.merchant_name, deal.title, money(deal.asked, short=True), otherwise, together)
