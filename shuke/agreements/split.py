"""Splitting: parts of an amount in whole minor units that always sum up to it, and the parts of what is taken back of it."""

import msgspec

from shuke.agreements.types import Terms

WHOLE = 10_000  # basis points


class Split(msgspec.Struct, frozen=True):
    """The parts of an amount; `net` is the merchant's."""

    platform: int
    agent: int
    operator: int
    net: int

    @property
    def gross(self) -> int:
        """What was split."""
        return self.platform + self.agent + self.operator + self.net


def split(gross: int, terms: Terms, *, stored: bool = False) -> Split:
    """Each part is rounded down to a whole minor unit; the merchant gets the rest. Of a payment with stored value only the
    platform takes a part."""
    if stored:
        platform, agent, operator = gross * terms.stored_basis_points // WHOLE, 0, 0
    else:
        platform = gross * terms.basis_points // WHOLE
        agent = gross * terms.agent_points // WHOLE
        operator = gross * terms.operator_points // WHOLE
    return Split(platform, agent, operator, gross - platform - agent - operator)


def take_back(whole: Split, before: int, amount: int) -> Split:
    """The parts of `amount` more of `whole` when `before` of it was taken back already. Once all is taken back, every part is
    back to the last minor unit, in however many pieces."""
    gross = whole.gross
    if not 0 <= before <= before + amount <= gross:
        raise ValueError(f"{amount} after {before} is more than the {gross} there was")
    platform, agent, operator = (
        part * (before + amount) // gross - part * before // gross for part in (whole.platform, whole.agent, whole.operator)
    )
    return Split(platform, agent, operator, amount - platform - agent - operator)
