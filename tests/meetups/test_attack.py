"""What somebody who means harm tries at meetups."""

from datetime import timedelta

import pytest

from shuke.friends.actions import remove
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.meetups import cancel, meetup_of, put_out, record_of
from shuke.meetups.actions import MOVED
from shuke.moderation import MODERATED
from shuke.moderation.filters import add_word
from tests.meetups.gathering import befriend, comes, dinner, people, places, proposed, said, sound
from tests.world import Client, problem

pytestmark = pytest.mark.row("7.6")


async def test_times_without_a_zone_and_at_the_end_of_all_days_are_refused(client: Client, database: Database) -> None:
    [host] = await people(database, 1)
    async with database.write() as db:
        venues = await places(db, 2)
    new = dinner(venues)
    assert new.vote_until is not None
    body = {
        "kind": new.kind,
        "title": new.title,
        "audience": new.audience,
        "starts_at": new.starts_at.isoformat(),
        "ends_at": new.ends_at.isoformat(),
        "places": [str(place) for place in venues],
        "vote_until": new.vote_until.replace(tzinfo=None).isoformat(),
    }
    assert problem(await client.post("/api/v1/meetups", json=body, headers=host.headers)) == (409, "vote_too_late")
    meetup = await proposed(database, host)
    for far in ("9999-12-31T23:00:00Z", "0001-01-01T00:00:00Z", "2030-01-01T10:00:00"):
        answer = await client.put(f"/api/v1/meetups/{meetup.meetup_id}", json={"starts_at": far}, headers=host.headers)
        assert problem(answer) == (409, "time_unreadable"), far


async def test_moving_a_meetup_is_no_way_to_flood_its_guests_with_letters(client: Client, database: Database) -> None:
    host, guest = await people(database, 2)
    meetup = await proposed(database, host)
    assert await comes(database, meetup.meetup_id, guest) == "in"
    here = f"/api/v1/meetups/{meetup.meetup_id}"
    for time in range(1, MOVED + 1):
        starts = (meetup.starts_at + timedelta(hours=time)).isoformat()
        assert (await client.put(here, json={"starts_at": starts}, headers=host.headers)).status_code == 200
    later = (meetup.starts_at + timedelta(days=3)).isoformat()
    assert problem(await client.put(here, json={"starts_at": later}, headers=host.headers)) == (429, "too_many_requests")
    assert (await client.put(here, json={"text": "Bring a friend"}, headers=host.headers)).status_code == 200
    with clock.at(clock.now() + timedelta(hours=25)):
        assert (await client.put(here, json={"starts_at": later}, headers=host.headers)).status_code == 200


async def test_the_reason_that_all_are_sent_is_read_like_other_words(database: Database) -> None:
    [host] = await people(database, 1)
    meetup = await proposed(database, host)
    async with database.write() as db:
        await add_word(db, host.person_id, "buyhere")
    assert await said(database, lambda db: cancel(db, host.person_id, meetup.meetup_id, "Buy here!")) == "words_refused"
    assert await said(database, lambda db: cancel(db, host.person_id, meetup.meetup_id, "I am ill.")) == ""


async def test_who_is_out_and_a_friend_no_more_sees_nothing_of_it(database: Database) -> None:
    host, guest = await people(database, 2)
    async with database.write() as db:
        await befriend(db, host.person_id, guest.person_id)
    meetup = await proposed(database, host, audience="friends")
    assert await comes(database, meetup.meetup_id, guest) == "in"
    async with database.write() as db:
        await remove(db, host.person_id, guest.person_id)
        assert await meetup_of(db, meetup.meetup_id, guest.person_id) is not None, "she has a place"
        await put_out(db, host.person_id, meetup.meetup_id, guest.person_id)
        assert await meetup_of(db, meetup.meetup_id, guest.person_id) is None
    assert await comes(database, meetup.meetup_id, guest) == "not_found"
    await sound(database)


async def test_a_record_does_not_say_what_a_decision_hides(database: Database) -> None:
    host, other, guest = await people(database, 3)
    with clock.at(clock.now() - timedelta(days=3)):
        before = await proposed(database, other, title="Bad words")
        assert await comes(database, before.meetup_id, guest) == "in"
    meetup = await proposed(database, host, approval=True)
    assert await comes(database, meetup.meetup_id, guest) == "asking"
    titles = []
    for hidden in (False, True):
        async with database.write() as db:
            await MODERATED["meetup"].hide(db, before.meetup_id, before.meetup_id, hidden=hidden)
            record = await record_of(db, host.person_id, guest.person_id)
        assert record is not None
        titles += [row.title for row in record.rows]
    assert titles == ["Bad words", ""]
