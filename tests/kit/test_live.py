"""A page's stream of events: what is told to it, and that it ends where what it may hear has changed."""

import asyncio

import pytest

from shuke.kit.live import Live

pytestmark = pytest.mark.row("7.1")


async def test_a_stream_ends_once_its_page_may_hear_others() -> None:
    live = Live()
    stream = live.stream(["person:mia", "posts:liu"], until="friends")
    assert (await anext(stream)).endswith(b"event: open\ndata: {}\n\n")
    for topic, name in (("posts:liu", "feed"), ("posts:eve", "feed"), ("person:mia", "friends"), ("posts:liu", "feed")):
        live.tell(topic, name)
    async with asyncio.timeout(10):
        assert [told async for told in stream] == [b"event: feed\ndata: {}\n\n", b"event: friends\ndata: {}\n\n"]
    assert live.topics() == []


async def test_other_streams_go_on() -> None:
    live = Live()
    stream = live.stream(["person:mia"])
    await anext(stream)
    live.tell("person:mia", "friends")
    live.tell("person:mia", "feed")
    assert [await anext(stream), await anext(stream)] == [b"event: friends\ndata: {}\n\n", b"event: feed\ndata: {}\n\n"]
    await stream.aclose()
    assert live.topics() == []
