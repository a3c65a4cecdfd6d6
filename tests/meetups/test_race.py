"""Many at once: one last place, a line that moves up in its order, a host who lowers the number of places meanwhile."""

import pytest

from shuke.kit.db import Database
from shuke.meetups import Changes, change
from tests.meetups.gathering import at_once, comes, joins, leaves, people, proposed, said, sound, standings

pytestmark = [pytest.mark.row("7.6"), pytest.mark.race]


async def test_64_ask_for_the_last_place(database: Database) -> None:
    host, *others = await people(database, 65)
    meetup = await proposed(database, host, capacity=2)
    found = await at_once(database, [joins(meetup.meetup_id, one) for one in others])
    assert sorted(set(found)) == ["in", "waiting"]
    assert found.count("in") == 1, "one last place"
    stood = await standings(database, meetup.meetup_id)
    assert len(stood["waiting"]) == 63
    await sound(database)
    line = stood["waiting"]
    inside = next(one for one in others if one.person_id == stood["in"][1])
    assert await said(database, leaves(meetup.meetup_id, inside)) == ""
    stood = await standings(database, meetup.meetup_id)
    assert (stood["in"][1], stood["waiting"]) == (line[0], line[1:]), "the first of the line moves up, the others stay in order"
    await sound(database)


async def test_a_person_asks_many_times_at_once(database: Database) -> None:
    host, one = await people(database, 2)
    meetup = await proposed(database, host, capacity=2)
    found = await at_once(database, [joins(meetup.meetup_id, one)] * 12)
    assert (found.count("in"), found.count("already_in")) == (1, 11)
    await sound(database)


async def test_several_leave_at_once_and_as_many_move_up(database: Database) -> None:
    host, *others = await people(database, 13)
    meetup = await proposed(database, host, capacity=5)
    for one in others:
        await comes(database, meetup.meetup_id, one)
    line = (await standings(database, meetup.meetup_id))["waiting"]
    found = await at_once(database, [leaves(meetup.meetup_id, one) for one in others[:4]])
    assert set(found) == {""}
    stood = await standings(database, meetup.meetup_id)
    assert sorted(stood["in"][1:]) == sorted(line[:4])
    assert stood["waiting"] == line[4:]
    await sound(database)


async def test_who_leaves_and_who_comes_at_once(database: Database) -> None:
    host, *others = await people(database, 25)
    meetup = await proposed(database, host, capacity=9)
    first, late = others[:12], others[12:]
    for one in first:
        await comes(database, meetup.meetup_id, one)
    await at_once(
        database,
        [
            *[leaves(meetup.meetup_id, one) for one in first],
            *[joins(meetup.meetup_id, one) for one in late],
        ],
    )
    stood = await standings(database, meetup.meetup_id)
    assert (len(stood["in"]), len(stood["waiting"])) == (9, 4)
    await sound(database)


async def test_the_host_lowers_the_places_while_people_come(database: Database) -> None:
    host, *others = await people(database, 17)
    meetup = await proposed(database, host, capacity=12)
    found = await at_once(
        database,
        [
            *[joins(meetup.meetup_id, one) for one in others[:8]],
            lambda db: change(db, host.person_id, meetup.meetup_id, Changes(capacity=6)),
            *[joins(meetup.meetup_id, one) for one in others[8:]],
        ],
    )
    stood = await standings(database, meetup.meetup_id)
    lowered = found[8] != "capacity_below"
    assert len(stood["in"]) == (6 if lowered else 12)
    assert len(stood["in"]) + len(stood["waiting"]) == 17
    await sound(database)
    assert await said(database, lambda db: change(db, host.person_id, meetup.meetup_id, Changes(capacity=20))) == "in"
    stood = await standings(database, meetup.meetup_id)
    assert (len(stood["in"]), stood.get("waiting", [])) == (17, [])
    await sound(database)
