"""Pages of staff: who works here, who is asked to; and for a person what she is asked."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from shuke.brand.words import role_words
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, address, resource
from shuke.merchants import (
    Acting,
    Staffing,
    accept,
    change_role,
    end_job,
    invitations_for,
    invitations_of,
    invite,
    office_page,
    staff_of_merchant,
    staff_with,
    stores_of,
    withdraw_invitation,
)
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render

MAY = [staff_with("staff")]
Answer = Response[str] | Redirect


class StaffForm(msgspec.Struct, frozen=True):
    """Whom, as what, where; an empty store is all of them."""

    contact: str = ""
    role: str = ""
    store: str = ""


def _store(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


async def _page(
    request: AnyRequest, db: Db, acting: Acting, form: StaffForm | None = None, refusal: Refusal | None = None
) -> Response[str]:
    stores = [(str(store.store_id), store.name) for store in await stores_of(db, acting.merchant_id)]
    return office_page(
        request,
        acting,
        "brand/staff.html",
        status=refusal.status if refusal else 200,
        staff=await staff_of_merchant(db, acting.merchant_id),
        invitations=await invitations_of(db, acting.merchant_id),
        stores=[("", _("All stores")), *stores],
        roles=role_words(),
        form=form or StaffForm(role="cashier"),
        refusal=refusal,
    )


@get("/staff", guards=MAY)
async def staff_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """Who works here, and who is asked."""
    return await _page(request, db, acting)


@post("/staff/invitations", guards=MAY)
async def ask(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], data: URLEncodedBody[StaffForm]
) -> Answer:
    """Ask somebody to work here."""
    try:
        await invite(db, acting, data.contact, data.role, _store(data.store), address(request))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _page(request, db, acting, data, refusal)
    return redirect(f"/console/{acting.merchant_id}/staff", flash=_("Asked. The invitation holds for 14 days."))


@post("/staff/invitations/{invitation_id:uuid}/withdrawal", guards=MAY)
async def withdraw(db: NamedDependency[Db], acting: NamedDependency[Acting], invitation_id: FromPath[UUID]) -> Redirect:
    """Ask no longer."""
    await withdraw_invitation(db, acting, invitation_id)
    return redirect(f"/console/{acting.merchant_id}/staff", flash=_("The invitation is withdrawn."))


@post("/staff/{person_id:uuid}", guards=MAY)
async def change(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    person_id: FromPath[UUID],
    data: URLEncodedBody[StaffForm],
) -> Answer:
    """Another role or store."""
    try:
        await change_role(db, acting, person_id, data.role, _store(data.store))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _page(request, db, acting, None, refusal)
    return redirect(f"/console/{acting.merchant_id}/staff", flash=_("Changed; it holds from now on."))


@post("/staff/{person_id:uuid}/ending", guards=MAY)
async def end(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], person_id: FromPath[UUID]
) -> Answer:
    """Somebody works here no longer."""
    try:
        await end_job(db, acting, person_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _page(request, db, acting, None, refusal)
    if person_id == acting.person_id:
        return redirect("/console", flash=_("You no longer work there."))
    return redirect(f"/console/{acting.merchant_id}/staff", flash=_("This person works here no longer."))


@get("/invitations", guards=[signed_in], include_in_schema=False)
async def own_page(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Who asks the viewer to work there."""
    return render(request, "brand/invitations.html", asked=await invitations_for(db, viewer.person_id), roles=role_words())


@post("/invitations/{merchant_id:uuid}/{invitation_id:uuid}/acceptance", guards=[signed_in], include_in_schema=False)
async def take(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    invitation_id: FromPath[UUID],
) -> Redirect:
    """Begin to work there."""
    await accept(db, viewer.person_id, merchant_id, invitation_id)
    resource(request, Staffing).forget(str(viewer.person_id))  # the next page must know it, before the notice comes round
    return redirect(f"/console/{merchant_id}", flash=_("Welcome to the staff."))


staff_pages = Router(
    "/console/{merchant_id:uuid}", route_handlers=[staff_page, ask, withdraw, change, end], include_in_schema=False
)
own_invitations = Router("/", route_handlers=[own_page, take], include_in_schema=False)
