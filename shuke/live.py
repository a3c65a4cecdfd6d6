"""Live route: a page listens to what concerns its viewer."""

from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery
from litestar.response import Stream

from shuke.kit.live import Live
from shuke.kit.web import AnyRequest, resource
from shuke.merchants.guards import Staffing
from shuke.people import signed_in, viewer_of


@get("/live", guards=[signed_in], include_in_schema=False)
async def live(request: AnyRequest, merchant: FromQuery[UUID | None] = None, store: FromQuery[UUID | None] = None) -> Stream:
    """Server-sent events for the signed-in person, and for a store where she works."""
    viewer = viewer_of(request)
    assert viewer is not None
    topics = [f"person:{viewer.person_id}"]
    if store is not None:
        jobs = await resource(request, Staffing).get(viewer.person_id)
        if any(job.merchant_id == merchant and job.store_id in (None, store) for job in jobs):
            topics.append(f"till:{merchant}:{store}")
    return Stream(
        resource(request, Live).stream(topics),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


live_router = Router("/", route_handlers=[live])
