"""People who talk, for the tests of the chat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from shuke.chat import NewMessage
from shuke.chat.send import send_all
from shuke.kit import clock
from shuke.kit.db import Database, Db
from tests import world
from tests.world import Signed


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    """Two people are friends."""
    await db.run(
        "insert into friends.friends (person_id, friend_id, since) values (:one, :other, :now), (:other, :one, :now)",
        one=one,
        other=other,
        now=clock.now(),
    )


async def friends(db: Db, *names: str) -> list[Signed]:
    """So many people in sessions, each the friend of each."""
    people = [await world.signed_in(db, name) for name in names]
    for place, one in enumerate(people):
        for other in people[:place]:
            await befriend(db, one.person_id, other.person_id)
    return people


async def say_many(database: Database, conversation_id: UUID, person_id: UUID, numbers: range, text: str = "") -> None:
    """Each number said, or `text` every time, past the pace of a person."""
    for start in range(numbers.start, numbers.stop, 50):
        some = range(start, min(start + 50, numbers.stop))
        async with database.write() as db:
            await send_all(db, [words(conversation_id, person_id, text or str(number)) for number in some])


def words(conversation_id: UUID, person_id: UUID, text: str = "Lunch?", key: str = "") -> NewMessage:
    """Something said."""
    return NewMessage(conversation_id, person_id, key or uuid4().hex, text=text)


class Frame(msgspec.Struct, frozen=True):
    """What the server sends, as far as tests look at it."""

    type: str
    conversation_id: UUID | None = None
    number: int = 0
    person_id: UUID | None = None
    key: str = ""
    text: str = ""
    name: str = ""
    photo: str | None = None
    thing: dict[str, str] | None = None
    numbers: dict[UUID, int] = {}


class Phone:
    """A program on the socket, and what it has heard."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[Frame] = []

    async def send(self, kind: str, **values: object) -> None:
        """One frame."""
        await self.connection.send(msgspec.json.encode({"type": kind, **values}).decode())

    async def next(self) -> Frame:
        """The next frame."""
        async with asyncio.timeout(60):  # of silence
            frame = msgspec.json.decode(await self.connection.recv(), type=Frame)
        self.heard.append(frame)
        return frame

    async def until(self, kind: str, **wanted: object) -> Frame:
        """Listen until a frame like this comes."""
        while True:
            frame = await self.next()
            if frame.type == kind and all(getattr(frame, name) == value for name, value in wanted.items()):
                return frame

    def texts(self, conversation_id: UUID) -> list[tuple[int, str]]:
        """Number and words of each message heard in a conversation."""
        return [
            (one.number, one.text) for one in self.heard if one.type == "message" and one.conversation_id == conversation_id
        ]


@asynccontextmanager
async def phone(served: str, person: Signed, after: dict[UUID, int] | None = None) -> AsyncIterator[Phone]:
    """A socket that has said hello."""
    async with connect(f"ws://{served}/chats/socket", additional_headers=person.headers, compression=None) as connection:
        opened = Phone(connection)
        await opened.send("hello", after={str(one): number for one, number in (after or {}).items()})
        await opened.until("ready")
        yield opened
