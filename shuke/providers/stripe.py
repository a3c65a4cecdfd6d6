"""Stripe, by its own SDK: its hosted Checkout page, so that no card data touches us. One session for a payment."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

import msgspec
from stripe import InvalidRequestError, RequestsClient, StripeClient, StripeObject

from shuke.payments import Forged, Found, Notice, Payment, RefundFound, RefundRow, RefundState, Started, State
from shuke.providers.line import CONNECT, READ, Line
from shuke.providers.numbers import number_of
from shuke.providers.settings import setting
from shuke.providers.stripe_money import from_stripe, to_stripe

GATEWAY = "https://api.stripe.com"
SHORTEST, LONGEST = timedelta(minutes=60), timedelta(hours=23)  # of a session: Stripe allows from 30 minutes to 24 hours
Answer = TypeVar("Answer")
REFUND_STATES: dict[str, RefundState] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}


class _Thing(msgspec.Struct, frozen=True):
    """A session or a refund, in an answer or in an event."""

    id: str = ""
    object: str = ""
    status: str | None = None
    payment_status: str | None = None
    amount_total: int | None = None
    currency: str | None = None
    url: str | None = None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None


class _Inside(msgspec.Struct, frozen=True):
    object: _Thing


class _Event(msgspec.Struct, frozen=True):
    id: str
    type: str
    data: _Inside


class Refused(msgspec.Struct, frozen=True):
    """Stripe's definite no: the request itself can't be done."""

    code: str


class Stripe:
    """The adapter. Its number for a payment is the session's, from the start to the refund."""

    name = "stripe"
    accepted = ""

    def __init__(self) -> None:
        self._line = Line(self.name)
        self._making = threading.Lock()
        self._made: StripeClient | None = None

    async def start(self, payment: Payment, notify_url: str, return_url: str) -> Started:
        """The same key gives the same session, as long as everything in it is the same."""
        made = await self._ask(lambda stripe: _session(stripe, payment, return_url))
        if made is None:
            return Started(None, None, "", "unknown")
        return Started(None, None, "", "failed") if isinstance(made, Refused) else Started(made.url, None, made.id)

    async def query(self, payment: Payment) -> Found:
        if not payment.provider_ref:
            return Found("ended")  # nobody has ever been given an address to pay at
        found = await self._ask(lambda stripe: _now(stripe, payment))
        return Found("unknown") if found is None or isinstance(found, Refused) else found

    async def close(self, payment: Payment) -> Found:
        if not payment.provider_ref:
            return Found("ended")
        session = await self._ask(lambda stripe: _thing(stripe.v1.checkout.sessions.expire(payment.provider_ref)))
        if session is not None and not isinstance(session, Refused):
            return _found(session)
        found = await self.query(payment)  # Stripe expires open sessions only: somebody may have been faster
        return found if found.state in ("captured", "ended") else Found("unknown")

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        made = await self._ask(lambda stripe: _refund(stripe, refund, payment))
        if made is None:
            return RefundFound("unknown")
        return RefundFound("failed") if isinstance(made, Refused) else made

    async def query_refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        found = await self._ask(lambda stripe: _made_earlier(stripe, refund, _intent(stripe, payment)))
        return RefundFound("unknown") if found is None or isinstance(found, Refused) else found

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        event = await self._line.ask(lambda: _verified(self._client(), headers.get("stripe-signature", ""), body))
        if event is None:
            raise Forged
        thing = event.data.object
        ours = thing.metadata or {}
        merchant_id, payment_id = number_of(ours.get("merchant_id", "")), number_of(ours.get("payment_id", ""))
        if thing.object == "refund":
            found = _refund_found(thing)
            return Notice(event.id, merchant_id, payment_id, number_of(ours.get("refund_id", "")), found.state, thing.id)
        if thing.object != "checkout.session":
            return Notice(event.id, None, None, None, "unknown")
        session = _found(thing)
        over = session.state == "pending" and event.type == "checkout.session.async_payment_failed"
        state: State = "ended" if over else session.state
        return Notice(event.id, merchant_id, payment_id, None, state, thing.id, session.amount, session.currency)

    async def _ask(self, call: Callable[[StripeClient], Answer]) -> Answer | Refused | None:
        answer = await self._line.ask(lambda: _definite(call, self._client()))
        if isinstance(answer, Refused):
            self._line.refused(answer.code)
        return answer

    def _client(self) -> StripeClient:
        with self._making:
            if self._made is None:
                gateway = setting(self.name, "URL", GATEWAY).rstrip("/")
                self._made = StripeClient(
                    setting(self.name, "KEY"),
                    base_addresses={"api": gateway},
                    http_client=RequestsClient(timeout=(CONNECT, READ)),
                    max_network_retries=0,  # ours are jobs
                )
            return self._made


