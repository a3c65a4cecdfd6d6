"""Each provider from the wish to the refund: through its real SDK, the jobs and the notices' address, into the books."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from markupsafe import escape

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.errands import run_errands
from shuke.ledger import Account
from shuke.payments import Payment, RefundRow, RefundWish, cancel, captures_of, invariants, refund, refunds_of
from shuke.payments.refunding import try_again
from tests.payments.pay_world import Ground, ground, kept
from tests.providers.conftest import Fakes
from tests.providers.fake_alipay import FakeAlipay
from tests.providers.fake_wechat import FakeWeChat
from tests.providers.server import Mood, Sent

pytestmark = [pytest.mark.row("4.4")]

Client = AsyncTestClient[Litestar]


async def wished(database: Database, fake: Fakes) -> Ground:
    """An order of 25.00 that is to be paid by this provider."""
    async with database.write() as db:
        return await ground(db, provider=fake.name, currency=fake.currency)


async def later(database: Database, **span: float) -> None:
    """What the jobs do then."""
    with clock.at(clock.now() + timedelta(**span)):
        await run_errands(database)


async def started(database: Database, fake: Fakes) -> Ground:
    """It can be paid: the payer has opened what she was given."""
    at = await wished(database, fake)
    await later(database)
    payment = await kept(database, at)
    assert (payment.status, payment.unknown) == ("started", False)
    assert payment.url or payment.qr
    if isinstance(fake, FakeAlipay):
        fake.open(payment.url)
    return at


def number(at: Ground) -> str:
    return at.payment.payment_id.hex


async def told(client: Client, fake: Fakes, sent: Sent) -> int:
    """The provider sends a notice: our answer's status."""
    answer = await client.post(f"/api/v1/notices/{fake.name}", content=sent.body, headers=dict(sent.headers))
    if answer.status_code == 200:
        expected = {"wechat": '{"code":"SUCCESS"}', "alipay": "success", "stripe": ""}
        assert answer.text == expected[fake.name]
    return answer.status_code


async def paid(client: Client, database: Database, fake: Fakes) -> Ground:
    """Paid, and the notice has come."""
    at = await started(database, fake)
    assert await told(client, fake, fake.pay(number(at))) == 200
    assert (await kept(database, at)).status == "captured"
    return at


async def refunding(database: Database, at: Ground, amount: int, key: str = "k") -> UUID:
    """A refund is asked for."""
    async with database.write() as db:
        source = Account(at.shop.merchant_id, "received")
        return await refund(db, RefundWish(at.shop.merchant_id, at.payment.payment_id, amount, source, "unused", None, key))


async def refunds(database: Database, at: Ground) -> list[RefundRow]:
    async with database.read() as db:
        return await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)


async def ended_refund(client: Client, database: Database, fake: Fakes, refund_id: UUID) -> None:
    """Let the jobs ask, and the provider tell how it went."""
    await later(database)
    await told(client, fake, fake.refund_notice(refund_id.hex))


@pytest.fixture(autouse=True)
async def _books_are_right(database: Database) -> object:
    yield
    async with database.read() as db:
        assert await invariants(db) == []


async def test_paid_and_told(client: Client, database: Database, fake: Fakes) -> None:
    at = await paid(client, database, fake)
    payment = await kept(database, at)
    assert (payment.captured, payment.currency) == (2500, fake.currency)
    async with database.read() as db:
        [capture] = await captures_of(db, at.shop.merchant_id, at.payment.payment_id)
    assert (capture.amount, capture.surplus) == (2500, "")


async def test_one_capture_however_often_it_is_told(client: Client, database: Database, fake: Fakes) -> None:
    at = await started(database, fake)
    first = fake.pay(number(at))
    again = fake.notice(number(at))  # another notice of the same payment: other number, other signature
    assert [await told(client, fake, sent) for sent in (first, first, again, first, again)] == [200] * 5
    await later(database, minutes=1)
    assert (await kept(database, at)).captured == 2500


async def test_the_page_leads_there(client: Client, database: Database, fake: Fakes) -> None:
    """By a code to scan or a link, and back here."""
    at = await started(database, fake)
    payment = await kept(database, at)
    page = await client.get(payment.page, headers={"cookie": f"shuke_session={at.guest.token}"})
    assert page.status_code == 200
    assert ('role="img"' in page.text) == bool(payment.qr)
    assert not payment.url or str(escape(payment.url)) in page.text
    assert "no money moves" not in page.text.lower()
    gone = {"wechat": "weixin://", "alipay": fake.server.url, "stripe": "https://checkout.stripe.com/"}[fake.name]
    assert (payment.url or payment.qr).startswith(gone)


