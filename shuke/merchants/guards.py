"""Guards: for whom the viewer may act. Another merchant's id is as unknown as one that does not exist."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar.handlers import BaseRouteHandler

from shuke.kit import clock
from shuke.kit.cache import Cache
from shuke.kit.db import Database
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed, NotFound, Refusal, TooMany
from shuke.kit.web import AnyConnection, AnyRequest, resource
from shuke.merchants.queries import all_employments
from shuke.merchants.types import RIGHTS, Acting, Employment, Right, Till
from shuke.people import Viewer, recognised


class Staffing(Cache[UUID, list[Employment]]):
    """Who works where, as this process has seen it lately."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, all_employments, lambda person_id, _jobs: person_id)


async def acting(connection: AnyConnection, viewer: Viewer, merchant_id: UUID) -> Acting:
    """The viewer as staff of a merchant; not_found for everybody else."""
    for job in await resource(connection, Staffing).get(viewer.person_id):
        if job.merchant_id == merchant_id:
            return Acting(viewer.person_id, merchant_id, job.tag, job.merchant_name, job.currency, job.role, job.store_id)
    raise NotFound


def staff_with(right: Right) -> Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]:
    """A guard for /merchants/{merchant_id}/...: staff of that merchant whose role holds `right`."""

    async def guard(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        viewer = await recognised(connection)
        staff = await acting(connection, viewer, connection.path_params["merchant_id"])
        if not staff.may(right):
            raise NotAllowed("not_allowed", _("Your role does not include this. Ask the owner or a manager."))
        connection.state["acting"] = staff

    return guard


async def staff_of(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """A guard for any staff of the merchant in the path."""
    viewer = await recognised(connection)
    connection.state["acting"] = await acting(connection, viewer, connection.path_params["merchant_id"])


async def provide_acting(request: AnyRequest) -> Acting:
    """Who acts for the merchant in the path, behind such a guard."""
    staff = request.state.get("acting")
    assert isinstance(staff, Acting)
    return staff


def till_among(jobs: list[Employment], person_id: UUID, merchant_id: UUID, store_id: UUID) -> Till:
    """The till of one store, if one of these jobs lets the person stand at it. Refusals: not_staff (404 for a person who does
    not work for this merchant at all), staff_locked."""
    for job in jobs:
        if job.merchant_id != merchant_id or job.store_id not in (None, store_id):
            continue
        if "till" not in RIGHTS[job.role]:
            raise NotAllowed("not_staff", _("Your role does not include the till. Ask the owner or a manager."))
        if job.status != "approved":
            raise Refusal("merchant_not_approved", _("This merchant is not approved at the moment."))
        if job.locked_until is not None and job.locked_until > clock.now():
            seconds = int((job.locked_until - clock.now()).total_seconds()) + 1
            raise TooMany("staff_locked", _("Too many wrong codes. This till is locked for a while."), retry_after=seconds)
        return Till(merchant_id, job.tag, job.currency, store_id, person_id, job.role)
    if all(job.merchant_id != merchant_id for job in jobs):
        raise NotFound("not_staff", _("You don't work at this store."))
    raise NotAllowed("not_staff", _("You don't work at this store."))


async def at_till(connection: AnyConnection, viewer: Viewer, merchant_id: UUID, store_id: UUID) -> Till:
    """The viewer at a store's till; `store_id` must be checked to belong to the merchant by the statement that uses it."""
    return till_among(await resource(connection, Staffing).get(viewer.person_id), viewer.person_id, merchant_id, store_id)
