"""What hides a thing: a keep undoes its own case alone, and what was kept is not hidden by reports alone again."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from shuke.kit.db import Database, Db
from shuke.moderation import MODERATED, Moderated, NewDecision, NewSecondLook, decide, look_again, queue
from shuke.moderation.appeals import appeal
from shuke.moderation.cases import THRESHOLD, report
from tests import world
from tests.moderation.test_moderation import Notes, old_person, reported

HIDE, KEEP = NewDecision("hide", "spam", "It sells."), NewDecision("keep")


@pytest.fixture(autouse=True)
def kept_registry() -> Iterator[None]:
    """What a test registers goes with it."""
    before: dict[str, Moderated] = dict(MODERATED)
    yield
    MODERATED.clear()
    MODERATED.update(before)


async def noted(db: Db) -> Notes:
    """A note that can be reported."""
    notes = Notes(await world.person(db))
    MODERATED["post"] = notes
    return notes


async def reports(db: Db, notes: Notes, many: int = THRESHOLD) -> UUID:
    """Serious reports of people whose accounts are old enough; their case."""
    for _time in range(many):
        await report(db, await old_person(db), reported(notes, "hate"))
    return (await queue(db))[-1].case_id


@pytest.mark.row("7.8")
async def test_a_keep_does_not_show_what_another_decision_hides(database: Database) -> None:
    async with database.write() as db:
        notes, operator = await noted(db), await world.person(db)
        hidden = await decide(db, operator, await reports(db, notes, 1), HIDE)
        await reports(db, notes)
        assert notes.hidden == [True, True]
        await decide(db, operator, (await queue(db))[-1].case_id, KEEP)
        assert notes.hidden == [True, True]
        await appeal(db, notes.author_id, hidden.decision_id, "It does not.")
        await look_again(db, operator, hidden.decision_id, NewSecondLook("overturned", "Right."), alone=True)
        assert notes.hidden == [True, True, False]


@pytest.mark.row("7.8")
async def test_a_keep_of_what_nothing_hid_changes_nothing(database: Database) -> None:
    async with database.write() as db:
        notes = await noted(db)
        await decide(db, await world.person(db), await reports(db, notes, 1), KEEP)
        assert notes.hidden == []


@pytest.mark.row("7.8")
async def test_an_overturned_appeal_does_not_show_what_reports_hide(database: Database) -> None:
    async with database.write() as db:
        notes, operator = await noted(db), await world.person(db)
        hidden = await decide(db, operator, await reports(db, notes, 1), HIDE)
        await appeal(db, notes.author_id, hidden.decision_id, "It does not.")
        case_id = await reports(db, notes)
        notes.hidden.clear()
        await look_again(db, operator, hidden.decision_id, NewSecondLook("overturned", "Right."), alone=True)
        assert notes.hidden == []
        await decide(db, operator, case_id, KEEP)
        assert notes.hidden == [False]


@pytest.mark.row("7.8")
async def test_what_was_kept_is_not_hidden_by_reports_alone_until_it_changes(database: Database) -> None:
    async with database.write() as db:
        notes, operator = await noted(db), await world.person(db)
        await decide(db, operator, await reports(db, notes), KEEP)
        assert notes.hidden == [True, False]
        case_id = await reports(db, notes)
        assert notes.hidden == [True, False]
        assert (await queue(db))[-1].reports == THRESHOLD  # it waits all the same
        await decide(db, operator, case_id, KEEP)
        notes.text = "another note"
        await reports(db, notes)
        assert notes.hidden == [True, False, True]


@pytest.mark.row("7.8")
async def test_what_is_shown_again_after_an_appeal_counts_as_kept(database: Database) -> None:
    async with database.write() as db:
        notes, operator = await noted(db), await world.person(db)
        hidden = await decide(db, operator, await reports(db, notes), HIDE)
        await appeal(db, notes.author_id, hidden.decision_id, "It is not.")
        await look_again(db, operator, hidden.decision_id, NewSecondLook("overturned", "Right."), alone=True)
        notes.hidden.clear()
        await reports(db, notes)
        assert notes.hidden == []


@pytest.mark.row("7.8")
@pytest.mark.race
@pytest.mark.parametrize("second", ["overturned", "upheld"])
async def test_a_keep_and_a_second_look_at_once_leave_what_still_hides(database: Database, second: str) -> None:
    async with database.write() as db:
        notes, operator = await noted(db), await world.person(db)
        hidden = await decide(db, operator, await reports(db, notes, 1), HIDE)
        await appeal(db, notes.author_id, hidden.decision_id, "It does not.")
        case_id = await reports(db, notes)
    notes.hidden.clear()

    async def keep() -> None:
        async with database.write() as db:
            await decide(db, operator, case_id, KEEP)

    async def look() -> None:
        async with database.write() as db:
            new = NewSecondLook("overturned" if second == "overturned" else "upheld", "Looked at.")
            await look_again(db, operator, hidden.decision_id, new, alone=True)

    await asyncio.gather(keep(), look())
    assert notes.hidden == ([False] if second == "overturned" else [])


@pytest.mark.row("7.8")
@pytest.mark.race
async def test_a_keep_and_a_report_at_once_never_show_what_reports_hide(database: Database) -> None:
    async with database.write() as db:
        notes, operator = await noted(db), await world.person(db)
        case_id = await reports(db, notes, THRESHOLD - 1)
        last = await old_person(db)

    async def keep() -> None:
        async with database.write() as db:
            await decide(db, operator, case_id, KEEP)

    async def once_more() -> None:
        async with database.write() as db:
            await report(db, last, reported(notes, "hate"))

    await asyncio.gather(keep(), once_more())
    assert notes.hidden in ([], [True, False])  # the report came after the keep, or before it
