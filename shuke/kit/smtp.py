"""SMTP: one e-mail to the server that SHUKE_SMTP_URL names, such as smtp://user:password@mail.example.org?from=hi@example.org."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from shuke.kit.installation import InstallationRefused

SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465}


class MailServer(msgspec.Struct, frozen=True):
    """`encrypted` from the first byte (smtps); otherwise encrypted as soon as the server offers it."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str
    sender: str


def read_address(text: str) -> MailServer:
    """The parts of the setting, or a refusal that says how to write it."""
    parts = urlsplit(text)
    sender = parse_qs(parts.query).get("from", [unquote(parts.username or "")])[0]
    if parts.scheme not in PORTS or not parts.hostname or "@" not in sender:
        raise InstallationRefused("SHUKE_SMTP_URL reads smtp://user:password@host:587?from=hello@example.org (or smtps://)")
    return MailServer(
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        parts.scheme == "smtps",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        sender,
    )


def send(server: MailServer, target: str, subject: str, body: str, letter_id: str) -> None:
    """Hand one e-mail over; blocks. The same `letter_id` again is the same message for mailboxes that notice."""
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = target
    message["Subject"] = subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{letter_id}@{server.sender.rsplit('@', 1)[-1]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    with _connected(server) as connection:
        if server.user and connection.has_extn("auth"):
            connection.login(server.user, server.password)
        connection.send_message(message)


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.encrypted:
        secure = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        secure.ehlo()
        return secure
    connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
    return connection
