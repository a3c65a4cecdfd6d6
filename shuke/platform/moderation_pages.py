"""The operators' part of moderation: the queue, decisions, second looks, the words that are refused."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.moderation import (
    MODERATED,
    Case,
    CaseReport,
    Decision,
    NewDecision,
    NewSecondLook,
    Shown,
    Word,
    add_word,
    case_of,
    cause_words,
    decide,
    decision_of,
    decisions_about,
    kind_words,
    look_again,
    open_appeals,
    outcome_words,
    queue,
    remove_word,
    reports_of_case,
    rule_words,
    words,
)
from shuke.people import Viewer
from shuke.platform.guards import operator
from shuke.platform.queries import operators
from shuke.shell import redirect, render

Answer = Response[str] | Redirect
PAGE = 30


class DecisionForm(msgspec.Struct, frozen=True):
    """What was chosen about a case."""

    outcome: Literal["keep", "hide"]
    rule: str = ""
    reason: Annotated[str, msgspec.Meta(max_length=8000)] = ""


class LookForm(msgspec.Struct, frozen=True):
    """What was chosen about an appeal."""

    outcome: Literal["upheld", "overturned"]
    reason: Annotated[str, msgspec.Meta(max_length=8000)] = ""


class WordForm(msgspec.Struct, frozen=True):
    """A word to refuse."""

    word: Annotated[str, msgspec.Meta(max_length=300)] = ""


class NewWord(msgspec.Struct, frozen=True):
    """A word to refuse, in any writing."""

    word: Annotated[str, msgspec.Meta(max_length=300)]


class Waiting(msgspec.Struct, frozen=True):
    """A page of what waits; `next` is the cursor of the next one."""

    cases: list[Case]
    appeals: list[Decision]
    next: str | None


class CaseFile(msgspec.Struct, frozen=True):
    """A case with the thing as it is now (None where it is gone), what was reported, and earlier decisions about it."""

    case: Case
    thing: Shown | None
    reports: list[CaseReport]
    earlier: list[Decision]


async def waiting(db: Db, cursor: str | None) -> Waiting:
    """What waits, the oldest first; appeals with the first page. Refusal: cursor_unreadable."""
    found = await queue(db, read_cursor(cursor))
    last = found[PAGE - 1] if len(found) > PAGE else None
    appeals = await open_appeals(db) if cursor is None else []
    return Waiting(found[:PAGE], appeals, Cursor(last.opened_at, last.case_id).text if last else None)


async def file_of(db: Db, case_id: UUID) -> CaseFile:
    """All that a decision stands on. Refusal: not_found."""
    case = await case_of(db, case_id)
    shown, earlier = None, list[Decision]()
    if case.thing is not None and case.kind in MODERATED:
        shown = await MODERATED[case.kind].shown(db, case.thing.owner_id, case.thing.thing_id)
        earlier = await decisions_about(db, case.thing)
    return CaseFile(case, shown, await reports_of_case(db, case_id), earlier)


async def look(db: Db, by: UUID, decision_id: UUID, new: NewSecondLook) -> Decision:
    """The second look: of another operator, where there is another one than the author and the first decider."""
    decision = await decision_of(db, decision_id)
    others = [one for one in await operators(db) if one.person_id not in (decision.decided_by, decision.author_id)]
    return await look_again(db, by, decision_id, new, alone=not others)


@get("/platform/moderation", guards=[operator])
async def show_queue(request: AnyRequest, db: NamedDependency[Db], cursor: FromQuery[str | None] = None) -> Response[str]:
    """Appeals and cases that wait."""
    return render(
        request,
        "platform/moderation.html",
        waiting=await waiting(db, cursor),
        cursor=cursor,
        kinds=kind_words(),
        causes=cause_words(),
        rules=rule_words(),
    )


async def _case_page(
    request: AnyRequest, db: Db, case_id: UUID, refusal: Refusal | None = None, form: DecisionForm | None = None
) -> Response[str]:
    return render(
        request,
        "platform/case.html",
        status=refusal.status if refusal else 200,
        found=await file_of(db, case_id),
        refusal=refusal,
        form=form or DecisionForm("keep"),
        kinds=kind_words(),
        causes=cause_words(),
        rules=rule_words(),
        outcomes=outcome_words(),
    )


@get("/platform/moderation/{case_id:uuid}", guards=[operator])
async def show_case(request: AnyRequest, db: NamedDependency[Db], case_id: FromPath[UUID]) -> Response[str]:
    """One case and the form to decide it."""
    return await _case_page(request, db, case_id)


@post("/platform/moderation/{case_id:uuid}", guards=[operator])
async def decide_case(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    case_id: FromPath[UUID],
    data: URLEncodedBody[DecisionForm],
) -> Answer:
    """Decide it, or say why it can't be decided so."""
    try:
        new = msgspec.convert({"outcome": data.outcome, "rule": data.rule, "reason": data.reason}, NewDecision)
        async with db.savepoint():
            await decide(db, viewer.person_id, case_id, new)
    except msgspec.ValidationError:
        return await _case_page(request, db, case_id, Refusal("too_long", _("At most 2,000 characters, please.")), data)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _case_page(request, db, case_id, refusal, data)
    return redirect("/platform/moderation", flash=_("Decided. It stands in the public log, and the author is told."))


