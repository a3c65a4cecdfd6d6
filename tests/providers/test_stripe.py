"""What is Stripe's own: sessions, keys that keep every answer, its way to count, banks that take days."""

import json
import time

import msgspec
import pytest

from shuke.payments import Forged, Found, Payment
from shuke.providers.stripe import Stripe
from shuke.providers.stripe_money import CURRENCIES, from_stripe, to_stripe
from tests.providers.fake_stripe import FakeStripe
from tests.providers.server import Said
from tests.providers.things import asked_back, owed

pytestmark = [pytest.mark.row("4.4")]

NOTIFY, BACK = "https://shuke.example/api/v1/notices/stripe", "https://shuke.example/pay/1/2"


async def begun(adapter: Stripe, payment: Payment) -> Payment:
    """Started: the payment as it is kept then."""
    return msgspec.structs.replace(payment, provider_ref=(await adapter.start(payment, NOTIFY, BACK)).provider_ref)


async def test_one_session_for_a_payment(fake_stripe: FakeStripe) -> None:
    payment, adapter = owed("stripe"), Stripe()
    first, again = [await adapter.start(payment, NOTIFY, BACK) for _time in range(2)]
    assert first == again
    assert (first.url or "").startswith("https://checkout.stripe.com/")
    session = fake_stripe.session_of(payment.payment_id.hex)
    assert (session.amount_total, session.currency, session.success_url) == (2500, "eur", BACK)


async def test_a_session_lasts_longer_than_our_holds(fake_stripe: FakeStripe) -> None:
    """Stripe allows no less than half an hour; we close it ourselves."""
    payment, adapter = owed("stripe"), Stripe()
    kept = await begun(adapter, payment)
    assert fake_stripe.session_of(payment.payment_id.hex).expires_at == int(payment.created_at.timestamp()) + 3600
    assert await adapter.close(kept) == Found("ended")
    assert await adapter.close(kept) == Found("ended")
    assert await adapter.query(kept) == Found("ended")


async def test_amounts_are_counted_as_stripe_counts(fake_stripe: FakeStripe) -> None:
    assert [to_stripe(500, currency) for currency in ("EUR", "JPY", "ISK", "HUF")] == [500, 500, 50000, 500]
    assert not {"KWD", "BHD", "MGA", "UGX"} & CURRENCIES
    assert all(from_stripe(to_stripe(1234, currency), currency) == 1234 for currency in CURRENCIES)
    payment, adapter = owed("stripe", amount=5900, currency="ISK"), Stripe()
    kept = await begun(adapter, payment)
    sent = fake_stripe.pay(payment.payment_id.hex)
    notice = await adapter.read_notice(sent.headers, sent.body)
    assert (notice.amount, notice.currency) == (5900, "ISK")
    assert await adapter.query(kept) == Found("captured", kept.provider_ref, 5900, "ISK")


async def test_what_stripe_refuses_is_no_mystery(fake_stripe: FakeStripe) -> None:
    assert (await Stripe().start(owed("stripe", amount=49), NOTIFY, BACK)).state == "failed"
    fake_stripe.server.said = Said(401, b'{"error":{"type":"invalid_request_error","message":"Invalid API Key"}}')
    assert (await Stripe().start(owed("stripe"), NOTIFY, BACK)).state == "unknown"
    fake_stripe.server.said = Said(429, b'{"error":{"type":"invalid_request_error","code":"rate_limit"}}')
    assert (await Stripe().start(owed("stripe"), NOTIFY, BACK)).state == "unknown"


async def test_nobody_can_pay_what_was_never_started(fake_stripe: FakeStripe) -> None:
    assert await Stripe().query(owed("stripe")) == Found("ended")
    assert await Stripe().close(owed("stripe")) == Found("ended")


async def test_an_old_or_foreign_signature_is_forged(fake_stripe: FakeStripe) -> None:
    payment, adapter = owed("stripe"), Stripe()
    await begun(adapter, payment)
    body = fake_stripe.pay(payment.payment_id.hex).body
    old = fake_stripe.signed(body, time.time() - 400)
    foreign = fake_stripe.signed(body, secret="whsec_other")
    for sent in (old, foreign, msgspec.structs.replace(old, headers={"stripe-signature": "t=x,v1="})):
        with pytest.raises(Forged):
            await adapter.read_notice(sent.headers, sent.body)
    anew = fake_stripe.signed(body)  # as Stripe does when it sends it again
    notice = await adapter.read_notice(anew.headers, anew.body)
    assert (notice.merchant_id, notice.payment_id, notice.state) == (payment.merchant_id, payment.payment_id, "captured")


async def test_a_bank_that_takes_days(fake_stripe: FakeStripe) -> None:
    """The session is complete, the money isn't there, and may never be."""
    payment, adapter = owed("stripe"), Stripe()
    kept = await begun(adapter, payment)
    session = fake_stripe.session_of(payment.payment_id.hex)
    session.status, session.intent_status = "complete", "processing"
    sent = fake_stripe.notice(payment.payment_id.hex)
    assert (await adapter.read_notice(sent.headers, sent.body)).state == "pending"
    assert await adapter.query(kept) == Found("pending")
    assert await adapter.close(kept) == Found("unknown"), "it can't be closed"
    session.intent_status = "requires_payment_method"
    sent = fake_stripe.event("checkout.session.async_payment_failed", fake_stripe.told(session))
    assert (await adapter.read_notice(sent.headers, sent.body)).state == "ended"
    assert await adapter.query(kept) == Found("ended")
    assert await adapter.close(kept) == Found("ended")


async def test_what_is_not_ours_is_left_alone(fake_stripe: FakeStripe) -> None:
    for thing in ({"object": "invoice", "id": "in_1"}, {"object": "checkout.session", "id": "cs_2", "metadata": None}):
        sent = fake_stripe.event("some.event", dict(thing))
        notice = await Stripe().read_notice(sent.headers, sent.body)
        assert (notice.payment_id, notice.refund_id) == (None, None)


@pytest.mark.row("4.5")
async def test_stripes_own_trouble_is_kept_under_the_key(fake_stripe: FakeStripe) -> None:
    """A refund that was made but answered with 500 gets that answer for a day: it is found by what we wrote on it."""
    payment, adapter = owed("stripe"), Stripe()
    kept = await begun(adapter, payment)
    fake_stripe.pay(payment.payment_id.hex)
    refund = asked_back(kept)
    fake_stripe.saves_trouble = True
    made = len(fake_stripe.refunds)
    assert (await adapter.refund(refund, kept)).state == "unknown"
    assert len(fake_stripe.refunds) == made, "it could not even look"
    fake_stripe.saves_trouble = False
    assert (await adapter.refund(refund, kept)).state == "pending"
    fake_stripe.kept.clear()  # a day later
    assert (await adapter.refund(refund, kept)).state == "pending"
    assert len(fake_stripe.refunds) == 1
    other = asked_back(kept, amount=1)
    assert (await adapter.query_refund(other, kept)).state == "unknown"
    assert (await adapter.refund(other, kept)).state == "failed", "nothing is left of it"


async def test_no_card_data_can_come_here(fake_stripe: FakeStripe) -> None:
    """What we send is about money and our own numbers; what we keep is an address at Stripe's."""
    payment = owed("stripe")
    started = await Stripe().start(payment, NOTIFY, BACK)
    assert "card" not in json.dumps(msgspec.to_builtins(started))
    assert not any(b"card" in call.body for call in fake_stripe.server.calls)
