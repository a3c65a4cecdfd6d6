"""Refusals: expected failures with an HTTP status and a stable name, rendered once as problem+json or as a page."""

from typing import ClassVar


class Refusal(Exception):
    """Raised in actions. `name` is stable for programs, `detail` is for the person who reads it, `facts` for both."""

    status: ClassVar[int] = 409

    def __init__(self, name: str, /, detail: str = "", **facts: str | int | None) -> None:
        super().__init__(name)
        self.name = name
        self.detail = detail
        self.facts = facts
        self.keeps = False

    def keep(self) -> "Refusal":
        """Commit what was written before it was raised, such as a counted try."""
        self.keeps = True
        return self


class NotFound(Refusal):
    """404: it does not exist, or not for this viewer."""

    status = 404

    def __init__(self, name: str = "not_found", detail: str = "", **facts: str | int | None) -> None:
        super().__init__(name, detail, **facts)


class NotAllowed(Refusal):
    """403: the viewer belongs here but lacks the right."""

    status = 403

    def __init__(self, name: str = "not_allowed", detail: str = "", **facts: str | int | None) -> None:
        super().__init__(name, detail, **facts)


class NotSignedIn(Refusal):
    """401: no session, or one that has ended."""

    status = 401

    def __init__(self, name: str = "not_signed_in", detail: str = "", **facts: str | int | None) -> None:
        super().__init__(name, detail, **facts)


class Unreadable(Refusal):
    """422: the input can't be read as what it should be."""

    status = 422


class TooMany(Refusal):
    """429: slow down; `retry_after` in seconds is among the facts."""

    status = 429
