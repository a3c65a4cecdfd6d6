"""Alipay's gateway as its documents describe it: RSA2 both ways, a cashier's page that makes the trade, notices as signed forms."""

import base64
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.providers.keys import certificate, certificate_pem, private_pem, public_pem
from tests.providers.server import Call, Fake, Said, Sent

APP_ID, SELLER_ID = "2021000118634035", "2088102181115314"
BEIJING = ZoneInfo("Asia/Shanghai")
CLOCK = "%Y-%m-%d %H:%M:%S"
PAGES = {"alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY", "alipay.trade.wap.pay": "QUICK_WAP_PAY"}


class Business(msgspec.Struct):
    """What a call is about."""

    out_trade_no: str
    subject: str = ""
    total_amount: str = ""
    product_code: str = ""
    time_expire: str = ""
    passback_params: str = ""
    out_request_no: str = ""
    refund_amount: str = ""
    refund_reason: str = ""


class Trade(msgspec.Struct):
    asked: Business
    notify_url: str
    return_url: str
    trade_no: str
    status: str = "WAIT_BUYER_PAY"
    paid_at: str = ""
    refunds: dict[str, str] = {}

    @property
    def refunded(self) -> int:
        return sum(fen(amount) for amount in self.refunds.values())


def fen(yuan: str) -> int:
    """Hundredths of an amount with two decimals."""
    assert re.fullmatch(r"[0-9]{1,9}\.[0-9]{2}", yuan), yuan
    return int(yuan.replace(".", ""))


