"""Standing at a till: where the viewer is, and how a refusal is shown there."""

from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from shuke.counter.screen import refused_here
from shuke.counter.types import Standing
from shuke.kit.db import Database
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Staffing, at_till, store_of
from shuke.people import Viewer
from shuke.shell.refused import refused


async def provide_standing(
    request: AnyRequest, viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], store_id: FromPath[UUID]
) -> Standing:
    """The till in the path. Not found for a merchant the viewer does not work for. Refusals: not_staff, staff_locked, store_closed.

    Reads on a connection of its own, given back at once: the request's own must be free while a redemption waits for its batch.
    """
    jobs = await resource(request, Staffing).get(viewer.person_id)
    if all(job.merchant_id != merchant_id for job in jobs):
        raise NotFound
    async with resource(request, Database).read() as db:
        store = await store_of(db, merchant_id, store_id)
    if store is None:
        raise NotFound
    request.state["store"] = store
    till = await at_till(request, viewer, merchant_id, store_id)
    if store.closed_at is not None:
        raise Refusal("store_closed", _("This store is closed. Choose another one."))
    standing = Standing(till, store, viewer.name)
    request.state["standing"] = standing
    return standing


def refused_at_till(request: AnyRequest, refusal: Refusal) -> Response[bytes] | Response[str] | Response[object]:
    """A refusal where the cashier looks: beside the code field. Without a till it is a page like any other."""
    return refused_here(request, refusal) or refused(request, refusal)
