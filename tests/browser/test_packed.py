"""Compressed pages in a real browser: our own get them, another site's visitors don't, also with the service worker between."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Installation, ready

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_a_page_that_another_site_opens_is_not_compressed(house: Installation, browser: Browser, workers: str) -> None:
    ours = house.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(service_workers="allow" if workers == "allow" else "block", locale="en-GB")
    page = context.new_page()
    asked: list[tuple[str, str]] = []
    context.on("response", lambda got: asked.append((got.url, got.headers.get("content-encoding", ""))))
    ready(page, f"{ours}/docs")
    if workers == "allow":
        page.evaluate("async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; }")
        ready(page, f"{ours}/docs")
        assert page.evaluate("navigator.serviceWorker.controller !== null")
    assert (f"{ours}/docs", "gzip") in asked
    ready(page, f"{house.url}/docs")  # to the browser another site
    asked.clear()
    page.evaluate("(there) => { location.href = there; }", f"{ours}/docs?again")
    page.wait_for_url(f"{ours}/docs?again")
    page.wait_for_selector("html[data-ready]")
    assert {how for url, how in asked if url == f"{ours}/docs?again"} == {""}
    asked.clear()
    page.evaluate("(there) => { location.href = there; }", f"{ours}/docs?ours")
    page.wait_for_url(f"{ours}/docs?ours")
    page.wait_for_selector("html[data-ready]")
    assert {how for url, how in asked if url == f"{ours}/docs?ours"} == {"gzip"}
    context.close()
