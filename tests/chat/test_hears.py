"""Who hears what on a socket that stays open, while who is in, blocked or hidden changes."""

import asyncio
from typing import cast
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from shuke.chat import NewGroup, NewMessage, delete, open_group, pair_with, remove_member, send
from shuke.chat.hub import Hub
from shuke.chat.line import Line
from shuke.friends.actions import block, unblock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.live import Live
from shuke.kit.wire import Wire
from shuke.people.actions import end_session
from shuke.shares import Thing
from tests.chat import talking

pytestmark = pytest.mark.row("7.3")


async def test_who_is_unblocked_is_heard_again_on_an_open_socket(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id, otto.person_id)))
        await block(db, mia.person_id, otto.person_id)
    await drain(database)
    async with talking.phone(served, mia) as hers, talking.phone(served, otto) as his:
        await his.send("message", conversation_id=group, key="1", text="Not for her")
        await his.until("sent", key="1")
        async with database.write() as db:
            await unblock(db, mia.person_id, otto.person_id)
        await drain(database)
        await hers.until("changed")
        await his.until("changed")
        await his.send("message", conversation_id=group, key="2", text="For her")
        assert (await hers.until("message")).text == "For her"
        await hers.send("message", conversation_id=group, key="3", text="Hello again")
        assert (await his.until("message", text="Hello again")).person_id == mia.person_id


async def test_who_was_put_out_hears_nothing_more(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id, otto.person_id)))
        pair = await pair_with(db, mia.person_id, otto.person_id)
    async with talking.phone(served, mia) as hers, talking.phone(served, otto) as his:
        async with database.write() as db:
            await remove_member(db, group, otto.person_id)
        await hers.send("message", conversation_id=group, key="1", text="He is out")
        await hers.until("sent", key="1")
        await his.send("message", conversation_id=group, key="2", text="Let me in")
        assert (await his.until("refused", key="2")).name == "not_found"
        await hers.send("message", conversation_id=pair, key="3", text="Sorry")
        await his.until("message", text="Sorry")
        assert his.texts(group) == []


class _Written:
    """A wire that keeps what is written."""

    def __init__(self) -> None:
        self.frames: list[talking.Frame] = []
        self.said = asyncio.Event()

    def free(self) -> bool:
        return True

    def put(self, framed: bytes) -> None:
        self.frames.append(msgspec.json.decode(framed[framed.index(b"{") :], type=talking.Frame))
        if self.frames[-1].type == "message":
            self.said.set()

    async def send_framed(self, framed: bytes) -> None:
        self.put(framed)


async def test_what_is_said_while_one_comes_into_another_group_is_not_lost(database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)

    async def close() -> None:
        raise AssertionError("it stays open")

    hub, written = Hub(database, Live()), _Written()
    line = Line(mia.person_id, uuid4(), cast(Wire, written), close)
    hub.add(line)
    await hub.catch_up(line, {})
    async with database.write() as db:
        await send(db, talking.words(there, otto.person_id, "Noodles?"))
        await open_group(db, NewGroup("group", "Lunch", otto.person_id, (mia.person_id,)))
    await hub.catch_up(line, {}, fresh=False)  # the notice of the group is heard before that of the message
    hub.heard(f"m:{there}:1:1")
    await asyncio.wait_for(written.said.wait(), 60)
    assert [(one.number, one.text) for one in written.frames if one.type == "message"] == [(1, "Noodles?")]


class _Stuck(_Written):
    """A wire whose other side reads nothing after its hello."""

    async def send_framed(self, framed: bytes) -> None:
        if self.frames:
            await asyncio.Event().wait()
        self.put(framed)


async def _never() -> None:
    raise AssertionError("it stays open")


async def test_who_does_not_read_keeps_nobody_from_hearing(database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        there = await pair_with(db, otto.person_id, ada.person_id)
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id, otto.person_id)))
    hub, written = Hub(database, Live()), _Written()
    stuck = Line(mia.person_id, uuid4(), cast(Wire, _Stuck()), _never)
    line = Line(otto.person_id, uuid4(), cast(Wire, written), _never)
    for one in (stuck, line):
        hub.add(one)
        await hub.catch_up(one, {})
    async with database.write() as db:
        await remove_member(db, group, mia.person_id)
        await remove_member(db, group, otto.person_id)
    hub.heard(f"less:{mia.person_id}")
    hub.heard(f"less:{otto.person_id}")
    async with database.write() as db:
        await send(db, talking.words(there, ada.person_id, "Noodles?"))
    hub.heard(f"m:{there}:1:1")
    await asyncio.wait_for(written.said.wait(), 60)


async def test_what_was_taken_back_at_once_is_told_to_nobody(database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)
    hub, written = Hub(database, Live()), _Written()
    line = Line(mia.person_id, uuid4(), cast(Wire, written), _never)
    hub.add(line)
    await hub.catch_up(line, {there: 0})
    async with database.write() as db:
        message = await send(db, talking.words(there, otto.person_id, "Oh no"))
    hub.kept(message)
    async with database.write() as db:
        await delete(db, otto.person_id, there, 1)
    hub.heard(f"m:{there}:1:1")
    hub.heard(f"g:{there}:1")
    await asyncio.wait_for(written.said.wait(), 60)
    assert [(one.number, one.text) for one in written.frames if one.type == "message"] == [(1, "")]


async def test_who_signs_out_and_does_not_read_is_cut_off(
    served: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as db:
        (mia,) = await talking.friends(db, "Mia")
    async with talking.phone(served, mia) as hers:
        monkeypatch.setattr(Wire, "free", lambda _wire: False)
        async with database.write() as db:
            session = await db.value(UUID, "select session_id from people.sessions where person_id = :p", p=mia.person_id)
            assert session is not None
            await end_session(db, mia.person_id, session)
        with pytest.raises(ConnectionClosed) as closed:
            await hers.until("nothing")
        assert closed.value.rcvd is None


async def test_nothing_tells_whose_thing_it_is_that_others_show(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id,)))
        await block(db, mia.person_id, otto.person_id)
    await drain(database)

    async def show(key: str, thing: Thing) -> None:
        async with database.write() as db:
            await send(db, NewMessage(group, ada.person_id, key, "thing", thing=thing))

    hidden = (Thing("post", otto.person_id, uuid4()), Thing("person", ada.person_id, otto.person_id))
    async with talking.phone(served, mia, {group: 0}) as hers, talking.phone(served, ada, {group: 0}) as third:
        for number, thing in enumerate(hidden):
            await show(str(number), thing)
            assert (await hers.until("message", key=str(number))).thing is None
            assert (await third.until("message", key=str(number))).thing is not None
        await show("own", Thing("post", ada.person_id, uuid4()))
        assert (await hers.until("message", key="own")).thing is not None
    async with talking.phone(served, mia, {group: 0}) as again:
        assert [one.thing is None for one in again.heard if one.type == "message"] == [True, True, False]
    async with httpx.AsyncClient(base_url=f"http://{served}", headers=mia.headers) as client:
        for path in (f"/api/v1/conversations/{group}/messages", "/api/v1/conversations", f"/chats/{group}"):
            answer = await client.get(path, timeout=60)
            assert answer.status_code == 200
            assert str(otto.person_id) not in answer.text
