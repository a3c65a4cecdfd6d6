"""Our numbers as providers carry them: a UUID's 32 hexadecimal digits, for a refund's later tries with something behind."""

from uuid import UUID


def number_of(text: str) -> UUID | None:
    """The number in it; None when it is none of ours, as when something else uses the same account."""
    try:
        return UUID(text[:32])
    except ValueError:
        return None
