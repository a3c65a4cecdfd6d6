"""What a provider of payments must be able to do, and which ones there are."""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from shuke.kit.db import Database, Db
from shuke.kit.refusals import NotSignedIn
from shuke.ledger import PROVIDERS
from shuke.payments.types import Payment, RefundRow

State = Literal["pending", "captured", "ended", "unknown"]
RefundState = Literal["pending", "succeeded", "failed", "unknown"]


class Started(msgspec.Struct, frozen=True):
    """Where the guest pays: an address to open, or a text to show as QR code. `failed` is the provider's definite no."""

    url: str | None
    qr: str | None
    provider_ref: str
    state: Literal["started", "failed", "unknown"] = "started"


class Found(msgspec.Struct, frozen=True):
    """How a payment stands at the provider. `provider_ref` is the capture's own number, the same in a notice and in a query."""

    state: State
    provider_ref: str = ""
    amount: int = 0
    currency: str = ""


class RefundFound(msgspec.Struct, frozen=True):
    """How a refund stands at the provider."""

    state: RefundState
    provider_ref: str = ""


class Notice(msgspec.Struct, frozen=True):
    """What a provider told by itself. `merchant_id` comes back from attach, passback_params or metadata.

    About a payment (state of Found) or, with `refund_id`, about a refund (state of RefundFound). Amount and currency are the capture's.
    """

    notice_id: str
    merchant_id: UUID | None
    payment_id: UUID | None
    refund_id: UUID | None
    state: State | RefundState
    provider_ref: str = ""
    amount: int = 0
    currency: str = ""


class Forged(NotSignedIn):
    """401: a notice whose signature is wrong, missing or too old."""

    def __init__(self) -> None:
        super().__init__("forged_notice")


class Provider(Protocol):
    """A way to move money. Its number for a payment is `payment_id.hex`, for a refund `refund_id.hex`.

    Each call gives up after some seconds. A lost network or an answer that can't be read is the state `unknown`, never an exception;
    starting, refunding and closing the same thing again is safe. A payment that the provider has never heard of is `ended` for
    `query` and `close`, a refund it has never heard of `unknown`. `accepted` is what a notice that was taken is answered with.
    """

    name: str
    accepted: str

    async def start(self, payment: Payment, notify_url: str, return_url: str) -> Started:
        """Make it payable."""

    async def query(self, payment: Payment) -> Found:
        """Ask how it stands."""

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify and read a notice; header names are in lower case. Raises Forged."""

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        """Pay back; the same refund again never pays twice."""

    async def query_refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        """Ask how a refund stands."""

    async def close(self, payment: Payment) -> Found:
        """Let nobody pay it any more: `ended`, or `captured` when somebody was faster."""


class Adapter(msgspec.Struct, frozen=True):
    """How a provider comes into use: `is_set_up` looks at the environment, `make` builds it once for the same settings.

    Its settings are the environment variables that begin with `SHUKE_<NAME>_`. None for `currencies` is all of them. One that lives
    here `books` a payment as it is made, so that it can be paid at once, at `/<name>/<merchant>/<payment>`.
    """

    name: str
    currencies: frozenset[str] | None
    is_set_up: Callable[[], bool]
    make: Callable[[Database], Provider]
    books: Callable[[Db, Payment], Awaitable[None]] | None = None


class _Made(msgspec.Struct, frozen=True):
    settings: list[tuple[str, str]]
    database: Database
    provider: Provider


ADAPTERS: dict[str, Adapter] = {}
"""Filled at import by each adapter's module: `adapts(Adapter("wechat", ...))`."""

_made: dict[str, _Made] = {}


def adapts(adapter: Adapter) -> None:
    """Let an adapter be used."""
    ADAPTERS[adapter.name] = adapter


def in_use() -> list[str]:
    """The names of the providers outside that are set up, in the order of the ledger's. They need SHUKE_URL to tell us anything."""
    if not os.environ.get("SHUKE_URL"):
        return []
    return [name for name in PROVIDERS if name in ADAPTERS and not ADAPTERS[name].books and ADAPTERS[name].is_set_up()]


def adapted(name: str, database: Database) -> Provider | None:
    """A provider as it is set up now; None when it is not."""
    adapter = ADAPTERS.get(name)
    if adapter is None or not adapter.is_set_up():
        return None
    prefix = f"SHUKE_{name.upper()}_"
    settings = sorted((key, value) for key, value in os.environ.items() if key.startswith(prefix))
    kept = _made.get(name)
    if kept is None or kept.settings != settings or kept.database is not database:
        kept = _made[name] = _Made(settings, database, adapter.make(database))
    return kept.provider