@pytest.mark.race
@pytest.mark.row("3.4")
async def test_a_notice_twenty_times_at_once(client: Client, database: Database, fake: Fakes) -> None:
    """While it is asked about as well."""
    at = await started(database, fake)
    first = fake.pay(number(at))
    again = fake.notice(number(at))
    asked = asyncio.create_task(later(database, seconds=30))
    answers = await asyncio.gather(*(told(client, fake, sent) for sent in [first, again] * 10))
    await asked
    assert set(answers) == {200}
    assert (await kept(database, at)).captured == 2500


async def test_a_forged_notice_changes_nothing(client: Client, database: Database, fake: Fakes) -> None:
    at, other = await started(database, fake), await started(database, fake)
    right = fake.pay(number(at))
    for forged in (
        Sent({}, right.body.replace(b"sign=", b"sine=")),
        Sent(right.headers, b""),
        Sent(right.headers, b"{}"),
        Sent(right.headers, right.body.replace(number(at).encode(), number(other).encode())),
        Sent(right.headers, right.body.replace(b"25.00", b"25.01").replace(b"2500", b"2501").replace(b"nonce", b"nonse")),
        Sent(right.headers, right.body + b"&more=1"),
        Sent(right.headers, right.body + b"\xff"),
        Sent({name: value.replace("a", "b") for name, value in right.headers.items()}, right.body.replace(b"sign", b"sing")),
    ):
        if forged == right:
            continue
        assert await told(client, fake, forged) == 401, forged
    assert [(await kept(database, one)).captured for one in (at, other)] == [0, 0]
    assert await told(client, fake, right) == 200


async def test_a_notice_that_is_lost_is_repaired_by_asking(database: Database, fake: Fakes) -> None:
    at = await started(database, fake)
    fake.pay(number(at))
    await later(database, seconds=30)
    assert (await kept(database, at)).status == "captured"


async def test_a_notice_may_be_late_and_out_of_order(client: Client, database: Database, fake: Fakes) -> None:
    at = await started(database, fake)
    late = fake.pay(number(at))
    await later(database, seconds=30)  # asked meanwhile
    refund_id = await refunding(database, at, 2500)
    await later(database)
    about_refund = fake.refund_notice(refund_id.hex)
    assert await told(client, fake, about_refund) == 200
    assert await told(client, fake, late) == 200  # the money had come before it went
    assert await told(client, fake, about_refund) == 200
    payment = await kept(database, at)
    assert (payment.status, payment.captured, payment.refunded) == ("captured", 2500, 2500)
    [back] = await refunds(database, at)
    assert back.status == "succeeded"


@pytest.mark.parametrize("mood", ["away", "hangs", "breaks", "garbles", "loses"])
@pytest.mark.row("11.6")
async def test_a_provider_in_trouble(database: Database, fake: Fakes, mood: Mood | str) -> None:
    """Nothing is guessed while it lasts; afterwards everything is as if nothing had been."""

    def trouble() -> None:
        if mood == "away":
            fake.server.leave()
        else:
            fake.server.mood = msgspec.convert(mood, Mood)

    def mended() -> None:
        if mood == "away":
            fake.server.come()
        fake.server.mood = "fine"

    trouble()
    at = await wished(database, fake)
    await later(database)
    payment = await kept(database, at)
    if not isinstance(fake, FakeAlipay):  # whose address needs nobody
        assert (payment.status, payment.unknown) == ("created", True)
    mended()
    await later(database, seconds=20)
    payment = await kept(database, at)
    assert (payment.status, payment.unknown) == ("started", False)
    if isinstance(fake, FakeAlipay):
        fake.open(payment.url)
    fake.pay(number(at))
    trouble()
    await later(database, seconds=60)
    payment = await kept(database, at)
    assert (payment.status, payment.unknown) == ("started", True)
    mended()
    await later(database, minutes=4)
    assert (await kept(database, at)).status == "captured"
    trouble()
    await refunding(database, at, 1000)
    await later(database, minutes=4)
    [back] = await refunds(database, at)
    assert (back.status, back.unknown) == ("requested", True)
    mended()
    for minutes in (9, 90, 900):
        if not isinstance(fake, FakeAlipay):
            for one in fake.refunds.values():
                one.status = fake.settles_refunds
        await later(database, minutes=minutes)
    [back] = await refunds(database, at)
    assert (back.status, back.unknown) == ("succeeded", False)
    assert fake.refunded(number(at)) == 1000


