"""Alipay's SDK, held by the hand: another gateway, Beijing's time, keys as Alipay's own tool writes them, answers with a type."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from alipay import AliPay, BaseAliPay, DCAliPay
from alipay.utils import AliPayConfig

from shuke.providers.line import READ
from shuke.providers.settings import setting, text_of

GATEWAY = "https://openapi.alipay.com/gateway.do"
BEIJING = ZoneInfo("Asia/Shanghai")
CLOCK = "%Y-%m-%d %H:%M:%S"

Fields = dict[str, str | dict[str, str]]


class Told(msgspec.Struct, frozen=True):
    """What Alipay tells in an answer or a notice. Amounts are yuan, written with two decimals."""

    code: str = ""
    sub_code: str = ""
    trade_no: str = ""
    trade_status: str = ""
    total_amount: str = ""
    send_pay_date: str = ""  # in answers: it was paid, whatever came later
    fund_change: str = ""
    refund_status: str = ""

    @property
    def fine(self) -> bool:
        """Whether it says yes."""
        return self.code == "10000"

    @property
    def temporary(self) -> bool:
        """Whether it speaks of the call, not of the money: 20000 is out of service, 20001 and 4000x are about keys and parameters."""
        return self.code != "40004" or self.sub_code in ("ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR")


class _Gateway(BaseAliPay):
    """The SDK knows two addresses, waits for 15 seconds, and writes the server's own local time."""

    def build_body(self, method: str, biz_content: dict[str, str] | None = None, **kwargs: str | None) -> Fields:
        """The request, with the time in Beijing."""
        fields = super().build_body(method, biz_content, **kwargs)
        fields["timestamp"] = datetime.now(UTC).astimezone(BEIJING).strftime(CLOCK)
        return fields

    def settle(self) -> None:
        """Our address and our patience."""
        self._gateway = setting("alipay", "URL", GATEWAY)
        self._config = AliPayConfig(READ)


class ByKey(_Gateway, AliPay):
    """With Alipay's public key."""


class ByCertificate(_Gateway, DCAliPay):
    """With certificates."""


def client() -> _Gateway:
    """The SDK for one application. Reads the key files."""
    made: _Gateway
    private = pem(text_of("alipay", "KEY_FILE"), "PRIVATE KEY")
    if setting("alipay", "CERTIFICATE_FILE"):
        made = ByCertificate(
            setting("alipay", "APP_ID"),
            app_private_key_string=private,
            app_public_key_cert_string=text_of("alipay", "APP_CERTIFICATE_FILE"),
            alipay_public_key_cert_string=text_of("alipay", "CERTIFICATE_FILE"),
            alipay_root_cert_string=text_of("alipay", "ROOT_CERTIFICATE_FILE"),
        )
    else:
        public = pem(text_of("alipay", "PUBLIC_KEY_FILE"), "PUBLIC KEY")
        made = ByKey(setting("alipay", "APP_ID"), app_private_key_string=private, alipay_public_key_string=public)
    made.settle()
    return made


def pem(text: str, kind: str) -> str:
    """A key in PEM. Alipay's tool writes the bare base64; a private one is RSA's own form or PKCS 8, which the reader tells apart."""
    bare = text.strip()
    return bare if bare.startswith("-----") else f"-----BEGIN {kind}-----\n{bare}\n-----END {kind}-----"


def told(answer: dict[str, object]) -> Told:
    """An answer with its type; the SDK has looked at its signature."""
    return msgspec.convert(answer, Told)
