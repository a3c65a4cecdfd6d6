"""Meetups over HTTP: who sees one, who comes, where it is, when it changes, who was there."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shuke.friends.actions import block
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.meetups import (
    Attendance,
    Joining,
    Meetup,
    add_proposal,
    answer,
    choose,
    dispute,
    guests_of,
    join,
    mark,
    meetup_of,
    proposals_of,
    record_of,
    vote,
)
from shuke.meetups.after import remind
from shuke.meetups.reactions import forget
from shuke.meetups.votes import count_votes
from shuke.people import PersonErased
from tests.meetups.gathering import befriend, comes, leaves, people, places, proposed, said, sound, standings
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("7.6")
DAY = timedelta(days=1)


async def letters(database: Database) -> list[str]:
    async with database.read() as db:
        return await db.values(str, "select subject from kit.letters order by at, letter_id")


async def waiting(client: Client, who: Signed) -> int:
    count = (await client.get("/api/v1/friends/waiting", headers=who.headers)).json()["counts"]["meetups"]
    assert isinstance(count, int)
    return count


async def test_proposed_joined_and_moved_up(client: Client, database: Database) -> None:
    host, mia, li = await people(database, 3)
    async with database.write() as db:
        [place] = await places(db)
    starts = datetime.now(UTC) + timedelta(days=2)
    body = {
        "kind": "meal",
        "title": "火锅",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "capacity": 2,
        "audience": "everyone",
        "places": [str(place)],
        "into_feed": True,
    }
    made = await client.post("/api/v1/meetups", json=body, headers={"idempotency-key": "one", **host.headers})
    assert made.status_code == 201, made.text
    again = await client.post("/api/v1/meetups", json=body, headers={"idempotency-key": "one", **host.headers})
    assert again.json() == made.json(), "the same key proposes one meetup"
    meetup = made.json()["meetup_id"]
    assert (made.json()["zone"], made.json()["city"], made.json()["taken"]) == ("Europe/Helsinki", "Helsinki", 1)
    address = f"/api/v1/meetups/{meetup}/places"
    first = await client.post(address, json={}, headers=mia.headers)
    assert (first.status_code, first.json()["standing"]) == (201, "in")
    assert problem(await client.post(address, json={}, headers=mia.headers)) == (409, "already_in")
    second = await client.post(address, json={}, headers=li.headers)
    assert (second.json()["standing"], second.json()["before"]) == ("waiting", 0)
    assert problem(await client.delete(address, headers=host.headers)) == (409, "host_stays")
    assert (await client.delete(address, headers=mia.headers)).status_code == 204
    seen = (await client.get(f"/api/v1/meetups/{meetup}", headers=li.headers)).json()
    assert (seen["standing"], seen["taken"], seen["waiting"]) == ("in", 2, 0)
    assert await letters(database) == ["You are in: 火锅"]
    assert seen["conversation_id"] is not None, "who is in has the chat"
    gone = (await client.get(f"/api/v1/meetups/{meetup}", headers=mia.headers)).json()
    assert (gone["standing"], gone["conversation_id"]) == ("left", None)
    for listed, who in (("mine", li), ("mine", host)):
        page = await client.get(f"/api/v1/meetups?listed={listed}", headers=who.headers)
        assert [one["title"] for one in page.json()["meetups"]] == ["火锅"]
    near = "/api/v1/meetups?listed=near&longitude=25.0&latitude=60.2"
    assert len((await client.get(near, headers=mia.headers)).json()["meetups"]) == 1
    far = "/api/v1/meetups?listed=near&longitude=116.3&latitude=39.9"
    assert (await client.get(far, headers=mia.headers)).json()["meetups"] == []
    async with database.read() as db:
        told = await db.value(int, "select count(*) from feed.posts where kind = 'meetup' and thing_id = :it", it=UUID(meetup))
    assert told == 1
    await sound(database)


async def test_for_friends_and_for_tribes_alone(client: Client, database: Database) -> None:
    host, friend, stranger = await people(database, 3)
    async with database.write() as db:
        await befriend(db, host.person_id, friend.person_id)
    meetup = await proposed(database, host, audience="friends")
    address = f"/api/v1/meetups/{meetup.meetup_id}"
    assert (await client.get(address, headers=friend.headers)).status_code == 200
    assert problem(await client.get(address, headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.get(address)) == (404, "not_found")
    assert await comes(database, meetup.meetup_id, stranger) == "not_found"
    listed = (await client.get("/api/v1/meetups?listed=friends", headers=friend.headers)).json()["meetups"]
    assert [one["meetup_id"] for one in listed] == [str(meetup.meetup_id)]
    tribe = await client.post("/api/v1/tribes", json={"name": "Walkers", "interest": "outdoors"}, headers=host.headers)
    walk = await proposed(database, host, audience="tribe", tribe_id=UUID(tribe.json()["tribe_id"]))
    assert await comes(database, walk.meetup_id, friend) == "not_found"
    await client.post(f"/api/v1/tribes/{tribe.json()['tribe_id']}/members", json={}, headers=stranger.headers)
    assert await comes(database, walk.meetup_id, stranger) == "in"
    page = await client.get(f"/tribes/{tribe.json()['tribe_id']}/meetups", headers=stranger.headers)
    assert "Hotpot" in page.text


async def test_blocked_both_ways(client: Client, database: Database) -> None:
    host, mia, li = await people(database, 3)
    meetup = await proposed(database, host, capacity=2)
    assert [await comes(database, meetup.meetup_id, one) for one in (mia, li)] == ["in", "waiting"]
    async with database.write() as db:
        await block(db, mia.person_id, host.person_id)
    await drain(database)
    stood = await standings(database, meetup.meetup_id)
    assert (stood["in"], stood["left"]) == ([host.person_id, li.person_id], [mia.person_id]), "her place goes to who waits"
    address = f"/api/v1/meetups/{meetup.meetup_id}"
    assert problem(await client.get(address, headers=mia.headers)) == (404, "not_found")
    assert await comes(database, meetup.meetup_id, mia) == "not_found"
    other = await proposed(database, li, capacity=4)
    assert [await comes(database, other.meetup_id, one) for one in (mia, host)] == ["in", "in"]
    for viewer, hidden in ((mia, host), (host, mia)):
        shown = (await client.get(f"/api/v1/meetups/{other.meetup_id}/guests", headers=viewer.headers)).json()["people"]
        assert str(hidden.person_id) not in {one["person_id"] for one in shown}
        assert len(shown) == 2
        page = await client.get(f"/meetups/{other.meetup_id}", headers=viewer.headers)
        assert str(hidden.person_id) not in page.text
    await sound(database)


async def test_the_host_approves(client: Client, database: Database) -> None:
    host, mia, li, aino = await people(database, 4)
    meetup = await proposed(database, host, capacity=2, approval=True)
    address = f"/api/v1/meetups/{meetup.meetup_id}"
    assert [await comes(database, meetup.meetup_id, one, "Hi") for one in (mia, li, aino)] == ["asking"] * 3
    assert await waiting(client, host) == 3
    asking = (await client.get(f"{address}/guests", headers=host.headers)).json()["people"]
    assert [one["note"] for one in asking if one["standing"] == "asking"] == ["Hi"] * 3
    others = (await client.get(f"{address}/guests", headers=mia.headers)).json()["people"]
    assert [one["standing"] for one in others] == ["in"], "only the host sees who asks"

    async def answered(who: Signed, *, accepted: bool, by: Signed = host) -> tuple[int, str]:
        body = {"person_id": str(who.person_id), "accepted": accepted}
        answer = await client.post(f"{address}/answers", json=body, headers=by.headers)
        return answer.status_code, answer.json().get("standing") or answer.json()["name"]

    assert await answered(mia, accepted=True, by=li) == (403, "not_allowed")
    assert await answered(mia, accepted=True) == (201, "in")
    assert await answered(li, accepted=True) == (201, "waiting")
    assert await answered(aino, accepted=False) == (201, "refused")
    assert await answered(aino, accepted=True) == (404, "not_found")
    assert await comes(database, meetup.meetup_id, aino) == "refused_by_host"
    assert await letters(database) == ["Accepted: Hotpot", "Accepted: Hotpot", "Not this time: Hotpot"]
    gone = await client.delete(f"{address}/guests/{mia.person_id}", headers=host.headers)
    assert gone.status_code == 204
    assert (await standings(database, meetup.meetup_id))["in"] == [host.person_id, li.person_id]
    assert await comes(database, meetup.meetup_id, mia) == "refused_by_host"
    await sound(database)


async def test_another_time_asks_again(client: Client, database: Database) -> None:
    host, mia = await people(database, 2)
    meetup = await proposed(database, host)
    await comes(database, meetup.meetup_id, mia)
    address = f"/api/v1/meetups/{meetup.meetup_id}"
    later = meetup.starts_at + DAY
    changed = await client.put(address, json={"starts_at": later.isoformat()}, headers=host.headers)
    assert changed.status_code == 200, changed.text
    assert datetime.fromisoformat(changed.json()["ends_at"]) - later == timedelta(hours=2), "it lasts as long as before"
    assert await letters(database) == ["New time: Hotpot"]
    assert await waiting(client, mia) == 1
    page = await client.get(f"/meetups/{meetup.meetup_id}", headers=mia.headers)
    assert "The time has changed" in page.text
    assert (await client.post(f"{address}/agreements", headers=mia.headers)).status_code == 204
    assert await waiting(client, mia) == 0
    assert problem(await client.put(address, json={"title": "x"}, headers=mia.headers)) == (403, "not_allowed")
    assert problem(await client.put(address, json={"starts_at": "2020-01-01T00:00:00Z"}, headers=host.headers)) == (
        409,
        "time_unreadable",
    )
    await comes(database, meetup.meetup_id, (await people(database, 1))[0])
    assert problem(await client.put(address, json={"capacity": 2}, headers=host.headers)) == (409, "capacity_below")
    called_off = await client.post(f"{address}/cancellation", json={"why": "Rain"}, headers=host.headers)
    assert called_off.status_code == 204
    assert (await client.get(address, headers=mia.headers)).json()["why"] == "Rain"
    assert await comes(database, meetup.meetup_id, mia) == "meetup_cancelled"
    assert (await letters(database)).count("Cancelled: Hotpot") == 2
    file = await client.get(f"/meetups/{meetup.meetup_id}/calendar.ics", headers=mia.headers)
    assert "STATUS:CANCELLED\r\n" in file.text
    assert "SEQUENCE:1\r\n" in file.text
    assert all(len(line.encode()) <= 75 for line in file.text.split("\r\n"))


async def test_the_place_is_voted_on(client: Client, database: Database) -> None:
    host, mia, li = await people(database, 3)
    meetup = await proposed(database, host, venues=3)
    address = f"/api/v1/meetups/{meetup.meetup_id}"
    for one in (mia, li):
        await comes(database, meetup.meetup_id, one)

    async def votes(who: Signed, number: int) -> int:
        answer = await client.post(f"{address}/votes", json={"number": number}, headers=who.headers)
        return answer.status_code

    stranger = (await people(database, 1))[0]
    assert await votes(stranger, 1) == 404
    assert [await votes(host, 1), await votes(mia, 1), await votes(mia, 2), await votes(li, 3)] == [204] * 4
    shown = (await client.get(f"{address}/proposals", headers=mia.headers)).json()
    assert [(one["votes"], one["mine"]) for one in shown["proposals"]] == [(1, False), (1, True), (1, False)]
    assert problem(await client.post(f"{address}/venue", json={"number": 2}, headers=host.headers)) == (409, "vote_not_over")
    assert meetup.vote_until is not None
    with clock.at(meetup.vote_until + timedelta(minutes=1)):
        async with database.write() as db:
            assert await count_votes(db) == 1
            assert await count_votes(db) == 0
        tied = await meetup_now(database, meetup.meetup_id, host)
        assert (tied.settled_at is not None, tied.place_id) == (True, None), "a tie waits for the host"
        assert await said(database, lambda db: vote(db, mia.person_id, meetup.meetup_id, 1)) == "vote_over"
        assert await said(database, lambda db: choose(db, mia.person_id, meetup.meetup_id, 2)) == "not_allowed"
        assert await said(database, lambda db: choose(db, host.person_id, meetup.meetup_id, 2)) == ""
        assert await said(database, lambda db: choose(db, host.person_id, meetup.meetup_id, 3)) == "vote_over"
        settled = await meetup_now(database, meetup.meetup_id, host)
    assert str(settled.place_id) == shown["proposals"][1]["place_id"]


async def test_most_votes_win(database: Database) -> None:
    host, mia = await people(database, 2)
    meetup = await proposed(database, host, venues=2)
    await comes(database, meetup.meetup_id, mia)
    for who in (host, mia):
        async with database.write() as db:
            await vote(db, who.person_id, meetup.meetup_id, 2)
    await said(database, leaves(meetup.meetup_id, mia))
    async with database.write() as db:
        shown = await proposals_of(db, meetup.meetup_id, host.person_id)
        assert [one.votes for one in shown.proposals] == [0, 1], "who leaves takes her vote along"
        [third] = await places(db)
        await add_proposal(db, host.person_id, meetup.meetup_id, third)
    assert meetup.vote_until is not None
    with clock.at(meetup.vote_until + timedelta(minutes=1)):
        async with database.write() as db:
            assert await count_votes(db) == 1
        settled = await meetup_now(database, meetup.meetup_id, host)
    assert settled.place_id == shown.proposals[1].place_id


async def test_who_did_not_come(client: Client, database: Database) -> None:
    host, mia, li = await people(database, 3)
    meetup = await proposed(database, host)
    for one in (mia, li):
        await comes(database, meetup.meetup_id, one)
    absent = Attendance(mia.person_id, "absent")
    assert await said(database, lambda db: mark(db, host.person_id, meetup.meetup_id, absent)) == "not_over_yet"
    async with database.write() as db:
        await db.run(
            """
            insert into visits.visits (person_id, merchant_id, place_id, kind, reference, at)
            values (:li, :place, :place, 'purchase', :place, :at)
            """,
            li=li.person_id,
            place=meetup.place_id,
            at=meetup.starts_at,
        )
    with clock.at(meetup.ends_at + timedelta(hours=1)):
        assert await said(database, lambda db: mark(db, mia.person_id, meetup.meetup_id, absent)) == "not_allowed"
        assert await said(database, lambda db: mark(db, host.person_id, meetup.meetup_id, absent)) == ""
        wrong = Attendance(li.person_id, "absent")
        assert await said(database, lambda db: mark(db, host.person_id, meetup.meetup_id, wrong)) == "proven"
        assert await said(database, lambda db: dispute(db, li.person_id, meetup.meetup_id, "?")) == "nothing_to_dispute"
        assert await said(database, lambda db: dispute(db, mia.person_id, meetup.meetup_id, "I was")) == ""
        assert await said(database, lambda db: dispute(db, mia.person_id, meetup.meetup_id, "I was")) == "disputed_already"
        other = await proposed(database, li, approval=True)
        assert await comes(database, other.meetup_id, mia) == "asking"
        async with database.read() as db:
            now = await meetup_of(db, other.meetup_id, li.person_id)
            assert now is not None
            asking = [one for one in await guests_of(db, now, li.person_id) if one.standing == "asking"]
            assert [(one.missed, one.said_yes) for one in asking] == [(1, 1)]
            record = await record_of(db, li.person_id, mia.person_id)
            assert record is not None
            assert [(row.came, row.disputed) for row in record.rows] == [("absent", "I was")]
            assert await record_of(db, host.person_id, mia.person_id) is None, "only for hosts whom she asks"
    assert problem(await client.get(f"/api/v1/meetups/guests/{mia.person_id}/record", headers=host.headers)) == (
        404,
        "not_found",
    )


@pytest.mark.usefixtures("client")
async def test_reminders_in_the_readers_time(database: Database) -> None:
    host, mia = await people(database, 2)
    meetup = await proposed(database, host, starts_at=clock.now() + 3 * DAY, ends_at=clock.now() + 3 * DAY + timedelta(hours=2))
    async with database.write() as db:
        await join(db, mia.person_id, meetup.meetup_id, Joining(zone="Asia/Shanghai"))
    for ahead, subject in ((DAY, "Tomorrow: Hotpot"), (timedelta(hours=2), "Soon: Hotpot")):
        with clock.at(meetup.starts_at - ahead + timedelta(minutes=1)):
            async with database.write() as db:
                assert await remind(db) == 1
                assert await remind(db) == 0
        assert (await letters(database))[-2:] == [subject, subject]
    async with database.read() as db:
        bodies = await db.values(str, "select body from kit.letters where subject like 'Soon%' order by at, letter_id")
    assert sum("(CST)" in body for body in bodies) == 1, bodies
    assert all("Ravintola 1, Kaisaniemenkatu 1" in body for body in bodies)


async def test_who_is_erased(client: Client, database: Database) -> None:
    host, mia, li = await people(database, 3)
    meetup = await proposed(database, host, capacity=2)
    hers = await proposed(database, mia)
    for one in (mia, li):
        await comes(database, meetup.meetup_id, one)
    await comes(database, hers.meetup_id, li)
    async with database.write() as db:
        await forget(db, PersonErased(mia.person_id))
    stood = await standings(database, meetup.meetup_id)
    assert stood["in"] == [host.person_id, li.person_id]
    seen = (await client.get(f"/api/v1/meetups/{hers.meetup_id}", headers=li.headers)).json()
    assert (seen["status"], seen["title"]) == ("cancelled", "-")
    await sound(database)


async def test_pages(client: Client, database: Database) -> None:
    host, mia, li = await people(database, 3)
    meetup = await proposed(database, host, venues=2, approval=True, text="Bring a friend")
    await comes(database, meetup.meetup_id, mia, "May I?")
    async with database.write() as db:
        await answer(db, host.person_id, meetup.meetup_id, mia.person_id, accepted=True)
        [place] = await places(db)
    await comes(database, meetup.meetup_id, li)
    here = f"/meetups/{meetup.meetup_id}"
    for who, words in ((host, "Who asks to come"), (mia, "Where shall it be?"), (li, "You have asked")):
        page = await client.get(here, headers=who.headers)
        assert page.status_code == 200, page.text
        assert words in page.text
    assert "Sign in and come along" in (await client.get(here)).text
    for address in (
        "/meetups",
        "/meetups?listed=friends",
        "/meetups?listed=near",
        "/meetups?listed=near&longitude=25&latitude=60",
        "/meetups?listed=past",
        "/meetups/new/places?q=Ravintola",
        f"/meetups/new?place={place}",
        "/meetups/new?elsewhere=true",
        f"{here}/edit",
        f"{here}/record/{li.person_id}",
        f"{here}/calendar.ics",
    ):
        page = await client.get(address, headers=host.headers)
        assert page.status_code == 200, f"{address} {page.text}"
        assert "?q=" not in address or "Ravintola 1" in page.text, "the search finds it"


async def meetup_now(database: Database, meetup_id: UUID, who: Signed) -> Meetup:
    async with database.read() as db:
        found = await meetup_of(db, meetup_id, who.person_id)
    assert found is not None
    return found
