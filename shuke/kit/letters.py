"""Letters: e-mails and text messages to send, written in the transaction that wants them sent."""

from typing import Literal

from shuke.kit import clock
from shuke.kit.db import Db

Channel = Literal["email", "sms"]


async def post(db: Db, channel: Channel, target: str, subject: str, body: str) -> None:
    """Queue one letter; the worker sends it after commit."""
    await db.run(
        "insert into kit.letters (channel, target, subject, body, at) values (:channel, :target, :subject, :body, :now)",
        channel=channel,
        target=target,
        subject=subject,
        body=body,
        now=clock.now(),
    )
