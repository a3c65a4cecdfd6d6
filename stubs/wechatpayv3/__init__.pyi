from typing import TypeAlias

from wechatpayv3.core import Core
from wechatpayv3.type import WeChatPayType as WeChatPayType

Answer: TypeAlias = tuple[int, str | bytes]

class WeChatPay:
    _type: WeChatPayType
    _mchid: str
    _appid: str
    _notify_url: str | None
    _partner_mode: bool
    _core: Core
    def pay(
        self,
        description: str,
        out_trade_no: str,
        amount: dict[str, int | str],
        *,
        time_expire: str | None = ...,
        attach: str | None = ...,
        scene_info: dict[str, str | dict[str, str]] | None = ...,
        notify_url: str | None = ...,
        pay_type: WeChatPayType | None = ...,
    ) -> Answer: ...
    def close(self, out_trade_no: str) -> Answer: ...
    def query(self, *, out_trade_no: str) -> Answer: ...
    def refund(
        self,
        out_refund_no: str,
        amount: dict[str, int | str],
        *,
        out_trade_no: str,
        reason: str | None = ...,
        notify_url: str | None = ...,
    ) -> Answer: ...
    def query_refund(self, out_refund_no: str) -> Answer: ...
    def decrypt_callback(self, headers: dict[str, str], body: bytes) -> str | None: ...
