"""Letters leave by SMTP after commit, are tried again, and are given up; nothing is sent in development."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_string
from email.policy import default

import pytest

from shuke.kit import letters
from shuke.kit.db import Database
from shuke.kit.installation import InstallationRefused
from shuke.kit.letters import MOST_ATTEMPTS, post, send_due
from shuke.kit.refusals import Refusal
from shuke.kit.smtp import read_address


class Mailbox:
    """A small mail server: what it was given, and whether it takes anything."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.open = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self.messages.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 kept\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            elif verb == b"RCPT" and not self.open:
                writer.write(b"450 later\r\n")
            else:
                writer.write(b"250 ok\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def mailbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    """A mail server that SHUKE_SMTP_URL names."""
    made = Mailbox()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.delenv("SHUKE_DEV", raising=False)
    monkeypatch.setenv("SHUKE_SMTP_URL", f"smtp://127.0.0.1:{port}?from=hello@shuke.example")
    yield made
    server.close()
    await server.wait_closed()


async def test_a_letter_is_sent_once_and_its_text_forgotten(database: Database, mailbox: Mailbox) -> None:
    async with database.write() as db:
        await post(db, "email", "mia@example.org", "登录验证码", "123456 是你的验证码")
    assert [await send_due(database), await send_due(database)] == [1, 0]
    message = message_from_string(mailbox.messages[0], policy=default)
    assert (message["to"], message["subject"], message["from"]) == ("mia@example.org", "登录验证码", "hello@shuke.example")
    async with database.read() as db:
        assert await db.values(str, "select body from kit.letters where sent_at is not null") == [""]


async def test_a_letter_that_is_not_committed_is_never_sent(database: Database, mailbox: Mailbox) -> None:
    async def refused() -> None:
        async with database.write() as db:
            await post(db, "email", "mia@example.org", "x", "y")
            raise Refusal("no")

    with pytest.raises(Refusal, match="no"):
        await refused()
    assert await send_due(database) == 0
    assert mailbox.messages == []


async def test_what_cannot_be_sent_is_tried_again_and_then_given_up(database: Database, mailbox: Mailbox) -> None:
    mailbox.open = False
    async with database.write() as db:
        await post(db, "email", "mia@example.org", "x", "y")
    for _ in range(MOST_ATTEMPTS):
        assert await send_due(database) == 1
        assert await send_due(database) == 0, "not before its time"
        async with database.write() as db:
            await db.run("update kit.letters set next_at = at")
    async with database.read() as db:
        assert await db.values(int, "select attempts from kit.letters where failed_at is not null and error <> ''") == [5]
    assert await send_due(database) == 0


async def test_a_header_cannot_be_smuggled_in(database: Database, mailbox: Mailbox) -> None:
    async with database.write() as db:
        await post(db, "email", "mia@example.org", "x\r\nBcc: eve@example.org", "y")
    assert await send_due(database) == 1
    assert mailbox.messages == []


async def test_text_messages_need_an_adapter(database: Database, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async with database.write() as db:
        with pytest.raises(Refusal, match="channel_unavailable"):
            await post(db, "sms", "+8613800138000", "x", "y")
    sent: list[str] = []

    async def adapter(letter: letters.Letter) -> None:
        sent.append(letter.body)

    monkeypatch.setitem(letters.SENDERS, "sms", adapter)
    async with database.write() as db:
        await post(db, "sms", "+8613800138000", "x", "y")
    assert await send_due(database) == 1
    assert sent == ["y"]
    assert mailbox.messages == []


@pytest.mark.parametrize(
    "text", ["", "mail.example.org", "http://mail.example.org?from=a@b.c", "smtp://mail.example.org", "smtp://?from=a@b"]
)
def test_a_setting_that_cannot_be_read_says_how_to_write_it(text: str) -> None:
    with pytest.raises(InstallationRefused, match="SHUKE_SMTP_URL reads"):
        read_address(text)


def test_the_parts_of_the_setting() -> None:
    server = read_address("smtps://mia%40example.org:p%2Fw@mail.example.org")
    assert (server.host, server.port, server.encrypted, server.user, server.password, server.sender) == (
        ("mail.example.org", 465, True, "mia@example.org", "p/w", "mia@example.org")
    )
