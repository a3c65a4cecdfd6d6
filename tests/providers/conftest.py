"""Three providers that live on this machine, and a network that ends at it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shuke.providers import alipay_client, stripe, wechat_client
from tests.providers.fake_alipay import FakeAlipay
from tests.providers.fake_stripe import FakeStripe
from tests.providers.fake_wechat import FakeWeChat
from tests.providers.keys import new_key

Fakes = FakeWeChat | FakeAlipay | FakeStripe
PATIENCE = 1.5  # seconds instead of five


@pytest.fixture(scope="session")
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """The shop's and a provider's."""
    return new_key(), new_key()


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No SDK may look up or call anybody else."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def getaddrinfo(host: str, port: int, *more: int, **named: int) -> object:
        assert host in ("127.0.0.1", "localhost"), f"looked up {host}"
        return look_up(host, port, *more, **named)

    def guarded(self: socket.socket, address: tuple[str, int] | str) -> None:
        assert isinstance(address, str) or address[0] == "127.0.0.1", f"called {address}"
        connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (wechat_client, alipay_client, stripe):
        monkeypatch.setattr(module, "READ", PATIENCE)
    monkeypatch.setenv("SHUKE_URL", "https://shuke.example")


def _set_up(fake: Fakes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in fake.settings().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def wechat(
    keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeWeChat]:
    """WeChat Pay, set up with its public key."""
    fake = FakeWeChat(*keys, tmp_path)
    _set_up(fake, monkeypatch)
    yield fake
    fake.server.leave()


@pytest.fixture
def alipay(
    keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeAlipay]:
    """Alipay, set up with its public key."""
    fake = FakeAlipay(*keys, tmp_path)
    _set_up(fake, monkeypatch)
    yield fake
    fake.server.leave()


@pytest.fixture
def fake_stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    """Stripe, set up."""
    fake = FakeStripe()
    _set_up(fake, monkeypatch)
    yield fake
    fake.server.leave()


@pytest.fixture(params=["wechat", "alipay", "fake_stripe"])
def fake(request: pytest.FixtureRequest) -> Fakes:
    """Each of the three."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, FakeWeChat | FakeAlipay | FakeStripe)
    return found
