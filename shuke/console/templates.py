"""Pages of voucher templates: list, rules with a live preview, what was given out and used."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.cards import programme_of
from shuke.console.frame import show
from shuke.console.rows import redemption_rows, voucher_rows
from shuke.console.template_form import MANY, Filled, read_rules, read_trial, typed_of
from shuke.console.trial import Answer, try_out
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.forms import Typed, typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, Store, staff_with, stores_of
from shuke.shell import redirect
from shuke.terms import Draft, Face, Reach, Rules, day_names, face_of, kind_names, sentences
from shuke.vouchers import (
    Named,
    TemplateLine,
    add_stock,
    change_template,
    create_template,
    draft_of,
    named_by,
    reach_of,
    rules_of,
    step_template,
    steps_of,
    template_line,
    template_lines,
)

PAGE = 50
MAY = [staff_with("templates")]


class Ticket(msgspec.Struct, frozen=True):
    """A template as the guest will see its vouchers."""

    face: Face
    title: str
    terms: str
    lines: list[str]


def ticket_of(rules: Rules, reach: Reach) -> Ticket:
    """The voucher's face and its rules in words."""
    return Ticket(face_of(rules.kind, rules.value, reach.currency), rules.title, rules.terms, sentences(rules, reach))


async def form_typed(request: AnyRequest) -> Typed:
    """The fields of a form; several boxes of one name as a list."""
    return await typed_in(request, MANY)


async def _zone(db: Db, merchant_id: UUID, stores: Sequence[Store]) -> str:
    programme = await programme_of(db, merchant_id)
    return programme.zone if programme else stores[0].zone if stores else "UTC"


def _draft_rules(merchant_id: UUID, draft: Draft, stores: Sequence[Store], names: Sequence[Named]) -> tuple[Rules, list[Named]]:
    """A draft as the row it would become, with the names of what it names."""
    fields = {name: getattr(draft, name) for name in draft.__struct_fields__ if name in Rules.__struct_fields__}
    fields["zone"] = draft.zone if draft.zone in available_timezones() else "UTC"  # also an unreadable draft is shown
    rules = Rules(merchant_id=merchant_id, template_id=merchant_id, stock_initial=draft.stock, status="active", **fields)
    known = {(one.part, one.key): one.name for one in names}
    shops = [Named("store", str(store.store_id), store.name) for store in stores if store.store_id in draft.stores]
    articles = [
        Named(part, code, known.get((part, code), code))
        for part, codes in (("required", draft.required), ("excluded", draft.excluded))
        for code in codes
    ]
    return rules, [*shops, *articles]


@get("/templates", guards=MAY)
async def list_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    status: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """All templates with what is left, given out and used."""
    lines = await template_lines(db, acting.merchant_id, status, read_cursor(before), PAGE)
    last = Cursor(lines[-1].created_at, lines[-1].template_id).text if len(lines) == PAGE else ""
    faces = {line.template_id: face_of(line.kind, line.value, acting.currency) for line in lines}
    return show(
        request, acting, "templates.html", lines=lines, faces=faces, kinds=kind_names(), chosen=status, last=last, before=before
    )


@get("/templates/new", guards=MAY)
async def new_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], copy: FromQuery[UUID | None] = None
) -> Response[str]:
    """An empty form, or the rules of another template to begin with."""
    stores = await stores_of(db, acting.merchant_id)
    typed: Typed = {"kind": "money_off", "days": list("0123456"), "valid_days": "30", "uses": "1"}
    if copy is not None:
        rules, named = await _rules(db, acting.merchant_id, copy)
        typed = typed_of(draft_of(rules, named), acting.currency)
    zone = await _zone(db, acting.merchant_id, stores)
    return await _form_page(request, db, acting, read_rules(typed, acting.currency, zone), {})


async def _rules(db: Db, merchant_id: UUID, template_id: UUID) -> tuple[Rules, list[Named]]:
    rules = await rules_of(db, merchant_id, template_id)
    if rules is None:
        raise NotFound
    return rules, await named_by(db, merchant_id, template_id)


