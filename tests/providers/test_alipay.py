"""What is Alipay's own: an address that nobody is asked for, keys or certificates, trades that close after they were paid."""

import warnings
from urllib.parse import parse_qs, urlsplit

import pytest
from alipay import DCAliPay

from shuke.kit import clock
from shuke.payments import Forged, Found, Payment, RefundFound
from shuke.providers.alipay import Alipay
from shuke.providers.alipay_client import certificate_number
from tests.providers.fake_alipay import FakeAlipay
from tests.providers.keys import certificate, certificate_pem, elliptic_key, new_key
from tests.providers.server import Said
from tests.providers.things import asked_back, owed

pytestmark = [pytest.mark.row("4.4")]

NOTIFY, BACK = "https://shuke.example/api/v1/notices/alipay", "https://shuke.example/pay/1/2"


async def opened(alipay: FakeAlipay, adapter: Alipay, payment: Payment) -> str:
    """Started, and opened by the payer: its number there."""
    started = await adapter.start(payment, NOTIFY, BACK)
    alipay.open(started.url or "")
    return payment.payment_id.hex


@pytest.fixture
def certified(alipay: FakeAlipay, monkeypatch: pytest.MonkeyPatch) -> FakeAlipay:
    """An application that uses certificates."""
    for name in alipay.settings():
        monkeypatch.delenv(name)
    alipay.by_certificate = True
    for name, value in alipay.settings().items():
        monkeypatch.setenv(name, value)
    return alipay


async def test_the_address_is_complete_and_nobody_is_asked(alipay: FakeAlipay) -> None:
    payment = owed("alipay", title="Tea & cake = 1/2 price, 茶")
    started = await Alipay().start(payment, NOTIFY, BACK)
    assert (started.qr, started.state, alipay.server.calls) == (None, "started", [])
    trade = alipay.open(started.url or "")
    assert (trade.notify_url, trade.return_url, trade.asked.total_amount) == (NOTIFY, BACK, "25.00")
    assert trade.asked.passback_params == payment.merchant_id.hex


async def test_on_a_phone_the_app_opens(alipay: FakeAlipay) -> None:
    for phone, method in (("", "alipay.trade.page.pay"), ("203.0.113.7", "alipay.trade.wap.pay")):
        started = await Alipay().start(owed("alipay", phone=phone), NOTIFY, BACK)
        assert parse_qs(urlsplit(started.url or "").query)["method"] == [method]


async def test_not_opened_is_not_over(alipay: FakeAlipay) -> None:
    """Alipay knows nothing of it until then."""
    payment, adapter = owed("alipay"), Alipay()
    assert await adapter.query(payment) == Found("pending")
    with clock.at(payment.until):
        assert await adapter.query(payment) == Found("ended")
    assert await adapter.close(payment) == Found("ended")


async def test_with_certificates(certified: FakeAlipay) -> None:
    payment, adapter = owed("alipay"), Alipay()
    sent = certified.pay(await opened(certified, adapter, payment))
    assert (await adapter.read_notice(sent.headers, sent.body)).state == "captured"
    assert (await adapter.query(payment)).amount == 2500
    assert (await adapter.refund(asked_back(payment), payment)).state == "succeeded"


def test_certificates_are_numbered_as_the_sdk_does() -> None:
    """A bundle has certificates of other kinds too, which don't count."""
    made = [certificate(key, name) for key, name in ((new_key(), "One"), (new_key(), "Two"), (elliptic_key(), "Three"))]
    bundle = "\n".join(certificate_pem(one) for one in made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert certificate_number(bundle) == DCAliPay.get_root_cert_sn(bundle)


@pytest.mark.row("4.5")
async def test_a_trade_that_closed_because_all_went_back_was_paid(alipay: FakeAlipay) -> None:
    payment, adapter = owed("alipay"), Alipay()
    number = await opened(alipay, adapter, payment)
    alipay.pay(number)
    refund = asked_back(payment)
    assert await adapter.refund(refund, payment) == RefundFound("succeeded", refund.refund_id.hex)
    assert alipay.trades[number].status == "TRADE_CLOSED"
    assert (await adapter.query(payment)).state == "captured"
    assert (await adapter.close(payment)).state == "captured"
    sent = alipay.notice(number)
    assert (await adapter.read_notice(sent.headers, sent.body)).state == "captured"


async def test_what_a_trade_is(alipay: FakeAlipay) -> None:
    payment, adapter = owed("alipay"), Alipay()
    number = await opened(alipay, adapter, payment)
    for status, state in (("WAIT_BUYER_PAY", "pending"), ("TRADE_CLOSED", "ended"), ("TRADE_FINISHED", "captured")):
        alipay.trades[number].status = status
        sent = alipay.notice(number)
        assert (await adapter.read_notice(sent.headers, sent.body)).state == state
        assert (await adapter.query(payment)).state == state


@pytest.mark.row("4.5")
async def test_that_no_money_moved_this_time_is_looked_into(alipay: FakeAlipay) -> None:
    payment, adapter = owed("alipay"), Alipay()
    number = await opened(alipay, adapter, payment)
    alipay.pay(number)
    refund = asked_back(payment, amount=1000)
    alipay.silent_refunds = True
    assert (await adapter.refund(refund, payment)).state == "succeeded"
    assert (await adapter.refund(refund, payment)).state == "succeeded"
    assert alipay.refunded(number) == 1000
    assert (await adapter.query_refund(asked_back(payment), payment)).state == "unknown"


async def test_a_notice_for_another_application_or_seller_is_forged(alipay: FakeAlipay) -> None:
    for changed in ({"app_id": "2021000000000000"}, {"seller_id": "2088000000000000"}):
        told = {
            "app_id": "2021000118634035",
            "seller_id": "2088102181115314",
            "notify_id": "n",
            "trade_status": "TRADE_SUCCESS",
        }
        sent = alipay.signed(told | changed)
        with pytest.raises(Forged):
            await Alipay().read_notice(sent.headers, sent.body)


async def test_an_answer_by_somebody_else_is_none(alipay: FakeAlipay) -> None:
    payment, adapter = owed("alipay"), Alipay()
    alipay.pay(await opened(alipay, adapter, payment))
    right, alipay.own_key = alipay.own_key, new_key()
    assert await adapter.query(payment) == Found("unknown")
    alipay.own_key = right
    assert (await adapter.query(payment)).state == "captured"


async def test_wrong_keys_say_nothing_of_the_money(alipay: FakeAlipay) -> None:
    payment, adapter = owed("alipay"), Alipay()
    alipay.shop_key = new_key()
    assert (await adapter.query(payment)).state == "unknown"
    assert (await adapter.refund(asked_back(payment), payment)).state == "unknown"
    alipay.server.said = Said(200, b'{"alipay_trade_refund_response":{"code":"20000","sub_code":"aop.unknow-error"},"sign":""}')
    assert (await adapter.refund(asked_back(payment), payment)).state == "unknown"
