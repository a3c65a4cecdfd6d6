"""When a provider is in use, and what that costs those who use none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shuke.kit.db import Database
from shuke.payments import providers
from shuke.payments.provider import adapted, in_use
from shuke.providers import NEEDED, missing, unreadable
from tests.providers.fake_alipay import FakeAlipay
from tests.providers.fake_stripe import FakeStripe
from tests.providers.fake_wechat import FakeWeChat

pytestmark = [pytest.mark.row("4.4")]


def test_nothing_is_in_use_by_default(database: Database) -> None:
    assert in_use() == []
    assert [(missing(name), unreadable(name), adapted(name, database)) for name in NEEDED] == [([], [], None)] * 3


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHUKE_ALIPAY_APP_ID", "2021")
    monkeypatch.setenv("SHUKE_ALIPAY_KEY_FILE", str(tmp_path / "nothing.pem"))
    assert missing("alipay") == ["SHUKE_ALIPAY_PUBLIC_KEY_FILE"]
    monkeypatch.setenv("SHUKE_ALIPAY_CERTIFICATE_FILE", "a")
    monkeypatch.setenv("SHUKE_ALIPAY_ROOT_CERTIFICATE_FILE", "b")
    monkeypatch.setenv("SHUKE_ALIPAY_APP_CERTIFICATE_FILE", "c")
    assert missing("alipay") == []
    assert "SHUKE_ALIPAY_KEY_FILE" in unreadable("alipay")
    monkeypatch.setenv("SHUKE_WECHAT_MCHID", "1900000109")
    assert "SHUKE_WECHAT_APIV3_KEY" in missing("wechat")
    assert in_use() == ["alipay"]


async def test_who_can_be_paid_in_what(
    wechat: FakeWeChat, alipay: FakeAlipay, fake_stripe: FakeStripe, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test bank leaves when somebody real comes, unless it is told to stay."""

    async def names(currency: str) -> list[str]:
        async with database.read() as db:
            return [choice.name for choice in await providers(db, currency)]

    assert {currency: await names(currency) for currency in ("CNY", "EUR", "KWD")} == {
        "CNY": ["wechat", "alipay", "stripe"],
        "EUR": ["stripe"],
        "KWD": [],
    }
    monkeypatch.setenv("SHUKE_TEST_BANK", "1")
    assert await names("KWD") == ["bank"]
    monkeypatch.delenv("SHUKE_URL")
    assert in_use() == [], "nobody could tell us anything"
    monkeypatch.delenv("SHUKE_TEST_BANK")
    assert await names("EUR") == [], "who has begun to take real money gives nothing away for play money"


def test_who_uses_none_loads_none() -> None:
    """An SDK is in memory only where its provider is set up and has something to do."""
    code = (
        "import sys, shuke.main; "
        "print([name for name in ('stripe', 'alipay', 'wechatpayv3', 'requests') if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True, env=os.environ
    )
    assert said.stdout.strip() == "[]"