async def _form_page(
    request: AnyRequest,
    db: Db,
    acting: Acting,
    filled: Filled,
    errors: dict[str, str],
    template_id: UUID | None = None,
) -> Response[str]:
    stores = await stores_of(db, acting.merchant_id)
    rules, named = _draft_rules(acting.merchant_id, filled.draft, stores, [])
    return show(
        request,
        acting,
        "template_form.html",
        status=422 if errors else 200,
        typed=filled.typed,
        errors=errors,
        stores=stores,
        zones=[
            (zone, zone) for zone in sorted({store.zone for store in stores} | {await _zone(db, acting.merchant_id, stores)})
        ],
        day_names=day_names(),
        kinds=kind_names(),
        template_id=template_id,
        ticket=ticket_of(rules, reach_of(acting.currency, named)),
        answer=None,
        asked=None,
        off=None,
        faults=[],
    )


@post("/templates", guards=MAY)
async def create(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str] | Redirect:
    """Keep a new template, or show the form again with what is wrong at each field."""
    filled = await _filled(request, db, acting)
    if filled.errors:
        return await _form_page(request, db, acting, filled, filled.errors)
    template_id = await create_template(db, acting.merchant_id, acting.person_id, filled.draft)
    return redirect(f"/console/{acting.merchant_id}/templates/{template_id}", flash=_("The voucher can be given out now."))


async def _filled(request: AnyRequest, db: Db, acting: Acting) -> Filled:
    stores = await stores_of(db, acting.merchant_id)
    return read_rules(await form_typed(request), acting.currency, await _zone(db, acting.merchant_id, stores))


