"""Providers: WeChat Pay, Alipay and Stripe behind the one interface of payments, each by its own SDK.

A provider is in use once its settings are there. Its module, and with it the SDK, is loaded when it is first needed: those who
don't use one don't pay for it (the three take 18 MB and half a second). No exception leaves an adapter but Forged.
"""

from collections.abc import Callable
from importlib import import_module

from shuke.kit.db import Database
from shuke.payments import Adapter, Provider, adapts
from shuke.providers.settings import NEEDED, is_complete, missing, unreadable
from shuke.providers.stripe_money import CURRENCIES

__all__ = ["NEEDED", "is_complete", "missing", "unreadable"]

YUAN = frozenset({"CNY"})


def _adapter(name: str, currencies: frozenset[str]) -> Adapter:
    def make(_database: Database) -> Provider:
        build: Callable[[], Provider] = import_module(f"shuke.providers.{name}").from_settings
        return build()

    return Adapter(name, currencies, lambda: is_complete(name), make)


for _name in NEEDED:
    adapts(_adapter(_name, CURRENCIES if _name == "stripe" else YUAN))
