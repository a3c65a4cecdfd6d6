"""Reports, the queue, decisions, appeals, the public log; words and pictures; paces by the age of an account."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.moderation import (
    MODERATED,
    Moderated,
    NewDecision,
    NewSecondLook,
    Shown,
    check_words,
    decide,
    look_again,
    pace,
    queue,
)
from shuke.moderation.appeals import appeal
from shuke.moderation.cases import THRESHOLD, report
from shuke.moderation.filters import WordList, add_word, plain, remove_word
from shuke.moderation.paces import PACES, pace_all
from shuke.moderation.types import Decision, NewReport, Reason
from tests import world
from tests.world import Client, problem


class Notes:
    """A room with one note, for the tests."""

    def __init__(self, author_id: UUID, text: str = "a note") -> None:
        self.author_id = author_id
        self.thing_id = uuid4()
        self.text = text
        self.hidden: list[bool] = []

    async def shown(self, db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The one note."""
        return Shown(self.author_id, self.text, "/notes") if thing_id == self.thing_id else None

    async def hide(self, db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Remember what was asked."""
        self.hidden.append(hidden)


@pytest.fixture(autouse=True)
def kept_registry() -> Iterator[None]:
    """What a test registers goes with it."""
    before: dict[str, Moderated] = dict(MODERATED)
    yield
    MODERATED.clear()
    MODERATED.update(before)


def reported(notes: Notes, reason: Reason = "spam") -> NewReport:
    """A report about the note."""
    return NewReport("post", notes.author_id, notes.thing_id, reason, "look")


async def old_person(db: Db, days: int = 30) -> UUID:
    """Somebody whose account is `days` old."""
    with clock.at(clock.now() - timedelta(days=days)):
        return await world.person(db)


async def case(db: Db) -> tuple[Notes, UUID]:
    """A reported note, and its case."""
    notes = Notes(await world.person(db, "Author"))
    MODERATED["post"] = notes
    await report(db, await old_person(db), reported(notes))
    return notes, (await queue(db))[-1].case_id


@pytest.mark.row("7.8")
async def test_a_thing_is_reported_once_by_one_person_and_has_one_case(client: Client, database: Database) -> None:
    async with database.write() as db:
        notes = Notes(await world.person(db))
        MODERATED["post"] = notes
        mia, tom = await world.signed_in(db), await world.signed_in(db, "Tom")
    asked = {"kind": "post", "owner_id": str(notes.author_id), "thing_id": str(notes.thing_id), "reason": "spam"}
    first = await client.post("/api/v1/reports", headers=mia.headers, json=asked)
    again = await client.post("/api/v1/reports", headers=mia.headers, json=asked | {"reason": "hate"})
    assert (first.status_code, again.json()) == (201, first.json())
    await client.post("/api/v1/reports", headers=tom.headers, json=asked)
    async with database.read() as db:
        waiting = await queue(db)
    assert [(one.reports, one.text) for one in waiting] == [(2, "a note")]
    assert problem(await client.post("/api/v1/reports", headers=mia.headers, json=asked | {"thing_id": str(uuid4())})) == (
        404,
        "not_found",
    )


@pytest.mark.row("7.8")
async def test_three_serious_reports_hide_until_it_is_decided(database: Database) -> None:
    async with database.write() as db:
        notes = Notes(await world.person(db))
        MODERATED["post"] = notes
        for _time in range(4):
            await report(db, await world.person(db), reported(notes, "hate"))  # accounts of today don't count
        assert notes.hidden == []
        for _time in range(2):
            await report(db, await old_person(db), reported(notes, "hate"))
        await report(db, await old_person(db), reported(notes, "spam"))
        assert notes.hidden == []
        await report(db, await old_person(db), reported(notes, "violence"))
        assert notes.hidden == [True]
        await decide(db, await world.person(db), (await queue(db))[0].case_id, NewDecision("keep"))
        assert notes.hidden == [True, False]
        assert await queue(db) == []


@pytest.mark.row("7.8")
@pytest.mark.race
async def test_two_operators_at_once_make_one_decision(database: Database) -> None:
    async with database.write() as db:
        notes, case_id = await case(db)

    async def one(outcome: NewDecision) -> Decision:
        async with database.write() as db:
            return await decide(db, uuid4(), case_id, outcome)

    outcomes = await asyncio.gather(
        *[one(NewDecision("hide", "spam", "An advert.") if turn % 2 else NewDecision("keep")) for turn in range(8)],
        return_exceptions=True,
    )
    made = [outcome for outcome in outcomes if isinstance(outcome, Decision)]
    assert len(made) == 1
    assert {outcome.name for outcome in outcomes if isinstance(outcome, Refusal)} == {"already_decided"}
    assert notes.hidden == ([True] if made[0].outcome == "hide" else [])


@pytest.mark.row("7.8")
async def test_the_author_appeals_once_and_another_operator_looks_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHUKE_DEV", "1")  # letters are written, not sent
    async with database.write() as db:
        notes, case_id = await case(db)
        first, second = await world.person(db), await world.person(db)
        made = await decide(db, first, case_id, NewDecision("hide", "spam", "An advert."))
        with pytest.raises(Refusal, match="not_found"):
            await appeal(db, first, made.decision_id, "not mine")
        await appeal(db, notes.author_id, made.decision_id, "It is not.")
        with pytest.raises(Refusal, match="already_appealed"):
            await appeal(db, notes.author_id, made.decision_id, "Really.")
        look = NewSecondLook("overturned", "It is no advert.")
        with pytest.raises(Refusal, match="second_look_by_another"):
            await look_again(db, first, made.decision_id, look, alone=False)
        looked = await look_again(db, second, made.decision_id, look, alone=False)
        assert (looked.appeal_outcome, looked.hides, notes.hidden) == ("overturned", False, [True, False])
        with pytest.raises(Refusal, match="already_decided"):
            await look_again(db, second, made.decision_id, look, alone=False)
        letters = await db.values(str, "select subject from kit.letters order by at, letter_id")
    assert letters == ["Hidden: Post", "Shown again after your appeal: Post"]


@pytest.mark.row("7.8")
async def test_everybody_reads_the_log_and_finds_no_name_in_it(client: Client, database: Database) -> None:
    async with database.write() as db:
        _notes, case_id = await case(db)
        await decide(db, await world.person(db), case_id, NewDecision("hide", "spam", "An advert by Author."))
    log = await client.get("/api/v1/moderation/log")
    assert [(line["kind"], line["outcome"], line["rule"], line["appealed"]) for line in log.json()["decisions"]] == [
        ("post", "hide", "spam", False)
    ]
    assert "Author" not in log.text
    assert "a note" not in log.text


@pytest.mark.row("7.8")
@pytest.mark.parametrize(
    "text",
    [
        "a SPAMWORD here",
        "s p a m w o r d",
        "ｓｐａｍｗｏｒｄ!",
        "spam-word",
        "sp\x01am\x02wo\x7frd",
        "加 微 信吧",
        "加\u200b微信",
    ],
)
async def test_words_are_found_in_any_writing(database: Database, text: str) -> None:
    async with database.write() as db:
        mia = await world.person(db)
        await add_word(db, mia, "SpamWord")
        await add_word(db, mia, "加微信")
        with pytest.raises(Refusal, match="words_refused") as refused:
            await check_words(db, mia, text, "post")
        assert "word" not in refused.value.detail.replace("words", "").lower()
        await check_words(db, mia, "spamwords and 微信 alone are fine", "post")


@pytest.mark.row("7.8")
def test_plain_words() -> None:
    assert plain("Ｃａｆé, ÄÄ  b.a.d") == ["cafe", "aa", "bad"]


@pytest.mark.row("7.8")
async def test_a_new_account_may_do_less(database: Database) -> None:
    async with database.write() as db:
        fresh, old = await old_person(db, 0), await old_person(db)
        for _time in range(3):
            await pace(db, fresh, "review")
        with pytest.raises(Refusal, match="too_many_requests"):
            await pace(db, fresh, "review")
        for _time in range(10):
            await pace(db, old, "review")
        with clock.at(clock.now() + timedelta(hours=2)):
            await pace(db, old, "review")


@pytest.mark.row("7.8")
async def test_paces_of_many_are_counted_in_one_statement_as_one_by_one(database: Database) -> None:
    async with database.write() as db:
        fresh, old = await old_person(db, 0), await old_person(db)
        await pace(db, fresh, "review")
        before = db.statements
        waits = await pace_all(db, [(fresh, "review"), (old, "review"), (fresh, "review"), (fresh, "review"), (old, "like")])
        assert db.statements - before == 2  # the count, and the age of the one who may be too quick
        assert [wait > 0 for wait in waits] == [False, False, False, True, False]
        with pytest.raises(Refusal, match="too_many_requests"):
            await pace(db, fresh, "review")
        assert await pace_all(db, [(old, "review")] * 9) == [0] * 9
        with clock.at(clock.now() + timedelta(days=2)):
            assert await pace_all(db, [(fresh, "review")]) == [0]


@pytest.mark.row("7.8")
async def test_the_list_of_words_is_kept_for_seconds(database: Database) -> None:
    async with database.write() as db:
        mia = await world.person(db)
    words_seen = WordList()
    async with database.read() as db:
        assert await words_seen.verdict(db, "some text", "post") == "pass"
        before = db.statements
        assert await words_seen.verdict(db, "other text", "post") == "pass"
        assert db.statements == before
    async with database.write() as db:
        await add_word(db, mia, "text")
        with pytest.raises(Refusal, match="words_refused"):
            await check_words(db, mia, "some text", "post")
    async with database.write() as db:
        await remove_word(db, "text")
        await check_words(db, mia, "some text", "post")


@pytest.mark.row("7.8")
async def test_operators_decide_on_their_pages_and_the_author_reads_it(client: Client, database: Database) -> None:
    async with database.write() as db:
        notes = Notes(await world.person(db, "Author"), "buy now")
        MODERATED["post"] = notes
        author, mia, operator = (
            await world.session_of(db, notes.author_id),
            await world.signed_in(db),
            await world.signed_in(db),
        )
        await db.run(
            "insert into platform.operators (person_id, added_at) values (:person, :now)",
            person=operator.person_id,
            now=clock.now(),
        )
    page = f"/report/post/{notes.author_id}/{notes.thing_id}"
    assert (await client.get(page, headers=mia.headers)).status_code == 200
    assert (await client.post(page, headers=mia.headers, data={"text": "look"})).status_code == 409
    await client.post(page, headers=mia.headers, data={"reason": "spam"}, follow_redirects=False)
    assert "buy now" not in (await client.get(page, headers=mia.headers)).text
    assert (await client.get("/platform/moderation", headers=mia.headers)).status_code == 403
    waiting = (await client.get("/api/v1/platform/moderation/cases", headers=operator.headers)).json()
    case_id = waiting["cases"][0]["case_id"]
    shown = await client.get(f"/platform/moderation/{case_id}", headers=operator.headers)
    assert "buy now" in shown.text
    decided = f"/platform/moderation/{case_id}"
    refused = await client.post(decided, headers=operator.headers, data={"outcome": "hide", "rule": "spam"})
    assert (refused.status_code, notes.hidden) == (422, [])
    await client.post(
        decided,
        headers=operator.headers,
        data={"outcome": "hide", "rule": "spam", "reason": "An advert."},
        follow_redirects=False,
    )
    assert notes.hidden == [True]
    standing = await client.get(f"/appeals/post/{notes.author_id}/{notes.thing_id}", headers=author.headers)
    assert "An advert." in standing.text
    decision_id = (await client.get("/api/v1/moderation/decisions", headers=author.headers)).json()[0]["decision_id"]
    appealed = await client.post(
        f"/api/v1/moderation/decisions/{decision_id}/appeal", headers=author.headers, json={"text": "It is none."}
    )
    assert (appealed.status_code, "decided_by" in appealed.json()) == (201, False)
    assert (await client.get(f"/appeals/{decision_id}", headers=mia.headers)).status_code == 404
    looked = await client.post(  # the only operator looks again herself
        f"/api/v1/platform/moderation/decisions/{decision_id}/second-look",
        headers=operator.headers,
        json={"outcome": "overturned", "reason": "Right."},
    )
    assert (looked.status_code, notes.hidden) == (201, [True, False])
    for address in ("/reports", "/appeals", "/moderation", f"/appeals/{decision_id}"):
        assert (await client.get(address, headers=author.headers)).status_code == 200
    assert (await client.get(f"/platform/moderation/appeals/{decision_id}", headers=operator.headers)).status_code == 200
    assert "An advert" not in (await client.get("/moderation")).text


@pytest.mark.row("7.8")
async def test_operators_keep_the_list_of_words(client: Client, database: Database) -> None:
    async with database.write() as db:
        operator = await world.signed_in(db)
        await db.run(
            "insert into platform.operators (person_id, added_at) values (:person, :now)",
            person=operator.person_id,
            now=clock.now(),
        )
    words = "/api/v1/platform/moderation/words"
    assert (await client.post(words, headers=operator.headers, json={"word": "Spam Word"})).json()["word"] == "spamword"
    assert problem(await client.post(words, headers=operator.headers, json={"word": "spamword"})) == (409, "word_known")
    assert problem(await client.post(words, headers=operator.headers, json={"word": "!!"})) == (422, "word_missing")
    assert "spamword" in (await client.get("/platform/moderation/words", headers=operator.headers)).text
    await client.delete(f"{words}/spamword", headers=operator.headers)
    assert (await client.get(words, headers=operator.headers)).json() == []


@pytest.mark.row("7.8")
def test_the_paces_are_told() -> None:
    told = (Path(__file__).parents[2] / "docs/moderation.md").read_text("utf-8")
    for act, allowed in PACES.items():
        columns = [f"{hour} / {day}" for hour, day in (allowed.first_day, allowed.first_week, allowed.later)]
        assert f"| {act} | {' | '.join(columns)} |" in told, act
    assert f"**{THRESHOLD}** people" in told


@pytest.mark.row("7.8")
async def test_an_appeal_does_not_show_what_a_later_decision_hides(database: Database) -> None:
    async with database.write() as db:
        notes, first_case = await case(db)
        operator, other = await world.person(db), await world.person(db)
        hiding = NewDecision("hide", "spam", "It sells.")
        first = await decide(db, operator, first_case, hiding)
        await appeal(db, notes.author_id, first.decision_id, "It does not.")
        await report(db, await old_person(db), reported(notes))
        later = await decide(db, operator, (await queue(db))[-1].case_id, hiding)
        notes.hidden.clear()
        await look_again(db, other, first.decision_id, NewSecondLook("overturned", "It does not."), alone=False)
        assert notes.hidden == []
        await appeal(db, notes.author_id, later.decision_id, "Nor this.")
        await look_again(db, other, later.decision_id, NewSecondLook("overturned", "Right."), alone=False)
        assert notes.hidden == [False]
