"""Who pays at a phone is sent to the app that is on it."""

import pytest
from litestar.testing import RequestFactory

from shuke.kit.web import phone_of

AGENTS = {
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1": True,
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36": True,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.60": False,
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36": False,
    "till/1.0": False,
}


@pytest.mark.row("4.4")
@pytest.mark.parametrize(("agent", "phone"), AGENTS.items())
def test_phones_are_told_apart(agent: str, *, phone: bool) -> None:
    """Inside WeChat no other app can be opened: there it is a code."""
    request = RequestFactory().post("/", headers={"user-agent": agent})
    request.scope["client"] = ("203.0.113.7", 1)
    assert phone_of(request) == ("203.0.113.7" if phone else "")
