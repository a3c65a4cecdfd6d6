"""Types of the claims room."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.vouchers import VoucherRefused


class Claim(msgspec.Struct, frozen=True):
    """A claim link. `open` while it may be used."""

    merchant_id: UUID
    claim_id: UUID
    code: str
    template_id: UUID
    ends_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    merchant_status: str

    def refusal(self, now: datetime) -> Refusal | None:
        """Why nothing can be taken by this link at `now`."""
        if self.merchant_status != "approved":
            return NotFound("merchant_paused", _("This shop is not taking part at the moment."))
        if self.ended_at is not None or (self.ends_at is not None and self.ends_at <= now):
            return VoucherRefused("claim_ended", _("This link has ended."))
        return None


class ClaimCall(msgspec.Struct, frozen=True):
    """One person using one link."""

    merchant_id: UUID
    claim_id: UUID
    template_id: UUID
    person_id: UUID


class Claimed(msgspec.Struct, frozen=True):
    """The voucher that this person has by this link; `fresh` when this call made it."""

    person_id: UUID
    claim_id: UUID
    code: str
    fresh: bool
