"""The socket: who may open it, what it hears, in which order, and that nothing is lost or comes twice."""

import asyncio
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from shuke.chat import NewGroup, open_group, pair_with
from shuke.friends.actions import block
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.web import SESSION_COOKIE
from shuke.people.actions import end_session
from tests.chat import talking

pytestmark = pytest.mark.row("7.3")


async def test_a_foreign_page_opens_no_socket(served: str, database: Database) -> None:
    async with database.write() as db:
        (mia,) = await talking.friends(db, "Mia")
    address, cookie = f"ws://{served}/chats/socket", {"cookie": f"{SESSION_COOKIE}={mia.token}"}
    foreign = [{}, cookie, {**cookie, "origin": "https://elsewhere.example"}, {**cookie, "origin": "null"}]
    for headers in [*foreign, {"authorization": "Bearer nonsense"}]:
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, additional_headers=headers)
        assert refused.value.response.status_code == 403
    async with connect(address, additional_headers={**cookie, "origin": f"http://{served}"}) as own:
        await own.send('{"type": "ping"}')
        assert await own.recv() == '{"type":"pong"}'


async def test_odd_frames_are_refused_one_by_one(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto, li = await talking.friends(db, "Mia", "Otto", "Li")
        theirs = str(await pair_with(db, otto.person_id, li.person_id))
        hers = str(await pair_with(db, mia.person_id, otto.person_id))
    says = f'{{"type": "message", "key": "{uuid4().hex}", "conversation_id": '
    odd: list[tuple[str | bytes, str]] = [
        ("", "unreadable"),
        ("[" * 60_000, "unreadable"),
        ('{"a":' * 9_000, "unreadable"),
        (b"\xff\xfe\x00", "unreadable"),
        ('{"type": "nothing"}', "unreadable"),
        (says + f'"{hers}", "text": "\\u0000"}}', "unreadable"),
        (says + f'"{hers}", "text": "{"x" * 5_000}"}}', "unreadable"),
        (says + f'"{theirs}", "text": "Hello"}}', "not_found"),
        (says + f'"{hers}", "photo_id": "{uuid4()}"}}', "not_found"),
        (f'{{"type": "read", "conversation_id": "{hers}", "number": {10**30}}}', "unreadable"),
    ]
    async with connect(f"ws://{served}/chats/socket", additional_headers=mia.headers) as socket:
        for said, name in odd:
            await socket.send(said)
            assert f'"name":"{name}"' in str(await socket.recv()), said[:60]
        await socket.send(f'{{"type": "read", "conversation_id": "{theirs}", "number": 1}}')  # passed over in silence
        await socket.send('{"type": "ping"}')
        assert await socket.recv() == '{"type":"pong"}'


async def test_what_one_says_the_other_hears(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)
    async with talking.phone(served, mia) as hers, talking.phone(served, otto) as his:
        await hers.send("message", conversation_id=there, key="k1", text="Noodles?")
        assert (await hers.until("sent", key="k1")).number == 1
        heard = await his.until("message", number=1)
        assert (heard.text, heard.person_id) == ("Noodles?", mia.person_id)
        await his.send("read", conversation_id=there, number=1)
        assert (await hers.until("read")).person_id == otto.person_id
        await his.send("typing", conversation_id=there)
        assert (await hers.until("typing")).person_id == otto.person_id
        await his.send("message", conversation_id=there, key="k2", text=" ")
        assert (await his.until("refused", key="k2")).name == "empty_message"
        await his.send("message", conversation_id=uuid4(), key="k3", text="Hello?")
        assert (await his.until("refused", key="k3")).name == "not_found"
        await his.connection.send("{nonsense")
        assert (await his.until("refused")).name == "unreadable"


async def test_who_comes_back_gets_what_follows(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)
    async with talking.phone(served, mia) as hers:
        async with talking.phone(served, otto) as his:
            await hers.send("message", conversation_id=there, key="1", text="1")
            await his.until("message", number=1)
        await talking.say_many(database, there, mia.person_id, range(2, 452))  # more than one piece of catching up
        async with talking.phone(served, otto, {there: 1}) as his:
            await hers.send("message", conversation_id=there, key="452", text="452")
            await his.until("message", number=452)
            assert his.texts(there) == [(number, str(number)) for number in range(2, 453)]


@pytest.mark.race
async def test_the_same_key_on_eight_sockets_is_one_message(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto = await talking.friends(db, "Mia", "Otto")
        there = await pair_with(db, mia.person_id, otto.person_id)

    async def insist(number: int) -> int:
        async with talking.phone(served, mia) as one:
            await one.send("message", conversation_id=there, key="same", text=f"from {number}")
            return (await one.until("sent", key="same")).number

    assert await asyncio.gather(*(insist(number) for number in range(8))) == [1] * 8
    async with database.read() as db:
        assert await db.value(int, "select count(*) from chat.messages") == 1


@pytest.mark.race
async def test_thirty_two_at_once_are_heard_in_one_order(served: str, database: Database) -> None:
    async with database.write() as db:
        people = await talking.friends(db, *(f"P{number}" for number in range(32)))
        there = await open_group(db, NewGroup("group", "All", people[0].person_id, tuple(one.person_id for one in people[1:])))
        start = await db.value(int, "select number from chat.conversations") or 0

    async def talk(number: int) -> list[tuple[int, str]]:
        async with talking.phone(served, people[number]) as one:
            ready.release()
            await everybody.wait()
            for turn in range(5):
                await one.send("message", conversation_id=there, key=f"{number}-{turn}", text=f"{number}-{turn}")
            await one.until("message", number=start + 160)
            return one.texts(there)

    ready, everybody = asyncio.Semaphore(0), asyncio.Event()
    talkers = [asyncio.create_task(talk(number)) for number in range(32)]
    for _one in talkers:
        await ready.acquire()
    everybody.set()
    heard = await asyncio.gather(*talkers)
    assert [number for number, _text in heard[0]] == list(range(start + 1, start + 161))
    assert all(one == heard[0] for one in heard)
    for number in range(32):
        assert [text for _n, text in heard[0] if text.startswith(f"{number}-")] == [f"{number}-{turn}" for turn in range(5)]


@pytest.mark.slow
async def test_a_slow_reader_is_told_to_catch_up(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        there = await pair_with(db, mia.person_id, otto.person_id)
        elsewhere = await pair_with(db, mia.person_id, ada.person_id)
    async with talking.phone(served, ada) as third, talking.phone(served, otto) as his:
        his.connection.transport.pause_reading()
        text = "𠮷" * 4000  # 16 kB: the kernel takes some 10 MB for him who does not read
        await talking.say_many(database, there, mia.person_id, range(1, 1500), text)
        for number in (1, 2):  # what is heard after it: all of it was given out
            await talking.say_many(database, elsewhere, mia.person_id, range(1))
            await third.until("message", number=number)
        his.connection.transport.resume_reading()
        await his.until("catch_up")
        known = his.texts(there)[-1][0]
        assert known < 1499
        await his.send("hello", after={str(there): known})
        await his.until("message", number=1499)
        assert [number for number, _text in his.texts(there)] == list(range(1, 1500))


async def test_blocked_and_signed_out_hear_nothing_more(served: str, database: Database) -> None:
    async with database.write() as db:
        mia, otto, ada = await talking.friends(db, "Mia", "Otto", "Ada")
        pair = await pair_with(db, mia.person_id, otto.person_id)
        group = await open_group(db, NewGroup("group", "Lunch", ada.person_id, (mia.person_id, otto.person_id)))
    async with talking.phone(served, mia) as hers, talking.phone(served, otto) as his, talking.phone(served, ada) as third:
        async with database.write() as db:
            await block(db, mia.person_id, otto.person_id)
        await drain(database)
        await his.until("changed")
        await his.send("message", conversation_id=pair, key="k", text="Please")
        assert (await his.until("refused")).name == "not_found"
        await his.send("message", conversation_id=group, key="k", text="Anybody?")
        await third.until("message", text="Anybody?")
        await third.send("message", conversation_id=group, key="k", text="Yes")
        await hers.until("message", text="Yes")
        assert [text for _number, text in hers.texts(group)] == ["Yes"]
        async with database.write() as db:
            session = await db.value(UUID, "select session_id from people.sessions where person_id = :p", p=ada.person_id)
            assert session is not None
            await end_session(db, ada.person_id, session)
        with pytest.raises(ConnectionClosed) as closed:
            await third.until("nothing")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
