"""WeChat Pay v3 as its documents describe it: checks each request's signature, signs each answer, seals each notice."""

import base64
import json
import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.providers.keys import certificate, certificate_pem, private_pem, public_pem
from tests.providers.server import Call, Fake, Said, Sent

MCHID, APPID, SERIAL, APIV3_KEY = "1900000109", "wxd678efh567hg6787", "444F4864EA9B34415E", "k" * 32
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000001092024110800"
ORDERS = "/v3/pay/transactions/out-trade-no/"
REFUNDS = "/v3/refund/domestic/refunds"


class Total(msgspec.Struct):
    total: int
    currency: str
    refund: int = 0


class NewOrder(msgspec.Struct):
    """What an order must have."""

    appid: str
    mchid: str
    description: str
    out_trade_no: str
    notify_url: str
    amount: Total
    time_expire: str
    attach: str
    scene_info: dict[str, object] | None = None


class NewRefund(msgspec.Struct):
    """What a refund must have."""

    out_refund_no: str
    out_trade_no: str
    amount: Total
    notify_url: str
    reason: str = ""


class Order(msgspec.Struct):
    asked: NewOrder
    kind: str
    state: str = "NOTPAY"
    transaction_id: str = ""


class Refund(msgspec.Struct):
    asked: NewRefund
    refund_id: str
    status: str = "PROCESSING"


