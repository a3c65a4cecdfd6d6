"""Claims: a link to a template; whoever has it takes one voucher, once, however often and from how many phones it is asked for.

A person's place by a link is a row of her own, written with the voucher; stock and limits are the template's.
"""

from shuke.claims.actions import claim, end_claim, open_claim
from shuke.claims.queries import claim_by_code, claims_of, taken_by
from shuke.claims.types import Claim, ClaimCall, Claimed

__all__ = ["Claim", "ClaimCall", "Claimed", "claim", "claim_by_code", "claims_of", "end_claim", "open_claim", "taken_by"]
