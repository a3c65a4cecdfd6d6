"""Filters outside: asked over HTTP where the operator has set one, for a second at most.

SHUKE_WORD_FILTER is asked with `{"text": ..., "where": ...}`, SHUKE_PICTURE_FILTER with the picture itself; both answer
`{"verdict": "pass" | "refuse" | "unsure"}`. SHUKE_FILTER_KEY goes along as a bearer token. One that doesn't answer is left alone for
half a minute: what comes meanwhile is published and waits in the queue as unread.
"""

import asyncio
import os
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import msgspec
import structlog

from shuke.kit.db import Db
from shuke.moderation.types import Verdict

SECONDS = 1.0
REST_SECONDS = 30.0

log = structlog.get_logger()


class _Answer(msgspec.Struct, frozen=True):
    verdict: Verdict


class _Text(msgspec.Struct, frozen=True):
    text: str
    where: str


class Line:
    """The way to one filter outside."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self.resting_until = 0.0

    async def ask(self, body: bytes, content_type: str) -> Verdict:
        """Its verdict; pass where there is none."""
        url = os.environ.get(self.setting, "")
        if not url:
            return "pass"
        if not url.startswith(("http://", "https://")) or time.monotonic() < self.resting_until:
            return "unanswered"
        try:
            return await asyncio.wait_for(asyncio.to_thread(_post, url, body, content_type), SECONDS)
        except (TimeoutError, OSError, HTTPException, ValueError) as error:
            self.resting_until = time.monotonic() + REST_SECONDS
            log.warning("filter does not answer", filter=self.setting, error=repr(error))
            return "unanswered"


def _post(url: str, body: bytes, content_type: str) -> Verdict:
    headers = {"content-type": content_type}
    if key := os.environ.get("SHUKE_FILTER_KEY"):
        headers["authorization"] = f"Bearer {key}"
    there = urlsplit(url)
    kind = HTTPSConnection if there.scheme == "https" else HTTPConnection
    line = kind(there.netloc, timeout=SECONDS)
    try:
        line.request("POST", there._replace(scheme="", netloc="", fragment="").geturl() or "/", body, headers)
        with line.getresponse() as answer:
            if answer.status != 200:
                raise HTTPException(f"status {answer.status}")
            return msgspec.json.decode(answer.read(10_000), type=_Answer).verdict
    finally:
        line.close()


WORDS = Line("SHUKE_WORD_FILTER")
PICTURES = Line("SHUKE_PICTURE_FILTER")


class OutsideWords:
    """The word filter that the operator has set, if any."""

    async def verdict(self, db: Db, text: str, where: str) -> Verdict:
        """What it says of a text."""
        return await WORDS.ask(msgspec.json.encode(_Text(text, where)), "application/json")


class OutsidePictures:
    """The picture filter that the operator has set, if any."""

    async def verdict(self, db: Db, content: bytes) -> Verdict:
        """What it says of a picture."""
        return await PICTURES.ask(content, "application/octet-stream")