class FakeWeChat:
    """The other side. `by_certificate`: it signs with a platform certificate, which it hands out sealed, instead of its public key."""

    name = "wechat"
    currency = "CNY"

    def __init__(self, shop_key: rsa.RSAPrivateKey, own_key: rsa.RSAPrivateKey, folder: Path) -> None:
        self.shop_key, self.own_key = shop_key, own_key
        self.certificate = certificate(own_key, "Platform")
        self.by_certificate = False
        self.orders: dict[str, Order] = {}
        self.refunds: dict[str, Refund] = {}
        self.balance = 10**9
        self.settles_refunds = "SUCCESS"
        self.server = Fake(self.answer)
        self._folder = folder

    def settings(self) -> dict[str, str]:
        """What an operator sets for it."""
        key, public = self._folder / "apiclient_key.pem", self._folder / "pub_key.pem"
        key.write_text(private_pem(self.shop_key))
        public.write_text(public_pem(self.own_key))
        given = {
            "APPID": APPID,
            "MCHID": MCHID,
            "SERIAL": SERIAL,
            "KEY_FILE": str(key),
            "APIV3_KEY": APIV3_KEY,
            "URL": self.server.url,
        }
        if not self.by_certificate:
            given |= {"PUBLIC_KEY_FILE": str(public), "PUBLIC_KEY_ID": PUBLIC_KEY_ID}
        return {f"SHUKE_WECHAT_{name}": value for name, value in given.items()}

    @property
    def serial(self) -> str:
        return f"{self.certificate.serial_number:X}" if self.by_certificate else PUBLIC_KEY_ID

    # what a payer or the operator does there

    def pay(self, payment: str, amount: int | None = None) -> Sent:
        """The payer pays; the notice of it."""
        order = self.orders[payment]
        assert order.state == "NOTPAY", order.state
        if amount is not None:
            order.asked.amount.total = amount
        order.state, order.transaction_id = "SUCCESS", f"42000{secrets.randbelow(10**23):023}"
        return self.notice(payment)

    def notice(self, payment: str) -> Sent:
        """The notice that a payment was made."""
        return self.seal("TRANSACTION.SUCCESS", "transaction", self.told(self.orders[payment]))

    def refund_notice(self, number: str) -> Sent:
        """The notice of how a refund ended."""
        refund = self.refund_of(number)
        refund.status = self.settles_refunds
        told: dict[str, object] = {
            "mchid": MCHID,
            "out_trade_no": refund.asked.out_trade_no,
            "transaction_id": self.orders[refund.asked.out_trade_no].transaction_id,
            "out_refund_no": refund.asked.out_refund_no,
            "refund_id": refund.refund_id,
            "refund_status": refund.status,
            "amount": {"total": refund.asked.amount.total, "refund": refund.asked.amount.refund},
        }
        return self.seal(f"REFUND.{refund.status}", "refund", told)

    def refund_of(self, number: str) -> Refund:
        """The last refund whose number begins with ours."""
        return [refund for key, refund in self.refunds.items() if key.startswith(number)][-1]

    def refunded(self, payment: str) -> int:
        """How much of it has gone back or is on its way."""
        of_it = [one for one in self.refunds.values() if one.asked.out_trade_no == payment and one.status != "CLOSED"]
        return sum(one.asked.amount.refund for one in of_it)

    def is_closed(self, payment: str) -> bool:
        return self.orders[payment].state == "CLOSED"

    # the server

    def seal(self, event: str, kind: str, told: dict[str, object]) -> Sent:
        """A notice, encrypted for the shop and signed."""
        nonce = secrets.token_hex(6)
        sealed = AESGCM(APIV3_KEY.encode()).encrypt(nonce.encode(), json.dumps(told).encode(), kind.encode())
        body = json.dumps(
            {
                "id": secrets.token_hex(18),
                "create_time": datetime.now(UTC).isoformat(timespec="seconds"),
                "resource_type": "encrypt-resource",
                "event_type": event,
                "summary": "支付成功",
                "resource": {
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(sealed).decode(),
                    "associated_data": kind,
                    "nonce": nonce,
                    "original_type": kind,
                },
            },
            ensure_ascii=False,
        ).encode()
        return self.signed(body)

    def signed(self, body: bytes, at: float | None = None) -> Sent:
        """With the headers that WeChat signs by."""
        stamp, nonce = str(int(time.time() if at is None else at)), secrets.token_hex(16)
        text = f"{stamp}\n{nonce}\n{body.decode()}\n".encode()
        signature = self.own_key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "wechatpay-timestamp": stamp,
            "wechatpay-nonce": nonce,
            "wechatpay-signature": base64.b64encode(signature).decode(),
            "wechatpay-serial": self.serial,
            "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
            "content-type": "application/json; charset=utf-8",
        }
        return Sent(headers, body)

    def answer(self, call: Call) -> Said:
        if not self._is_from_shop(call):
            return _no(401, "SIGN_ERROR")
        if not self.by_certificate and call.headers.get("wechatpay-serial") != PUBLIC_KEY_ID:
            return _no(400, "PARAM_ERROR")
        said = self._answer(call)
        if said.status >= 300:
            return said
        signed = self.signed(said.body)
        return Said(said.status, said.body, signed.headers)

    def _is_from_shop(self, call: Call) -> bool:
        kind, _, rest = call.headers.get("authorization", "").partition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        if kind != "WECHATPAY2-SHA256-RSA2048" or (given.get("mchid"), given.get("serial_no")) != (MCHID, SERIAL):
            return False
        if abs(time.time() - int(given["timestamp"])) > 300:
            return False
        text = f"{call.method}\n{call.target}\n{given['timestamp']}\n{given['nonce_str']}\n{call.body.decode()}\n"
        try:
            self.shop_key.public_key().verify(
                base64.b64decode(given["signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            return False
        return True

    def _answer(self, call: Call) -> Said:
        if call.path.startswith("/v3/pay/transactions/") and call.path.rsplit("/", 1)[-1] in ("native", "h5"):
            return self._order(call.path.rsplit("/", 1)[-1], msgspec.json.decode(call.body, type=NewOrder))
        if call.path.startswith(ORDERS) and call.path.endswith("/close"):
            return self._close(call.path.removeprefix(ORDERS).removesuffix("/close"))
        if call.path.startswith(ORDERS):
            assert parse_qs(urlsplit(call.target).query) == {"mchid": [MCHID]}
            order = self.orders.get(call.path.removeprefix(ORDERS))
            return _no(404, "ORDER_NOT_EXIST") if order is None else _yes(self.told(order))
        if call.path == REFUNDS:
            return self._refund(msgspec.json.decode(call.body, type=NewRefund))
        if call.path.startswith(REFUNDS):
            refund = self.refunds.get(call.path.removeprefix(f"{REFUNDS}/"))
            return _no(404, "RESOURCE_NOT_EXISTS") if refund is None else _yes(_refund_told(refund))
        if call.path == "/v3/certificates" and self.by_certificate:
            return self._certificates()
        return _no(404, "NOT_FOUND")

    def _order(self, kind: str, asked: NewOrder) -> Said:
        valid = (
            re.fullmatch(r"[0-9A-Za-z_\-|*]{6,32}", asked.out_trade_no)
            and (asked.appid, asked.mchid, asked.amount.currency) == (APPID, MCHID, "CNY")
            and 0 < len(asked.description) <= 127
            and len(asked.attach) <= 128
            and "?" not in asked.notify_url
            and datetime.fromisoformat(asked.time_expire).utcoffset() == timedelta(hours=8)
            and (kind == "native" or (asked.scene_info or {}).get("h5_info") == {"type": "Wap"})
        )
        if not valid or asked.amount.total < 1:
            return _no(400, "PARAM_ERROR")
        earlier = self.orders.get(asked.out_trade_no)
        if earlier is not None and earlier.state in ("SUCCESS", "CLOSED"):
            return _no(400, "ORDERPAID" if earlier.state == "SUCCESS" else "ORDER_CLOSED")
        if earlier is not None and (earlier.asked, earlier.kind) != (asked, kind):
            return _no(400, "INVALID_REQUEST")
        self.orders[asked.out_trade_no] = earlier or Order(asked, kind)
        if kind == "h5":
            return _yes({"h5_url": f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={asked.out_trade_no}"})
        return _yes({"code_url": f"weixin://wxpay/bizpayurl?pr={asked.out_trade_no[-8:]}"})

    def told(self, order: Order) -> dict[str, object]:
        """An order as it stands."""
        told: dict[str, object] = {
            "appid": APPID,
            "mchid": MCHID,
            "out_trade_no": order.asked.out_trade_no,
            "trade_state": order.state,
            "trade_state_desc": "支付状态",
            "attach": order.asked.attach,
        }
        if order.transaction_id:
            told |= {
                "transaction_id": order.transaction_id,
                "trade_type": "NATIVE",
                "amount": {"total": order.asked.amount.total, "currency": "CNY", "payer_total": order.asked.amount.total},
            }
        return told

    def _close(self, number: str) -> Said:
        order = self.orders.get(number)
        if order is None:
            return _no(404, "ORDER_NOT_EXIST")
        if order.state != "NOTPAY":
            return _no(400, "ORDERPAID" if order.state == "SUCCESS" else "ORDER_CLOSED")
        order.state = "CLOSED"
        return Said(204)

    def _refund(self, asked: NewRefund) -> Said:
        order = self.orders.get(asked.out_trade_no)
        if order is None or not order.transaction_id:
            return _no(404, "RESOURCE_NOT_EXISTS")
        if not re.fullmatch(r"[0-9A-Za-z_\-|*@]{1,64}", asked.out_refund_no) or len(asked.reason) > 80:
            return _no(400, "PARAM_ERROR")
        earlier = self.refunds.get(asked.out_refund_no)
        if earlier is None:
            left = order.asked.amount.total - self.refunded(asked.out_trade_no)
            if asked.amount.total != order.asked.amount.total or asked.amount.refund > left:
                return _no(400, "INVALID_REQUEST")
            if asked.amount.refund > self.balance:
                return _no(403, "NOT_ENOUGH")
            earlier = self.refunds[asked.out_refund_no] = Refund(asked, f"50{secrets.randbelow(10**26):026}")
            order.state = "REFUND"
        return _yes(_refund_told(earlier))

    def _certificates(self) -> Said:
        nonce = secrets.token_hex(6)
        sealed = AESGCM(APIV3_KEY.encode()).encrypt(nonce.encode(), certificate_pem(self.certificate).encode(), b"certificate")
        one = {
            "serial_no": self.serial,
            "effective_time": "2026-01-01T00:00:00+08:00",
            "expire_time": "2031-01-01T00:00:00+08:00",
            "encrypt_certificate": {
                "algorithm": "AEAD_AES_256_GCM",
                "nonce": nonce,
                "associated_data": "certificate",
                "ciphertext": base64.b64encode(sealed).decode(),
            },
        }
        return _yes({"data": [one]})


def _refund_told(refund: Refund) -> dict[str, object]:
    return {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.asked.out_refund_no,
        "out_trade_no": refund.asked.out_trade_no,
        "status": refund.status,
        "amount": {
            "total": refund.asked.amount.total,
            "refund": refund.asked.amount.refund,
            "currency": refund.asked.amount.currency,
        },
    }


def _yes(told: dict[str, object]) -> Said:
    return Said(200, json.dumps(told, ensure_ascii=False).encode(), {"content-type": "application/json; charset=utf-8"})


def _no(status: int, code: str) -> Said:
    return Said(status, json.dumps({"code": code, "message": code}).encode(), {"content-type": "application/json"})