@pytest.mark.row("4.5")
async def test_refunds_in_parts(client: Client, database: Database, fake: Fakes) -> None:
    at = await paid(client, database, fake)
    for key, amount in (("a", 1000), ("b", 1), ("c", 1499)):
        await ended_refund(client, database, fake, await refunding(database, at, amount, key))
    assert [(one.status, one.amount) for one in await refunds(database, at)] == [
        ("succeeded", 1000),
        ("succeeded", 1),
        ("succeeded", 1499),
    ]
    assert fake.refunded(number(at)) == 2500
    await later(database, minutes=30)
    assert (await kept(database, at)).captured == 2500


@pytest.mark.row("4.5")
async def test_a_refund_that_is_refused_may_be_tried_again(client: Client, database: Database, fake: Fakes) -> None:
    at = await paid(client, database, fake)
    fake.balance = 100
    refund_id = await refunding(database, at, 2500)
    await later(database)
    [back] = await refunds(database, at)
    assert (back.status, fake.refunded(number(at))) == ("failed", 0)
    fake.balance = 2500
    async with database.write() as db:
        await try_again(db, at.shop.merchant_id, refund_id)
    await ended_refund(client, database, fake, refund_id)
    [back] = await refunds(database, at)
    assert (back.status, fake.refunded(number(at))) == ("succeeded", 2500)


@pytest.mark.row("4.5")
async def test_a_refund_that_fails_later(client: Client, database: Database, fake: Fakes) -> None:
    if isinstance(fake, FakeAlipay):
        return  # says at once how it went
    at = await paid(client, database, fake)
    fake.settles_refunds = "CLOSED" if isinstance(fake, FakeWeChat) else "failed"
    refund_id = await refunding(database, at, 2500)
    await ended_refund(client, database, fake, refund_id)
    [back] = await refunds(database, at)
    assert back.status == "failed"
    fake.settles_refunds = "SUCCESS" if isinstance(fake, FakeWeChat) else "succeeded"
    async with database.write() as db:
        await try_again(db, at.shop.merchant_id, refund_id)
    await ended_refund(client, database, fake, refund_id)
    [back] = await refunds(database, at)
    assert (back.status, fake.refunded(number(at))) == ("succeeded", 2500)
    assert len(fake.refunds) == 2


async def test_nobody_pays_in_time(database: Database, fake: Fakes) -> None:
    at = await started(database, fake)
    await later(database, minutes=16)
    payment = await kept(database, at)
    assert (payment.status, payment.why) == ("ended", "timed_out")
    assert fake.is_closed(number(at))


async def test_never_opened_and_given_up(database: Database, fake: Fakes) -> None:
    at = await wished(database, fake)
    await later(database)
    async with database.write() as db:
        await cancel(db, at.shop.merchant_id, at.payment.payment_id)
    await later(database, seconds=1)
    payment = await kept(database, at)
    assert (payment.status, payment.why) == ("ended", "cancelled")


async def test_closing_races_with_paying(client: Client, database: Database, fake: Fakes) -> None:
    """Paid a moment before our time was over, told a moment after."""
    at = await started(database, fake)
    notice = fake.pay(number(at))
    await later(database, minutes=16)
    assert (await kept(database, at)).status == "captured"
    assert await told(client, fake, notice) == 200
    assert (await kept(database, at)).captured == 2500


async def test_money_that_comes_too_late_goes_back(client: Client, database: Database, fake: Fakes) -> None:
    """The provider lost our closing, so that somebody could still pay."""
    at = await started(database, fake)
    await later(database, minutes=16)
    if isinstance(fake, FakeWeChat):
        fake.orders[number(at)].state = "NOTPAY"
    elif isinstance(fake, FakeAlipay):
        fake.trades[number(at)].status = "WAIT_BUYER_PAY"
    else:
        fake.session_of(number(at)).status = "open"
    assert await told(client, fake, fake.pay(number(at))) == 200
    [back] = await refunds(database, at)
    assert back.reason == "late"
    await ended_refund(client, database, fake, back.refund_id)
    payment = await kept(database, at)
    assert (payment.status, payment.captured, payment.refunded) == ("ended", 2500, 2500)
    assert fake.refunded(number(at)) == 2500


async def test_a_wrong_amount_goes_back(client: Client, database: Database, fake: Fakes) -> None:
    at = await started(database, fake)
    assert await told(client, fake, fake.pay(number(at), 2400)) == 200
    payment: Payment = await kept(database, at)
    assert (payment.status, payment.captured, payment.refunded) == ("ended", 2400, 2400)
