"""Alipay, by python-alipay-sdk: its cashier's page, on a phone the one that opens the app. Chinese yuan only."""

import threading
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from shuke.kit import clock
from shuke.kit.money import parse
from shuke.payments import Forged, Found, Notice, Payment, RefundFound, RefundRow, RefundState, Started, State
from shuke.providers.alipay_client import BEIJING, CLOCK, Client, Told, told
from shuke.providers.line import Line
from shuke.providers.numbers import number_of
from shuke.providers.settings import setting

NO_TRADE = "ACQ.TRADE_NOT_EXIST"
_NOT_IN_SUBJECT = str.maketrans("/=&", "   ")


class Alipay:
    """The adapter."""

    name = "alipay"
    accepted = "success"

    def __init__(self) -> None:
        self._line = Line(self.name)
        self._making = threading.Lock()
        self._made: Client | None = None

    async def start(self, payment: Payment, notify_url: str, return_url: str) -> Started:
        """A signed address: nobody is asked. Alipay hears of it when the payer opens it."""
        url = await self._line.ask(lambda: _address(self._client(), payment, notify_url, return_url))
        return Started(None, None, "", "unknown") if url is None else Started(url, None, "")

    async def query(self, payment: Payment) -> Found:
        answer = await self._ask(lambda alipay: alipay.api_alipay_trade_query(payment.payment_id.hex))
        if answer is not None and answer.sub_code == NO_TRADE:
            # not opened yet; once the address has run out, it can't be any more
            return Found("pending" if clock.now() < payment.until else "ended")
        return Found("unknown") if answer is None or not answer.fine else _found(answer)

    async def close(self, payment: Payment) -> Found:
        answer = await self._ask(lambda alipay: alipay.api_alipay_trade_close(payment.payment_id.hex))
        if answer is not None and (answer.fine or answer.sub_code == NO_TRADE):
            return Found("ended")
        found = await self.query(payment)  # somebody may have been faster
        return Found("unknown") if found.state == "pending" else found

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        """The same number again never pays twice; that no money moved this time (`fund_change`) says nothing of the time before."""
        answer = await self._ask(
            lambda alipay: alipay.api_alipay_trade_refund(
                _yuan(refund.amount),
                payment.payment_id.hex,
                out_request_no=refund.refund_id.hex,
                refund_reason=refund.reason[:256],
            )
        )
        if answer is None:
            return RefundFound("unknown")
        if answer.fine and answer.fund_change == "Y":
            return RefundFound("succeeded", refund.refund_id.hex)
        if not answer.fine and not answer.temporary:
            return RefundFound("failed")
        return await self.query_refund(refund, payment)

    async def query_refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        answer = await self._ask(
            lambda alipay: alipay.api_alipay_trade_fastpay_refund_query(
                refund.refund_id.hex, out_trade_no=payment.payment_id.hex
            )
        )
        done = answer is not None and answer.fine and answer.refund_status == "REFUND_SUCCESS"
        return RefundFound("succeeded", refund.refund_id.hex) if done else RefundFound("unknown")

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """A form. One about a refund names the refund's number beside the trade's state."""
        fields = await self._line.ask(lambda: _verified(self._client(), body))
        if fields is None:
            raise Forged
        merchant_id, payment_id = number_of(fields.get("passback_params", "")), number_of(fields.get("out_trade_no", ""))
        about_refund = "gmt_refund" in fields or "refund_fee" in fields
        refund_id = number_of(fields.get("out_biz_no", "")) if about_refund else None
        found = _found(
            Told(
                trade_no=fields.get("trade_no", ""),
                trade_status=fields.get("trade_status", ""),
                total_amount=fields.get("total_amount", ""),
                send_pay_date=fields.get("gmt_payment", ""),
            )
        )
        state: State | RefundState = found.state
        reference = found.provider_ref
        if refund_id is not None:
            state, reference = "succeeded", refund_id.hex
        return Notice(
            fields.get("notify_id", ""), merchant_id, payment_id, refund_id, state, reference, found.amount, found.currency
        )

    async def _ask(self, call: Callable[[Client], dict[str, object]]) -> Told | None:
        answer = await self._line.ask(lambda: told(call(self._client())))
        if answer is not None and not answer.fine and answer.sub_code != NO_TRADE:
            self._line.refused(answer.sub_code or answer.code)
        return answer

    def _client(self) -> Client:
        """Made in a thread when first needed: it reads files."""
        with self._making:
            self._made = self._made or Client()
            return self._made


def from_settings() -> Alipay:
    """The adapter for what the environment says."""
    return Alipay()


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _address(alipay: Client, payment: Payment, notify_url: str, return_url: str) -> str:
    """Where to pay, until the payment's time is over. Signed with everything in it, so that nobody can change the price."""
    page = alipay.api_alipay_trade_wap_pay if payment.phone else alipay.api_alipay_trade_page_pay
    query = page(
        payment.title.translate(_NOT_IN_SUBJECT)[:256],
        payment.payment_id.hex,
        _yuan(payment.amount),
        return_url,
        notify_url,
        time_expire=payment.until.astimezone(BEIJING).strftime(CLOCK),
        passback_params=payment.merchant_id.hex,
    )
    return f"{alipay.gateway}?{query}"


def _found(trade: Told) -> Found:
    """A trade that is closed may have been paid, and sent back in full since."""
    paid = trade.trade_status in ("TRADE_SUCCESS", "TRADE_FINISHED")
    if paid or (trade.trade_status == "TRADE_CLOSED" and trade.send_pay_date):
        amount = parse(trade.total_amount, "CNY")
        return Found("unknown") if amount is None else Found("captured", trade.trade_no, amount, "CNY")
    return Found("ended" if trade.trade_status == "TRADE_CLOSED" else "pending")


def _verified(alipay: Client, body: bytes) -> dict[str, str] | None:
    """The form's fields; None when Alipay has not signed them, or they are meant for another application or seller."""
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signature = fields.pop("sign", "")
    if not signature or not alipay.verify(fields, signature):
        return None
    seller = setting("alipay", "SELLER_ID")
    if fields.get("app_id") != setting("alipay", "APP_ID") or (seller and fields.get("seller_id") != seller):
        return None
    return fields