class FakeAlipay:
    """The other side. `by_certificate`: both sides use certificates, and each call must name their serial numbers."""

    name = "alipay"
    currency = "CNY"

    def __init__(self, shop_key: rsa.RSAPrivateKey, own_key: rsa.RSAPrivateKey, folder: Path) -> None:
        self.shop_key, self.own_key = shop_key, own_key
        self.shop_certificate, self.certificate = certificate(shop_key, "Shop"), certificate(own_key, "Alipay")
        self.by_certificate = False
        self.trades: dict[str, Trade] = {}
        self.balance = 10**9
        self.silent_refunds = False
        self.server = Fake(self.answer)
        self._folder = folder

    @property
    def gateway(self) -> str:
        return f"{self.server.url}/gateway.do"

    def settings(self) -> dict[str, str]:
        """What an operator sets for it. The keys are bare base64, as Alipay's tool writes them."""
        files = {
            "KEY_FILE": _bare(private_pem(self.shop_key)),
            "PUBLIC_KEY_FILE": _bare(public_pem(self.own_key)),
            "APP_CERTIFICATE_FILE": certificate_pem(self.shop_certificate),
            "CERTIFICATE_FILE": certificate_pem(self.certificate),
            "ROOT_CERTIFICATE_FILE": certificate_pem(self.certificate),
        }
        given = {"APP_ID": APP_ID, "SELLER_ID": SELLER_ID, "URL": self.gateway}
        for name, text in files.items():
            if self.by_certificate == name.endswith("CERTIFICATE_FILE") or name == "KEY_FILE":
                path = self._folder / name.lower()
                path.write_text(text)
                given[name] = str(path)
        return {f"SHUKE_ALIPAY_{name}": value for name, value in given.items()}

    # what a payer or the operator does there

    def open(self, url: str) -> Trade:
        """The payer opens the address she was sent to, which makes the trade."""
        assert url.startswith(f"{self.gateway}?"), url
        fields = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        assert self._is_from_shop(fields), "the address was not signed by the shop"
        asked = msgspec.json.decode(fields["biz_content"], type=Business)
        assert asked.product_code == PAGES[fields["method"]]
        assert not set("/=&") & set(asked.subject)
        assert fen(asked.total_amount) > 0
        if asked.out_trade_no not in self.trades:
            assert datetime.strptime(asked.time_expire, CLOCK).replace(tzinfo=BEIJING) > datetime.now(UTC), "too late"
            number = f"{datetime.now(BEIJING):%Y%m%d}22001{secrets.randbelow(10**15):015}"
            self.trades[asked.out_trade_no] = Trade(asked, fields["notify_url"], fields["return_url"], number)
        return self.trades[asked.out_trade_no]

    def pay(self, payment: str, amount: int | None = None) -> Sent:
        """The payer pays what she opened before; the notice of it."""
        trade = self.trades[payment]
        assert trade.status == "WAIT_BUYER_PAY", trade.status
        if amount is not None:
            trade.asked.total_amount = f"{amount // 100}.{amount % 100:02}"
        trade.status, trade.paid_at = "TRADE_SUCCESS", datetime.now(BEIJING).strftime(CLOCK)
        return self.notice(payment)

    def notice(self, payment: str) -> Sent:
        """The notice that a payment was made."""
        return self.signed(self._told(self.trades[payment]))

    def refund_notice(self, number: str) -> Sent:
        """The notice that a refund was made."""
        trade = next(trade for trade in self.trades.values() if number in trade.refunds)
        about = {
            "refund_fee": f"{trade.refunded // 100}.{trade.refunded % 100:02}",
            "gmt_refund": datetime.now(BEIJING).strftime(f"{CLOCK}.%f")[:-3],
            "out_biz_no": number,
        }
        return self.signed(self._told(trade) | about)

    def refunded(self, payment: str) -> int:
        return self.trades[payment].refunded

    def is_closed(self, payment: str) -> bool:
        return self.trades[payment].status == "TRADE_CLOSED"

    # the server

    def _told(self, trade: Trade) -> dict[str, str]:
        now = datetime.now(BEIJING).strftime(CLOCK)
        told = {
            "notify_time": now,
            "notify_type": "trade_status_sync",
            "notify_id": secrets.token_hex(16),
            "app_id": APP_ID,
            "auth_app_id": APP_ID,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": trade.trade_no,
            "out_trade_no": trade.asked.out_trade_no,
            "passback_params": trade.asked.passback_params,
            "seller_id": SELLER_ID,
            "buyer_id": "2088102114562585",
            "trade_status": trade.status,
            "total_amount": trade.asked.total_amount,
            "subject": trade.asked.subject,
            "gmt_create": now,
            "fund_bill_list": json.dumps([{"amount": trade.asked.total_amount, "fundChannel": "ALIPAYACCOUNT"}]),
        }
        return told | ({"gmt_payment": trade.paid_at} if trade.paid_at else {})

    def signed(self, fields: dict[str, str]) -> Sent:
        """A form, signed over everything but the signature and its kind."""
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        form = urlencode({**fields, "sign_type": "RSA2", "sign": self._signature(text)})
        return Sent({"content-type": "application/x-www-form-urlencoded; charset=utf-8"}, form.encode())

    def _signature(self, text: str) -> str:
        return base64.b64encode(self.own_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    def _is_from_shop(self, fields: dict[str, str]) -> bool:
        signature = base64.b64decode(fields.get("sign", ""))
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "sign")
        try:
            self.shop_key.public_key().verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        sent = datetime.strptime(fields["timestamp"], CLOCK).replace(tzinfo=BEIJING)
        named = (fields.get("app_cert_sn"), fields.get("alipay_root_cert_sn"))
        right = (_serial(self.shop_certificate), _serial(self.certificate)) if self.by_certificate else (None, None)
        return abs(sent - datetime.now(UTC)) < timedelta(minutes=10) and fields["app_id"] == APP_ID and named == right

    def answer(self, call: Call) -> Said:
        fields = dict(parse_qsl(urlsplit(call.target).query, keep_blank_values=True))
        if not self._is_from_shop(fields):
            told = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature", "sub_msg": "验签出错"}
            return Said(200, json.dumps({"error_response": told}, ensure_ascii=False).encode())
        method, asked = fields["method"], msgspec.json.decode(fields["biz_content"], type=Business)
        calls = {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._query_refund,
        }
        trade = self.trades.get(asked.out_trade_no)
        told = _no("ACQ.TRADE_NOT_EXIST", "交易不存在") if trade is None else calls[method](trade, asked)
        plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        named = f',"alipay_cert_sn":"{_serial(self.certificate)}"' if self.by_certificate else ""
        body = f'{{"{method.replace(".", "_")}_response":{plain}{named},"sign":"{self._signature(plain)}"}}'
        return Said(200, body.encode(), {"content-type": "text/html;charset=utf-8"})

    def _query(self, trade: Trade, asked: Business) -> dict[str, str]:
        told = {
            "trade_no": trade.trade_no,
            "out_trade_no": trade.asked.out_trade_no,
            "trade_status": trade.status,
            "total_amount": trade.asked.total_amount,
            "buyer_logon_id": "csq***@example.com",
        }
        return _yes(told | ({"send_pay_date": trade.paid_at} if trade.paid_at else {}))

    def _close(self, trade: Trade, asked: Business) -> dict[str, str]:
        if trade.status != "WAIT_BUYER_PAY":
            return _no("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        trade.status = "TRADE_CLOSED"
        return _yes({"trade_no": trade.trade_no, "out_trade_no": trade.asked.out_trade_no})

    def _refund(self, trade: Trade, asked: Business) -> dict[str, str]:
        if not trade.paid_at:
            return _no("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        done = {"trade_no": trade.trade_no, "out_trade_no": trade.asked.out_trade_no, "fund_change": "N"}
        if asked.out_request_no in trade.refunds:
            same = trade.refunds[asked.out_request_no] == asked.refund_amount
            return _yes(done) if same else _no("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
        if fen(asked.refund_amount) > fen(trade.asked.total_amount) - trade.refunded:
            return _no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        if fen(asked.refund_amount) > self.balance:
            return _no("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
        trade.refunds[asked.out_request_no] = asked.refund_amount
        if trade.refunded == fen(trade.asked.total_amount):
            trade.status = "TRADE_CLOSED"
        return _yes(done | {"fund_change": "N" if self.silent_refunds else "Y"})

    def _query_refund(self, trade: Trade, asked: Business) -> dict[str, str]:
        told = {"out_request_no": asked.out_request_no, "out_trade_no": asked.out_trade_no, "refund_status": "REFUND_SUCCESS"}
        return _yes(told if asked.out_request_no in trade.refunds else {})


def _yes(told: dict[str, str]) -> dict[str, str]:
    return {"code": "10000", "msg": "Success", **told}


def _no(sub_code: str, sub_msg: str) -> dict[str, str]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sub_msg}


def _bare(pem: str) -> str:
    return "".join(pem.strip().splitlines()[1:-1])


def _serial(made: x509.Certificate) -> str:
    """Alipay's own: over the issuer, its most precise part first, and the serial number."""
    names = {part.oid: part.value for part in made.issuer}
    kinds = {
        "CN": NameOID.COMMON_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "C": NameOID.COUNTRY_NAME,
    }
    issuer = ",".join(f"{kind}={names[oid]!s}" for kind, oid in kinds.items())
    return md5(f"{issuer}{made.serial_number}".encode()).hexdigest()