@post("/templates/preview", guards=MAY, status_code=200)
async def preview(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """The voucher as it would be, and whether a till would take it."""
    stores = await stores_of(db, acting.merchant_id)
    typed = await form_typed(request)
    filled = read_rules(typed, acting.currency, await _zone(db, acting.merchant_id, stores))
    return await _answered(request, db, acting, filled, stores)


async def _answered(request: AnyRequest, db: Db, acting: Acting, filled: Filled, stores: Sequence[Store]) -> Response[str]:
    asked, unread = read_trial(filled.typed, acting.currency, stores)
    answer: Answer | None = None
    if asked is not None and not filled.errors:
        answer = await try_out(db, acting.merchant_id, acting.person_id, filled.draft, asked)
    rules, named = _draft_rules(acting.merchant_id, filled.draft, stores, [])
    store = next((one for one in stores if asked and one.store_id == asked.store_id), None)
    return show(
        request,
        acting,
        "_template_preview.html",
        ticket=ticket_of(rules, reach_of(acting.currency, named)),
        answer=answer,
        asked=asked,
        store=store,
        off=Money(answer.discount, acting.currency) if answer and answer.discount is not None else None,
        faults=[*filled.errors.values(), *unread.values()],
    )


@get("/templates/{template_id:uuid}", guards=MAY)
async def template_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Response[str]:
    """One template: its voucher, numbers, log, and what can be done with it."""
    line, rules, named = await _found(db, acting, template_id)
    return show(
        request,
        acting,
        "template.html",
        line=line,
        rules=rules,
        stores=await stores_of(db, acting.merchant_id),
        ticket=ticket_of(rules, reach_of(acting.currency, named)),
        kinds=kind_names(),
        steps=await steps_of(db, acting.merchant_id, template_id),
        typed={},
        errors={},
        answer=None,
        asked=None,
        off=None,
        faults=[],
    )


async def _found(db: Db, acting: Acting, template_id: UUID) -> tuple[TemplateLine, Rules, list[Named]]:
    rules, named = await _rules(db, acting.merchant_id, template_id)
    line = await template_line(db, acting.merchant_id, template_id)
    if line is None:
        raise NotFound
    return line, rules, named


@post("/templates/{template_id:uuid}/trial", guards=MAY, status_code=200)
async def trial(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Response[str]:
    """Whether a till would take a voucher of this template."""
    rules, named = await _rules(db, acting.merchant_id, template_id)
    draft = draft_of(rules, named)
    filled = Filled({**typed_of(draft, acting.currency), **await form_typed(request)}, draft, {})
    return await _answered(request, db, acting, filled, await stores_of(db, acting.merchant_id))


@get("/templates/{template_id:uuid}/edit", guards=MAY)
async def edit_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Response[str]:
    """The rules in the form, as long as nothing was given out by them."""
    line, rules, named = await _found(db, acting, template_id)
    if line.frozen:
        raise Refusal(
            "template_frozen", _("Vouchers were given out by these rules, so they stand. Make a copy for other rules.")
        )
    draft = draft_of(rules, named)
    return await _form_page(request, db, acting, Filled(typed_of(draft, acting.currency), draft, {}), {}, template_id)


@post("/templates/{template_id:uuid}", guards=MAY)
async def change(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Keep changed rules, or show the form again."""
    filled = await _filled(request, db, acting)
    if filled.errors:
        await _rules(db, acting.merchant_id, template_id)
        return await _form_page(request, db, acting, filled, filled.errors, template_id)
    await change_template(db, acting.merchant_id, template_id, acting.person_id, filled.draft)
    return redirect(f"/console/{acting.merchant_id}/templates/{template_id}", flash=_("Saved."))


@post("/templates/{template_id:uuid}/steps", guards=MAY)
async def step(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Redirect:
    """Pause, resume or end giving out."""
    wish = (await form_typed(request)).get("step", "")
    if wish not in ("paused", "resumed", "ended"):
        raise NotFound
    await step_template(db, acting.merchant_id, template_id, acting.person_id, wish)
    said = {"paused": _("Paused."), "resumed": _("Given out again."), "ended": _("Ended.")}[wish]
    return redirect(f"/console/{acting.merchant_id}/templates/{template_id}", flash=said)


@post("/templates/{template_id:uuid}/stock", guards=MAY)
async def stock(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Redirect:
    """More to give out."""
    typed = str((await form_typed(request)).get("more", "")).strip()
    more = int(typed) if typed.isdecimal() and len(typed) < 12 else 0
    await add_stock(db, acting.merchant_id, template_id, acting.person_id, more)
    return redirect(f"/console/{acting.merchant_id}/templates/{template_id}", flash=_("Added to the stock."))


@get("/templates/{template_id:uuid}/vouchers", guards=MAY)
async def vouchers_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    template_id: FromPath[UUID],
    status: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """The rows behind the number of vouchers given out."""
    line, _kept, _named = await _found(db, acting, template_id)
    rows = await voucher_rows(db, acting.merchant_id, template_id, status, read_cursor(before), PAGE)
    last = Cursor(rows[-1].issued_at, rows[-1].voucher_id).text if len(rows) == PAGE else ""
    return show(request, acting, "template_vouchers.html", line=line, rows=rows, chosen=status, last=last, before=before)


@get("/templates/{template_id:uuid}/redemptions", guards=MAY)
async def redemptions_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    template_id: FromPath[UUID],
    before: FromQuery[str] = "",
) -> Response[str]:
    """The rows behind the number of uses."""
    line, _kept, _named = await _found(db, acting, template_id)
    rows = await redemption_rows(db, acting.merchant_id, template_id, read_cursor(before), PAGE)
    last = Cursor(rows[-1].at, rows[-1].redemption_id).text if len(rows) == PAGE else ""
    amounts = {
        row.redemption_id: (
            Money(row.bill, acting.currency) if row.bill is not None else None,
            Money(row.discount, acting.currency) if row.discount is not None else None,
        )
        for row in rows
    }
    return show(request, acting, "template_redemptions.html", line=line, rows=rows, amounts=amounts, last=last, before=before)


template_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[
        list_page,
        new_page,
        create,
        preview,
        template_page,
        trial,
        edit_page,
        change,
        step,
        stock,
        vouchers_page,
        redemptions_page,
    ],
    include_in_schema=False,
)
