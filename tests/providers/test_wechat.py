"""What is WeChat Pay's own: two ways to trust it, codes and pages, what its words mean."""

import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from shuke.payments import Forged, Found, RefundFound
from shuke.providers.wechat import WeChat
from tests.providers.fake_wechat import FakeWeChat
from tests.providers.keys import new_key
from tests.providers.server import Said
from tests.providers.things import asked_back, owed

pytestmark = [pytest.mark.row("4.4")]

NOTIFY, BACK = "https://shuke.example/api/v1/notices/wechat", "https://shuke.example/pay/1/2"


@pytest.fixture
def certified(wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeWeChat:
    """An account from before public keys: certificates are downloaded, and kept in a folder."""
    wechat.by_certificate = True
    monkeypatch.delenv("SHUKE_WECHAT_PUBLIC_KEY_FILE")
    monkeypatch.delenv("SHUKE_WECHAT_PUBLIC_KEY_ID")
    monkeypatch.setenv("SHUKE_WECHAT_CERTIFICATES", str(tmp_path / "certificates"))
    return wechat


async def test_a_code_to_scan(wechat: FakeWeChat) -> None:
    payment = owed("wechat", title="面" * 200)
    first, again = [await WeChat().start(payment, NOTIFY, BACK) for _time in range(2)]
    assert first == again, "the same order gives the same code"
    assert (first.url, first.state) == (None, "started")
    assert (first.qr or "").startswith("weixin://wxpay/")
    order = wechat.orders[payment.payment_id.hex]
    assert (order.kind, order.asked.notify_url, order.asked.amount.total) == ("native", NOTIFY, 2500)


async def test_a_page_on_a_phone(wechat: FakeWeChat) -> None:
    started = await WeChat().start(owed("wechat", phone="203.0.113.7"), NOTIFY, BACK)
    assert started.qr is None
    assert parse_qs(urlsplit(started.url or "").query)["redirect_url"] == [BACK]
    [order] = wechat.orders.values()
    assert (order.asked.scene_info or {})["payer_client_ip"] == "203.0.113.7"


async def test_what_is_refused_is_no_mystery(wechat: FakeWeChat) -> None:
    payment = owed("wechat")
    wechat.server.said = Said(400, b'{"code":"PARAM_ERROR"}')
    assert (await WeChat().start(payment, NOTIFY, BACK)).state == "failed"
    for status, code in ((401, "SIGN_ERROR"), (429, "RATELIMIT_EXCEED"), (403, "FREQUENCY_LIMITED"), (400, "ORDERPAID")):
        wechat.server.said = Said(status, b'{"code":"%b"}' % code.encode())
        assert (await WeChat().start(payment, NOTIFY, BACK)).state == "unknown", code
        assert (await WeChat().query(payment)).state == "unknown", code


async def test_an_answer_by_somebody_else_is_none(wechat: FakeWeChat) -> None:
    payment = owed("wechat")
    await WeChat().start(payment, NOTIFY, BACK)
    wechat.pay(payment.payment_id.hex)
    right, wechat.own_key = wechat.own_key, new_key()
    assert await WeChat().query(payment) == Found("unknown")
    wechat.own_key = right
    assert (await WeChat().query(payment)).state == "captured"


@pytest.mark.parametrize("off", [-400, 400])
async def test_an_old_notice_is_forged(wechat: FakeWeChat, off: int) -> None:
    payment = owed("wechat")
    adapter = WeChat()
    await adapter.start(payment, NOTIFY, BACK)
    sent = wechat.pay(payment.payment_id.hex)
    old = wechat.signed(sent.body, time.time() + off)
    with pytest.raises(Forged):
        await adapter.read_notice(old.headers, old.body)
    notice = await adapter.read_notice(sent.headers, sent.body)
    assert (notice.merchant_id, notice.payment_id, notice.amount) == (payment.merchant_id, payment.payment_id, 2500)


async def test_a_notice_for_another_account_is_forged(wechat: FakeWeChat) -> None:
    sent = wechat.seal("TRANSACTION.SUCCESS", "transaction", {"mchid": "1900000999", "trade_state": "SUCCESS"})
    with pytest.raises(Forged):
        await WeChat().read_notice(sent.headers, sent.body)


async def test_a_notice_about_something_else(wechat: FakeWeChat) -> None:
    told: dict[str, object] = {"mchid": "1900000109", "trade_state": "SUCCESS", "out_trade_no": "other-shop-77", "attach": "x"}
    sent = wechat.seal("TRANSACTION.SUCCESS", "transaction", told)
    notice = await WeChat().read_notice(sent.headers, sent.body)
    assert (notice.merchant_id, notice.payment_id, notice.refund_id) == (None, None, None)


async def test_made_up_serial_numbers_make_no_calls(wechat: FakeWeChat) -> None:
    """The SDK alone would ask for certificates each time."""
    adapter = WeChat()
    for serial in ("PUB_KEY_ID_0", "5F3A", "zz", ""):
        sent = wechat.seal("TRANSACTION.SUCCESS", "transaction", {"mchid": "1900000109"})
        with pytest.raises(Forged):
            await adapter.read_notice({**sent.headers, "wechatpay-serial": serial}, sent.body)
    assert wechat.server.calls == []


async def test_with_platform_certificates(certified: FakeWeChat, tmp_path: Path) -> None:
    adapter, payment = WeChat(), owed("wechat")
    assert (await adapter.start(payment, NOTIFY, BACK)).state == "started"
    sent = certified.pay(payment.payment_id.hex)
    assert (await adapter.read_notice(sent.headers, sent.body)).state == "captured"
    assert (await adapter.query(payment)).state == "captured"
    downloads = [call for call in certified.server.calls if call.path == "/v3/certificates"]
    assert len(downloads) == 1
    for number in range(5):
        with pytest.raises(Forged):
            await adapter.read_notice({**sent.headers, "wechatpay-serial": f"5F3A{number}"}, sent.body)
    downloads = [call for call in certified.server.calls if call.path == "/v3/certificates"]
    assert len(downloads) <= 2, "not for every name that somebody makes up"
    assert (await adapter.query(payment)).state == "captured", "what was known is known still"
    assert len(list((tmp_path / "certificates").glob("*.pem"))) == 1


async def test_without_certificates_nothing_is_known(certified: FakeWeChat) -> None:
    certified.server.mood = "breaks"
    adapter, payment = WeChat(), owed("wechat")
    assert (await adapter.start(payment, NOTIFY, BACK)).state == "unknown"
    certified.server.mood = "fine"
    assert (await adapter.start(payment, NOTIFY, BACK)).state == "started", "made anew at the next call"


@pytest.mark.row("4.5")
@pytest.mark.parametrize(("status", "state"), [("SUCCESS", "succeeded"), ("CLOSED", "failed"), ("ABNORMAL", "pending")])
async def test_how_a_refund_ends(wechat: FakeWeChat, status: str, state: str) -> None:
    adapter, payment = WeChat(), owed("wechat")
    await adapter.start(payment, NOTIFY, BACK)
    wechat.pay(payment.payment_id.hex)
    refund = asked_back(payment, reason="因" * 100)
    assert (await adapter.query_refund(refund, payment)) == RefundFound("unknown")
    assert (await adapter.refund(refund, payment)).state == "pending"
    assert (await adapter.refund(refund, payment)).state == "pending"
    assert len(wechat.refunds) == 1
    wechat.settles_refunds = status
    sent = wechat.refund_notice(refund.refund_id.hex)
    notice = await adapter.read_notice(sent.headers, sent.body)
    assert (notice.merchant_id, notice.refund_id, notice.state) == (payment.merchant_id, refund.refund_id, state)
    assert (await adapter.query_refund(refund, payment)).state == state
    assert (await adapter.query(payment)).state == "captured", "paid is paid, whatever went back"


async def test_wrong_key_files_are_no_exception(wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUKE_WECHAT_KEY_FILE", "/nowhere/key.pem")
    adapter, payment = WeChat(), owed("wechat")
    assert (await adapter.start(payment, NOTIFY, BACK)).state == "unknown"
    assert (await adapter.close(payment)).state == "unknown"
    with pytest.raises(Forged):
        await adapter.read_notice({}, b"")


async def test_the_time_limit_is_told_in_beijing(wechat: FakeWeChat) -> None:
    payment = owed("wechat")
    await WeChat().start(payment, NOTIFY, BACK)
    [order] = wechat.orders.values()
    assert order.asked.time_expire.endswith("+08:00")
    assert abs(msgspec.convert(order.asked.time_expire, type=type(payment.until)) - payment.until) < timedelta(seconds=1)
