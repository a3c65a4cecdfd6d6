"""Stripe as its documents describe it: sessions, refunds, idempotency keys that keep every answer, signed events."""

import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tests.providers.server import Call, Fake, Said, Sent

KEY, WEBHOOK_SECRET = f"sk_test_{'a' * 24}", f"whsec_{'b' * 32}"
SESSIONS = "/v1/checkout/sessions"


class Session(msgspec.Struct):
    id: str
    payment_intent: str
    amount_total: int
    currency: str
    expires_at: int
    metadata: dict[str, str]
    success_url: str
    status: str = "open"
    payment_status: str = "unpaid"
    intent_status: str = "requires_payment_method"


class Refund(msgspec.Struct):
    id: str
    payment_intent: str
    amount: int
    currency: str
    status: str
    metadata: dict[str, str]


class Kept(msgspec.Struct):
    """The first answer to an idempotency key."""

    asked: bytes
    said: Said


class FakeStripe:
    """The other side."""

    name = "stripe"
    currency = "EUR"

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.refunds: dict[str, Refund] = {}
        self.kept: dict[str, Kept] = {}
        self.balance = 10**9
        self.settles_refunds = "succeeded"
        self.saves_trouble = False
        self.server = Fake(self.answer)

    def settings(self) -> dict[str, str]:
        """What an operator sets for it."""
        return {
            "SHUKE_STRIPE_KEY": KEY,
            "SHUKE_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "SHUKE_STRIPE_URL": self.server.url,
        }

    # what a payer or the operator does there

    def session_of(self, payment: str) -> Session:
        """The one of this payment: there must never be two."""
        (found,) = (one for one in self.sessions.values() if one.metadata["payment_id"] == payment)
        return found

    def pay(self, payment: str, amount: int | None = None) -> Sent:
        """The payer pays; the event of it."""
        session = self.session_of(payment)
        assert session.status == "open", session.status
        if amount is not None:
            session.amount_total = amount
        session.status, session.payment_status, session.intent_status = "complete", "paid", "succeeded"
        return self.notice(payment)

    def notice(self, payment: str) -> Sent:
        return self.event("checkout.session.completed", self.told(self.session_of(payment)))

    def refund_notice(self, number: str) -> Sent:
        """The event of how a refund ended."""
        refund = [one for one in self.refunds.values() if one.metadata["refund_id"] == number][-1]
        refund.status = self.settles_refunds
        return self.event("refund.failed" if refund.status == "failed" else "refund.updated", _refund_told(refund))

    def refunded(self, payment: str) -> int:
        intent = self.session_of(payment).payment_intent
        return sum(one.amount for one in self.refunds.values() if one.payment_intent == intent and one.status != "failed")

    def is_closed(self, payment: str) -> bool:
        return self.session_of(payment).status == "expired"

    # the server

    def event(self, kind: str, thing: dict[str, object]) -> Sent:
        """Signed as now."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": "2026-09-30.preview",
            "created": int(time.time()),
            "livemode": False,
            "pending_webhooks": 1,
            "type": kind,
            "data": {"object": thing},
        }
        return self.signed(json.dumps(event, indent=2).encode())

    def signed(self, body: bytes, at: float | None = None, secret: str = WEBHOOK_SECRET) -> Sent:
        stamp = int(time.time() if at is None else at)
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return Sent({"stripe-signature": f"t={stamp},v1={digest}", "content-type": "application/json"}, body)

    def answer(self, call: Call) -> Said:
        if call.headers.get("authorization") != f"Bearer {KEY}":
            return _no(401, "invalid_request_error", "")
        key = call.headers.get("idempotency-key", "")
        if call.method == "POST" and key in self.kept:
            kept = self.kept[key]
            return kept.said if kept.asked == call.body else _no(400, "idempotency_error", "")
        said = self._answer(call, dict(parse_qsl((call.body or urlsplit(call.target).query.encode()).decode())))
        if self.saves_trouble:
            said = Said(500, b'{"error": {"type": "api_error"}}')
        if call.method == "POST" and key:
            self.kept[key] = Kept(call.body, said)
        return said

    def _answer(self, call: Call, fields: dict[str, str]) -> Said:
        if call.path == SESSIONS:
            return self._create(fields)
        if call.path.startswith(f"{SESSIONS}/"):
            session = self.sessions.get(call.path.split("/")[4])
            if session is None:
                return _no(404, "invalid_request_error", "resource_missing")
            if call.path.endswith("/expire"):
                if session.status != "open":
                    return _no(400, "invalid_request_error", "")
                session.status = "expired"
            return _yes(self.told(session))
        if call.path == "/v1/refunds":
            return self._refund(fields) if call.method == "POST" else self._list(fields["payment_intent"])
        if call.path.startswith("/v1/payment_intents/"):
            session = next(one for one in self.sessions.values() if one.payment_intent == call.path.split("/")[3])
            return _yes({"id": session.payment_intent, "object": "payment_intent", "status": session.intent_status})
        return _no(404, "invalid_request_error", "")

    def _create(self, fields: dict[str, str]) -> Said:
        item = "line_items[0][price_data]"
        amount, currency = int(fields[f"{item}[unit_amount]"]), fields[f"{item}[currency]"]
        assert fields["mode"] == "payment"
        assert fields["line_items[0][quantity]"] == "1"
        assert fields[f"{item}[product_data][name]"]
        assert currency == currency.lower()
        if not 30 * 60 <= int(fields["expires_at"]) - time.time() <= 24 * 3600:
            return _no(400, "invalid_request_error", "parameter_invalid_integer")
        if amount < 50:
            return _no(400, "invalid_request_error", "amount_too_small")
        number = secrets.token_hex(12)
        metadata = {name: fields[f"metadata[{name}]"] for name in ("merchant_id", "payment_id")}
        assert fields["client_reference_id"] == metadata["payment_id"] == fields["payment_intent_data[metadata][payment_id]"]
        made = Session(
            f"cs_test_{number}", f"pi_{number}", amount, currency, int(fields["expires_at"]), metadata, fields["success_url"]
        )
        self.sessions[made.id] = made
        return _yes(self.told(made))

    def told(self, session: Session) -> dict[str, object]:
        return {
            "id": session.id,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.com/c/pay/{session.id}" if session.status == "open" else None,
            "status": session.status,
            "payment_status": session.payment_status,
            "amount_total": session.amount_total,
            "currency": session.currency,
            "metadata": session.metadata,
            "payment_intent": session.payment_intent if session.status == "complete" else None,
            "expires_at": session.expires_at,
            "customer_details": {"email": "guest@example.com", "tax_ids": []},
        }

    def _refund(self, fields: dict[str, str]) -> Said:
        session = next(one for one in self.sessions.values() if one.payment_intent == fields["payment_intent"])
        amount = int(fields["amount"])
        if session.amount_total - self.refunded(session.metadata["payment_id"]) < amount:
            return _no(400, "invalid_request_error", "charge_already_refunded")
        if amount > self.balance:
            return _no(400, "invalid_request_error", "balance_insufficient")
        metadata = {name: fields[f"metadata[{name}]"] for name in ("merchant_id", "payment_id", "refund_id", "tries")}
        number = f"re_{secrets.token_hex(12)}"
        made = self.refunds[number] = Refund(number, session.payment_intent, amount, session.currency, "pending", metadata)
        return _yes(_refund_told(made))

    def _list(self, intent: str) -> Said:
        found = [_refund_told(one) for one in self.refunds.values() if one.payment_intent == intent]
        return _yes({"object": "list", "url": "/v1/refunds", "has_more": False, "data": found})


def _refund_told(refund: Refund) -> dict[str, object]:
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "currency": refund.currency,
        "status": refund.status,
        "payment_intent": refund.payment_intent,
        "metadata": refund.metadata,
    }


def _yes(told: dict[str, object]) -> Said:
    return Said(200, json.dumps(told).encode(), {"content-type": "application/json", "request-id": "req_1"})


def _no(status: int, kind: str, code: str) -> Said:
    error = {"type": kind, "message": "No.", **({"code": code} if code else {})}
    return Said(status, json.dumps({"error": error}).encode(), {"content-type": "application/json"})
