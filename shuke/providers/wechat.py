"""WeChat Pay v3, by wechatpayv3: a code to scan (Native), or on a phone a page that opens WeChat (H5). Chinese yuan only."""

import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from wechatpayv3 import WeChatPayType

from shuke.payments import Forged, Found, Notice, Payment, RefundFound, RefundRow, RefundState, Started, State
from shuke.providers.line import Line
from shuke.providers.numbers import number_of
from shuke.providers.settings import notices_at, setting
from shuke.providers.wechat_client import Client, Reply, Told, reply_to

BEIJING = ZoneInfo("Asia/Shanghai")
TOLERANCE = 300  # seconds that the time of a notice may be off: a notice sent again is signed anew
REFUND_STATES: dict[str, RefundState] = {
    "SUCCESS": "succeeded",
    "CLOSED": "failed",
    "PROCESSING": "pending",
    "ABNORMAL": "pending",  # the payer's bank would not have it: the operator ends it in WeChat's back office
}


class _Envelope(msgspec.Struct, frozen=True):
    """What is around the sealed part of a notice."""

    id: str


class WeChat:
    """The adapter."""

    name = "wechat"
    accepted = '{"code":"SUCCESS"}'

    def __init__(self) -> None:
        self._line = Line(self.name)
        self._making = threading.Lock()
        self._made: Client | None = None

    async def start(self, payment: Payment, notify_url: str, return_url: str) -> Started:
        reply = await self._ask(lambda client: _order(client, payment, notify_url))
        if reply is None or reply.temporary or reply.told.code == "ORDERPAID":
            return Started(None, None, "", "unknown")
        if not reply.fine:
            return Started(None, None, "", "failed")
        page = f"{reply.told.h5_url}&redirect_url={quote(return_url, safe='')}" if reply.told.h5_url else None
        return Started(page, reply.told.code_url or None, "")

    async def query(self, payment: Payment) -> Found:
        reply = await self._ask(lambda client: client.query(out_trade_no=payment.payment_id.hex))
        if reply is not None and reply.status == 404:
            return Found("ended")
        return Found("unknown") if reply is None or not reply.fine else _found(reply.told)

    async def close(self, payment: Payment) -> Found:
        reply = await self._ask(lambda client: client.close(payment.payment_id.hex))
        if reply is not None and reply.fine:
            return Found("ended")
        found = await self.query(payment)  # somebody may have been faster
        return Found("unknown") if found.state == "pending" else found

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        amount: dict[str, int | str] = {"refund": refund.amount, "total": payment.amount, "currency": "CNY"}
        reply = await self._ask(
            lambda client: client.refund(
                _refund_number(refund),
                amount,
                out_trade_no=payment.payment_id.hex,
                reason=refund.reason[:80],
                notify_url=notices_at(self.name),
            )
        )
        if reply is not None and not reply.fine and not reply.temporary:
            return RefundFound("failed")
        return _refund_found(reply)

    async def query_refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        return _refund_found(await self._ask(lambda client: client.query_refund(_refund_number(refund))))

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        read = await self._line.ask(lambda: _opened(self._client(), dict(headers), body))
        if read is None:
            raise Forged
        envelope, told = read
        merchant_id = number_of(told.attach)
        if told.out_refund_no:
            state: State | RefundState
            state = REFUND_STATES.get(told.refund_status, "unknown")
            refund_id, reference = number_of(told.out_refund_no), told.refund_id
            merchant_id = _from_short(told.out_refund_no[32:54])
        else:
            state, refund_id, reference = _found(told).state, None, told.transaction_id
        return Notice(
            envelope.id,
            merchant_id,
            number_of(told.out_trade_no),
            refund_id,
            state,
            reference,
            told.amount.total,
            told.amount.currency,
        )

    async def _ask(self, call: Callable[[Client], tuple[int, str | bytes]]) -> Reply | None:
        reply = await self._line.ask(lambda: reply_to(lambda: call(self._client())))
        if reply is not None and not reply.fine:
            self._line.refused(reply.told.code)
        return reply

    def _client(self) -> Client:
        """Made in a thread when first needed: it reads files, and may download certificates."""
        with self._making:
            self._made = self._made or Client()
            return self._made


def from_settings() -> WeChat:
    """The adapter for what the environment says."""
    return WeChat()


def _order(client: Client, payment: Payment, notify_url: str) -> tuple[int, str | bytes]:
    """The same order again gives the same code: nothing in it depends on the moment."""
    scene: dict[str, str | dict[str, str]] = {"payer_client_ip": payment.phone, "h5_info": {"type": "Wap"}}
    return client.pay(
        payment.title[:127],
        payment.payment_id.hex,
        {"total": payment.amount, "currency": "CNY"},
        time_expire=payment.until.astimezone(BEIJING).isoformat(timespec="seconds"),
        attach=payment.merchant_id.hex,
        scene_info=scene if payment.phone else None,
        notify_url=notify_url,
        pay_type=WeChatPayType.H5 if payment.phone else WeChatPayType.NATIVE,
    )


def _found(told: Told) -> Found:
    if told.trade_state in ("SUCCESS", "REFUND"):  # REFUND: paid, and some of it sent back since
        return Found("captured", told.transaction_id, told.amount.total, told.amount.currency)
    return Found("ended" if told.trade_state in ("CLOSED", "REVOKED") else "pending")


def _refund_number(refund: RefundRow) -> str:
    """The refund's number, its merchant's, and the try: what WeChat tells of a refund has no other place for the merchant.

    One that WeChat has closed can't be asked for by the same number again.
    """
    return f"{refund.refund_id.hex}{_short(refund.merchant_id)}{refund.tries if refund.tries > 1 else ''}"


def _short(number: UUID) -> str:
    """22 characters."""
    return urlsafe_b64encode(number.bytes).decode().rstrip("=")


def _from_short(text: str) -> UUID | None:
    try:
        return UUID(bytes=urlsafe_b64decode(f"{text}=="))
    except ValueError:
        return None


def _refund_found(reply: Reply | None) -> RefundFound:
    if reply is None or not reply.fine:
        return RefundFound("unknown")
    return RefundFound(REFUND_STATES.get(reply.told.status, "unknown"), reply.told.refund_id)


def _opened(client: Client, headers: dict[str, str], body: bytes) -> tuple[_Envelope, Told] | None:
    """The notice verified and unsealed; None when it is not from WeChat, not for us, or too old."""
    if abs(time.time() - float(headers.get("wechatpay-timestamp", "0"))) > TOLERANCE:
        return None
    opened = client.decrypt_callback(headers, body)
    if not opened:
        return None
    told = msgspec.json.decode(opened, type=Told)
    if told.mchid != setting("wechat", "MCHID"):
        return None
    return msgspec.json.decode(body, type=_Envelope), told
