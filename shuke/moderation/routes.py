"""JSON API: reports, the public log, what was decided about one's own things, appeals."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.moderation.appeals import appeal
from shuke.moderation.cases import report
from shuke.moderation.queries import decisions_on, own_reports, public_log
from shuke.moderation.types import Log, NewAppeal, NewReport, OwnDecision, Report
from shuke.people import Viewer, anyone, signed_in


@post("/reports", guards=[signed_in], summary="Report a thing that breaks a rule")
async def create_report(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewReport],
) -> Report:
    """Once for each person and thing: again gives the first one. Refusals: not_found, own_thing, too_many_requests,
    idempotency_key_reused."""

    async def work() -> Report:
        return await report(db, viewer.person_id, data)

    return await once(db, viewer.person_id, key, raw, Report, work)


@get("/reports", guards=[signed_in], summary="Your reports")
async def get_reports(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[Report]:
    """The newest hundred, with what was decided."""
    return await own_reports(db, viewer.person_id)


@get("/moderation/log", guards=[anyone], summary="The public log of decisions")
async def get_log(db: NamedDependency[Db], cursor: FromQuery[str | None] = None) -> Log:
    """The newest first: what kind of thing, which rule, what was decided, what became of an appeal; no names, no texts. Refusal:
    cursor_unreadable."""
    return await public_log(db, cursor)


@get("/moderation/decisions", guards=[signed_in], summary="Decisions about you")
async def get_decisions(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[OwnDecision]:
    """The newest hundred, with the reason and your appeal."""
    return [OwnDecision.of(decision) for decision in await decisions_on(db, viewer.person_id)]


@post("/moderation/decisions/{decision_id:uuid}/appeal", guards=[signed_in], summary="Ask for a second look")
async def create_appeal(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    decision_id: FromPath[UUID],
    data: JSONBody[NewAppeal],
) -> OwnDecision:
    """Once for each decision that hides something of yours, within 90 days. Refusals: not_found, text_missing, appeal_closed,
    already_appealed, idempotency_key_reused."""

    async def work() -> OwnDecision:
        return OwnDecision.of(await appeal(db, viewer.person_id, decision_id, data.text))

    return await once(db, viewer.person_id, key, decision_id.bytes + raw, OwnDecision, work)


moderation_routes = Router(
    "/api/v1", route_handlers=[create_report, get_reports, get_log, get_decisions, create_appeal], tags=["moderation"]
)