async def _look_page(
    request: AnyRequest, db: Db, decision_id: UUID, refusal: Refusal | None = None, typed: str = ""
) -> Response[str]:
    decision = await decision_of(db, decision_id)
    return render(
        request,
        "platform/second_look.html",
        status=refusal.status if refusal else 200,
        decision=decision,
        found=await file_of(db, decision.case_id),
        refusal=refusal,
        typed=typed,
        kinds=kind_words(),
        rules=rule_words(),
        outcomes=outcome_words(),
    )


@get("/platform/moderation/appeals/{decision_id:uuid}", guards=[operator])
async def show_look(request: AnyRequest, db: NamedDependency[Db], decision_id: FromPath[UUID]) -> Response[str]:
    """An appeal and the form to decide it."""
    return await _look_page(request, db, decision_id)


@post("/platform/moderation/appeals/{decision_id:uuid}", guards=[operator])
async def decide_look(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    decision_id: FromPath[UUID],
    data: URLEncodedBody[LookForm],
) -> Answer:
    """Decide it, or say why it can't be decided so."""
    try:
        if len(data.reason) > 2000:
            raise Refusal("too_long", _("At most 2,000 characters, please."))
        await look(db, viewer.person_id, decision_id, NewSecondLook(data.outcome, data.reason))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _look_page(request, db, decision_id, refusal, data.reason[:2000])
    return redirect("/platform/moderation", flash=_("Decided. It stands in the public log, and the author is told."))


async def _words_page(request: AnyRequest, db: Db, refusal: Refusal | None = None, typed: str = "") -> Response[str]:
    return render(
        request,
        "platform/words.html",
        status=refusal.status if refusal else 200,
        words=await words(db),
        refusal=refusal,
        typed=typed,
    )


@get("/platform/moderation/words", guards=[operator])
async def show_words(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """The words that are refused."""
    return await _words_page(request, db)


@post("/platform/moderation/words", guards=[operator])
async def keep_word(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[WordForm]
) -> Answer:
    """Refuse one more."""
    try:
        await add_word(db, viewer.person_id, data.word)
    except Refusal as refusal:
        return await _words_page(request, db, refusal, data.word)
    return redirect("/platform/moderation/words", flash=_("From now on it is refused."))


@post("/platform/moderation/words/remove", guards=[operator])
async def drop_word(db: NamedDependency[Db], data: URLEncodedBody[WordForm]) -> Redirect:
    """Allow one again."""
    await remove_word(db, data.word)
    return redirect("/platform/moderation/words", flash=_("It is allowed again."))


@get("/cases", guards=[operator], summary="What waits for a decision")
async def get_cases(db: NamedDependency[Db], cursor: FromQuery[str | None] = None) -> Waiting:
    """The oldest first, with the open appeals on the first page. Refusals: not_operator, cursor_unreadable."""
    return await waiting(db, cursor)


@get("/cases/{case_id:uuid}", guards=[operator], summary="One case")
async def get_case(db: NamedDependency[Db], case_id: FromPath[UUID]) -> CaseFile:
    """With the thing as it is now, what was reported, and earlier decisions. Refusals: not_operator, not_found."""
    return await file_of(db, case_id)


@post("/cases/{case_id:uuid}/decision", guards=[operator], summary="Keep or hide a reported thing")
async def create_decision(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    case_id: FromPath[UUID],
    data: JSONBody[NewDecision],
) -> Decision:
    """Of two operators at once the first one's holds. Refusals: not_operator, not_found, already_decided, reason_missing, gone,
    own_thing, idempotency_key_reused."""

    async def work() -> Decision:
        return await decide(db, viewer.person_id, case_id, data)

    return await once(db, viewer.person_id, key, case_id.bytes + raw, Decision, work)


@post("/decisions/{decision_id:uuid}/second-look", guards=[operator], summary="Decide an appeal")
async def create_second_look(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    decision_id: FromPath[UUID],
    data: JSONBody[NewSecondLook],
) -> Decision:
    """By another operator than the first decider, where there is one. Refusals: not_operator, not_found, reason_missing,
    second_look_by_another, own_thing, already_decided, idempotency_key_reused."""

    async def work() -> Decision:
        return await look(db, viewer.person_id, decision_id, data)

    return await once(db, viewer.person_id, key, decision_id.bytes + raw, Decision, work)


@get("/words", guards=[operator], summary="Words that are refused")
async def get_words(db: NamedDependency[Db]) -> list[Word]:
    """Made plain. Refusal: not_operator."""
    return await words(db)


@post("/words", guards=[operator], summary="Refuse a word")
async def create_word(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewWord]) -> Word:
    """Latin and the like as a word of its own, Chinese anywhere. Refusals: not_operator, word_missing, word_known."""
    return await add_word(db, viewer.person_id, data.word)


@delete("/words/{word:str}", guards=[operator], summary="Allow a word again")
async def delete_word(db: NamedDependency[Db], word: FromPath[str]) -> None:
    """As the list has it. Refusals: not_operator, not_found."""
    await remove_word(db, word)


moderation_pages = Router(
    "/",
    route_handlers=[show_queue, show_words, keep_word, drop_word, show_look, decide_look, show_case, decide_case],
    include_in_schema=False,
)
moderation_routes = Router(
    "/api/v1/platform/moderation",
    route_handlers=[get_cases, get_case, create_decision, create_second_look, get_words, create_word, delete_word],
    tags=["platform"],
)
