"""The installation that browser tests run against stands."""

import pytest
from playwright.sync_api import BrowserContext

from tests import world
from tests.browser.conftest import Installation, ready

pytestmark = pytest.mark.browser


def test_a_signed_in_phone_is_known(house: Installation, phone: BrowserContext) -> None:
    house.sign_in(phone, house.make(world.signed_in))
    page = phone.new_page()
    ready(page, "/offline")
    assert phone.request.get("/api/v1/me").json()["name"] == "Mia"
