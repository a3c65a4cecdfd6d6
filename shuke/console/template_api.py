"""API of voucher templates."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.console.trial import Answer, Asked, try_out
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.merchants import Acting, staff_with
from shuke.terms import Draft, sentences
from shuke.vouchers import (
    TemplateLine,
    add_stock,
    change_template,
    create_template,
    draft_of,
    named_by,
    reach_of,
    rules_of,
    step_template,
    template_line,
    template_lines,
)

PAGE = 50
MAY = [staff_with("templates")]
Status = Literal["active", "paused", "ended"]


class Template(msgspec.Struct, frozen=True):
    """A template: its rules, how many were given out and used, and the rules in words."""

    template_id: UUID
    status: str
    rules: Draft
    counts: TemplateLine
    sentences: list[str]


class Templates(msgspec.Struct, frozen=True):
    """A page of templates; `next` begins the following one, empty on the last."""

    items: list[TemplateLine]
    next: str


class MoreStock(msgspec.Struct, frozen=True):
    """How many more may be given out."""

    more: int


class Trial(msgspec.Struct, frozen=True):
    """Rules, and what is asked of the till about them."""

    rules: Draft
    asked: Asked


async def _template(db: Db, acting: Acting, template_id: UUID) -> Template:
    rules = await rules_of(db, acting.merchant_id, template_id)
    line = await template_line(db, acting.merchant_id, template_id)
    if rules is None or line is None:
        raise NotFound
    named = await named_by(db, acting.merchant_id, template_id)
    said = sentences(rules, reach_of(acting.currency, named))
    return Template(template_id, rules.status, draft_of(rules, named), line, said)


@get("/templates", guards=MAY, summary="Voucher templates of a merchant")
async def list_templates(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    status: FromQuery[Status | None] = None,
    before: FromQuery[str] = "",
) -> Templates:
    """The newest first. Refusals: not_found, not_allowed, cursor_unreadable."""
    lines = await template_lines(db, acting.merchant_id, status or "", read_cursor(before), PAGE)
    following = Cursor(lines[-1].created_at, lines[-1].template_id).text if len(lines) == PAGE else ""
    return Templates(lines, following)


@post("/templates", guards=MAY, summary="Make a voucher template")
async def post_template(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[Draft],
) -> Template:
    """Refusals: template_unreadable (facts name the fields), not_found for a store of somebody else, not_allowed."""

    async def make() -> Template:
        template_id = await create_template(db, acting.merchant_id, acting.person_id, data)
        return await _template(db, acting, template_id)

    return await once(db, acting.person_id, key, raw, Template, make)


@get("/templates/{template_id:uuid}", guards=MAY, summary="One voucher template")
async def get_template(db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]) -> Template:
    """Refusals: not_found, not_allowed."""
    return await _template(db, acting, template_id)


@put("/templates/{template_id:uuid}", guards=MAY, summary="Change a template from which nothing was issued")
async def put_template(
    db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID], data: JSONBody[Draft]
) -> Template:
    """Refusals: not_found, not_allowed, template_frozen, template_unreadable."""
    await change_template(db, acting.merchant_id, template_id, acting.person_id, data)
    return await _template(db, acting, template_id)


@post("/templates/{template_id:uuid}/pause", guards=MAY, summary="Stop giving out for a while")
async def pause_template(db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]) -> Template:
    """Vouchers given out stay usable. Refusals: not_found, not_allowed, wrong_step."""
    await step_template(db, acting.merchant_id, template_id, acting.person_id, "paused")
    return await _template(db, acting, template_id)


@post("/templates/{template_id:uuid}/resume", guards=MAY, summary="Give out again")
async def resume_template(db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]) -> Template:
    """Refusals: not_found, not_allowed, wrong_step."""
    await step_template(db, acting.merchant_id, template_id, acting.person_id, "resumed")
    return await _template(db, acting, template_id)


@post("/templates/{template_id:uuid}/end", guards=MAY, summary="Give out no more, for good")
async def end_template(db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]) -> Template:
    """Vouchers given out stay usable. Refusals: not_found, not_allowed, wrong_step."""
    await step_template(db, acting.merchant_id, template_id, acting.person_id, "ended")
    return await _template(db, acting, template_id)


@post("/templates/{template_id:uuid}/stock", guards=MAY, summary="Add to the stock")
async def post_stock(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    template_id: FromPath[UUID],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[MoreStock],
) -> Template:
    """Refusals: not_found, not_allowed, no_stock, stock_unreadable."""

    async def add() -> Template:
        await add_stock(db, acting.merchant_id, template_id, acting.person_id, data.more)
        return await _template(db, acting, template_id)

    return await once(db, acting.person_id, key, raw, Template, add)


@post("/template-trials", guards=MAY, status_code=200, summary="Would a till take a voucher of these rules?")
async def post_trial(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[Trial]) -> Answer:
    """Asked of issuing and redeeming themselves; leaves nothing behind. Refusals: template_unreadable, not_found, not_allowed."""
    return await try_out(db, acting.merchant_id, acting.person_id, data.rules, data.asked)


template_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[
        list_templates,
        post_template,
        get_template,
        put_template,
        pause_template,
        resume_template,
        end_template,
        post_stock,
        post_trial,
    ],
    tags=["templates"],
)
