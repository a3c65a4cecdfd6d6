from typing import TypeAlias

from alipay.utils import AliPayConfig

Fields: TypeAlias = dict[str, str | dict[str, str]]

class BaseAliPay:
    _gateway: str
    _config: AliPayConfig
    def build_body(self, method: str, biz_content: dict[str, str] | None = ..., **kwargs: str | None) -> Fields: ...
    def verify(self, data: dict[str, str], signature: str) -> bool: ...
    def api_alipay_trade_page_pay(
        self, subject: str, out_trade_no: str, total_amount: str, return_url: str, notify_url: str, **kwargs: str
    ) -> str: ...
    def api_alipay_trade_wap_pay(
        self, subject: str, out_trade_no: str, total_amount: str, return_url: str, notify_url: str, **kwargs: str
    ) -> str: ...
    def api_alipay_trade_query(self, out_trade_no: str) -> dict[str, object]: ...
    def api_alipay_trade_close(self, out_trade_no: str) -> dict[str, object]: ...
    def api_alipay_trade_refund(self, refund_amount: str, out_trade_no: str, **kwargs: str) -> dict[str, object]: ...
    def api_alipay_trade_fastpay_refund_query(self, out_request_no: str, *, out_trade_no: str) -> dict[str, object]: ...

class AliPay(BaseAliPay):
    def __init__(self, appid: str, *, app_private_key_string: str, alipay_public_key_string: str) -> None: ...

class DCAliPay(BaseAliPay):
    def __init__(
        self,
        appid: str,
        *,
        app_private_key_string: str,
        app_public_key_cert_string: str,
        alipay_public_key_cert_string: str,
        alipay_root_cert_string: str,
    ) -> None: ...
