"""WeChat Pay's SDK, held by the hand: another address, keys without surprise downloads, answers with a type."""

import threading
import time
from collections.abc import Callable

import msgspec
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

from shuke.providers.line import CONNECT, READ
from shuke.providers.settings import setting, text_of

GATEWAY = "https://api.mch.weixin.qq.com"
PAUSE = 60.0  # seconds between two downloads of certificates, whoever claims to have signed with a new one


class Amount(msgspec.Struct, frozen=True):
    """Fen."""

    total: int = 0
    currency: str = "CNY"


class Told(msgspec.Struct, frozen=True):
    """What WeChat tells in answers and notices: of an order, of a refund, or why it won't."""

    code: str = ""
    code_url: str = ""
    h5_url: str = ""
    mchid: str = ""
    out_trade_no: str = ""
    transaction_id: str = ""
    trade_state: str = ""
    attach: str = ""
    out_refund_no: str = ""
    refund_id: str = ""
    status: str = ""  # of a refund, in answers
    refund_status: str = ""  # of a refund, in notices
    amount: Amount = Amount()


class Reply(msgspec.Struct, frozen=True):
    """An answer. One below 300 was signed by WeChat, and rightly: the SDK has looked."""

    status: int
    told: Told

    @property
    def fine(self) -> bool:
        """Whether it says yes."""
        return self.status < 300

    @property
    def temporary(self) -> bool:
        """Whether it speaks of the call, not of the money: the same call may do better later."""
        return self.status >= 500 or self.status in (401, 408, 409, 429) or self.told.code.startswith("FREQUENCY")


class _Core(Core):
    """The SDK's inner part. Its address is a constant there, and it downloads certificates whenever a signature names an unknown one."""

    def __init__(self, gateway: str, public_key: str) -> None:
        self._address = gateway
        self._downloading = threading.Lock()
        self._downloaded = -PAUSE
        folder = setting("wechat", "CERTIFICATES")
        super().__init__(
            setting("wechat", "MCHID"),
            setting("wechat", "SERIAL"),
            text_of("wechat", "KEY_FILE"),
            setting("wechat", "APIV3_KEY"),
            None if public_key else folder or None,
            timeout=(CONNECT, READ),
            public_key=public_key or None,
            public_key_id=setting("wechat", "PUBLIC_KEY_ID") or None,
        )

    @property
    def _gate_way(self) -> str:
        return self._address

    @_gate_way.setter
    def _gate_way(self, _ours_is_kept: str) -> None:
        pass

    def _update_certificates(self) -> None:
        """Never with a public key; else now and then, one at a time, keeping what is known when nothing comes."""
        if self._public_key_id:
            return
        with self._downloading:
            if time.monotonic() - self._downloaded < PAUSE:
                return
            self._downloaded = time.monotonic()
            known = list(self._certificates)
            try:
                super()._update_certificates()
            finally:
                if not self._certificates:
                    self._certificates.extend(known)


class Client(WeChatPay):
    """The SDK for one merchant account."""

    def __init__(self) -> None:
        """Like the SDK's own, with our inner part. Reads the key files; without a public key it may download certificates."""
        self._type = WeChatPayType.NATIVE
        self._mchid = setting("wechat", "MCHID")
        self._appid = setting("wechat", "APPID")
        self._notify_url = None
        self._partner_mode = False
        self._core = _Core(setting("wechat", "URL", GATEWAY).rstrip("/"), text_of("wechat", "PUBLIC_KEY_FILE"))


def reply_to(call: Callable[[], tuple[int, str | bytes]]) -> Reply:
    """The SDK's answer with its type. Raises what the SDK raises, and when it is no JSON."""
    status, body = call()
    return Reply(status, msgspec.json.decode(body, type=Told) if body else Told())
