"""Alipay's SDK, held by the hand: another gateway, Beijing's time, keys as Alipay's own tool writes them, answers with a type."""

from datetime import UTC, datetime
from hashlib import md5
from zoneinfo import ZoneInfo

import msgspec
from alipay import AliPay
from alipay.utils import AliPayConfig
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates

from shuke.providers.line import READ
from shuke.providers.settings import setting, text_of

GATEWAY = "https://openapi.alipay.com/gateway.do"
BEIJING = ZoneInfo("Asia/Shanghai")
CLOCK = "%Y-%m-%d %H:%M:%S"
RSA = "1.2.840.113549.1.1"

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


class Client(AliPay):
    """The SDK for one application.

    It knows two addresses, waits for 15 seconds, writes the server's own local time, and its part for certificates uses what pyOpenSSL
    has deprecated: so the public key is taken out of the certificate here, and the certificates' numbers are added to each request.
    """

    def __init__(self) -> None:
        """Reads the key files."""
        self._numbers: dict[str, str] = {}
        own = text_of("alipay", "CERTIFICATE_FILE")
        if own:
            public = _public_key(own)
            self._numbers["app_cert_sn"] = certificate_number(text_of("alipay", "APP_CERTIFICATE_FILE"))
            self._numbers["alipay_root_cert_sn"] = certificate_number(text_of("alipay", "ROOT_CERTIFICATE_FILE"))
        else:
            public = pem(text_of("alipay", "PUBLIC_KEY_FILE"), "PUBLIC KEY")
        super().__init__(
            setting("alipay", "APP_ID"),
            app_private_key_string=pem(text_of("alipay", "KEY_FILE"), "PRIVATE KEY"),
            alipay_public_key_string=public,
            config=AliPayConfig(READ),
        )
        self._gateway = setting("alipay", "URL", GATEWAY)

    @property
    def gateway(self) -> str:
        """Its address, for people's browsers too."""
        return self._gateway

    def build_body(self, method: str, biz_content: dict[str, str] | None = None, **kwargs: str | None) -> Fields:
        """The request, with the time in Beijing."""
        fields = super().build_body(method, biz_content, **kwargs)
        fields["timestamp"] = datetime.now(UTC).astimezone(BEIJING).strftime(CLOCK)
        return fields | self._numbers


def certificate_number(text: str) -> str:
    """Alipay's own number of a certificate: MD5 over issuer and serial number. Of a root bundle, those signed with RSA."""
    found = load_pem_x509_certificates(text.encode())
    by_rsa = [one for one in found if one.signature_algorithm_oid.dotted_string.startswith(RSA)]
    return "_".join(md5(f"{one.issuer.rfc4514_string()}{one.serial_number}".encode()).hexdigest() for one in by_rsa)


def _public_key(text: str) -> str:
    key = load_pem_x509_certificate(text.encode()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def pem(text: str, kind: str) -> str:
    """A key in PEM. Alipay's tool writes the bare base64; a private one is RSA's own form or PKCS 8, which the reader tells apart."""
    bare = text.strip()
    return bare if bare.startswith("-----") else f"-----BEGIN {kind}-----\n{bare}\n-----END {kind}-----"


def told(answer: dict[str, object]) -> Told:
    """An answer with its type; the SDK has looked at its signature."""
    return msgspec.convert(answer, Told)