def from_settings() -> Stripe:
    """The adapter for what the environment says."""
    return Stripe()


def _definite(call: Callable[[StripeClient], Answer], stripe: StripeClient) -> Answer | Refused:
    """The answer, or Stripe's definite no. Wrong keys, too many calls and its own trouble stay exceptions: they say nothing of the money."""
    try:
        return call(stripe)
    except InvalidRequestError as refused:
        return Refused(refused.code or refused.param or "")


def _thing(answer: StripeObject) -> _Thing:
    """With its type checked, which the SDK's attributes promise but don't."""
    return msgspec.convert(answer.to_dict(), _Thing)


def _kept(stripe: StripeClient, payment: Payment) -> _Thing:
    return _thing(stripe.v1.checkout.sessions.retrieve(payment.provider_ref))


def _session(stripe: StripeClient, payment: Payment, return_url: str) -> _Thing:
    ours = {"merchant_id": payment.merchant_id.hex, "payment_id": payment.payment_id.hex}
    lasts = min(max(payment.until - payment.created_at, SHORTEST), LONGEST)  # we close it ourselves when our time is over
    made = stripe.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency.lower(),
                        "unit_amount": to_stripe(payment.amount, payment.currency),
                        "product_data": {"name": payment.title},
                    },
                }
            ],
            "client_reference_id": payment.payment_id.hex,
            "metadata": ours,
            "payment_intent_data": {"metadata": ours},
            "expires_at": int((payment.created_at + lasts).timestamp()),
            "success_url": return_url,
            "cancel_url": return_url,
        },
        {"idempotency_key": payment.payment_id.hex},
    )
    return _thing(made)


def _found(session: _Thing) -> Found:
    if session.payment_status == "paid":
        currency = (session.currency or "").upper()
        return Found("captured", session.id, from_stripe(session.amount_total or 0, currency), currency)
    return Found("ended" if session.status == "expired" else "pending")


def _now(stripe: StripeClient, payment: Payment) -> Found:
    """A session that is complete and not paid waits for a bank, or the bank has said no: then its payment asks for another way."""
    session = _kept(stripe, payment)
    found = _found(session)
    if found.state == "pending" and session.status == "complete" and session.payment_intent:
        intent = _thing(stripe.v1.payment_intents.retrieve(session.payment_intent))
        return Found("ended") if intent.status in ("canceled", "requires_payment_method") else found
    return found


def _intent(stripe: StripeClient, payment: Payment) -> str:
    """What a refund is taken from."""
    intent = _kept(stripe, payment).payment_intent
    if intent is None:
        raise LookupError("the session has no payment")
    return intent


def _refund(stripe: StripeClient, refund: RefundRow, payment: Payment) -> RefundFound:
    """Made once: the key keeps two calls at the same time apart, the look before it those that are further apart than keys live."""
    intent = _intent(stripe, payment)
    earlier = _made_earlier(stripe, refund, intent)
    if earlier is not None:
        return earlier
    made = stripe.v1.refunds.create(
        {
            "payment_intent": intent,
            "amount": to_stripe(refund.amount, refund.currency),
            "metadata": {
                "merchant_id": refund.merchant_id.hex,
                "payment_id": refund.payment_id.hex,
                "refund_id": refund.refund_id.hex,
                "tries": str(refund.tries),
            },
        },
        {"idempotency_key": f"{refund.refund_id.hex}-{refund.tries}"},
    )
    return _refund_found(_thing(made))


def _refund_found(made: _Thing) -> RefundFound:
    return RefundFound(REFUND_STATES.get(made.status or "", "unknown"), made.id)


def _made_earlier(stripe: StripeClient, refund: RefundRow, intent: str) -> RefundFound | None:
    """By what we wrote on it: an answer that was lost left us no number."""
    for made in stripe.v1.refunds.list({"payment_intent": intent, "limit": 100}).data:
        thing = _thing(made)
        ours = thing.metadata or {}
        if ours.get("refund_id") == refund.refund_id.hex and ours.get("tries") == str(refund.tries):
            return _refund_found(thing)
    return None


def _verified(stripe: StripeClient, signature: str, body: bytes) -> _Event:
    """Raises when the signature is wrong or older than five minutes: what Stripe sends again it signs anew."""
    stripe.construct_event(body, signature, setting("stripe", "WEBHOOK_SECRET"))
    return msgspec.json.decode(body, type=_Event)
