"""API of the profiles room."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.profiles.actions import save, take_card
from shuke.profiles.queries import own_profile, shown_to
from shuke.profiles.types import CardLink, Draft, Own, Shown


@get("/people/{person_id:uuid}", guards=[anyone], summary="A person as I may see her")
async def get_person(request: AnyRequest, db: NamedDependency[Db], person_id: FromPath[UUID]) -> Shown:
    """What she shows to everyone, to friends where we are, null for the rest. Refusal: not_found (also where either blocked the other)."""
    viewer = viewer_of(request)
    return await shown_to(db, viewer.person_id if viewer else None, person_id)


@post("/people/{person_id:uuid}/cards/{merchant_id:uuid}/link", guards=[signed_in], summary="Take a card somebody shows")
async def create_card_link(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    person_id: FromPath[UUID],
    merchant_id: FromPath[UUID],
) -> CardLink:
    """Her link to it: who joins by that is her branch. Refusals: not_found (also a card I may not see), idempotency_key_reused."""

    async def work() -> CardLink:
        return await take_card(db, viewer.person_id, person_id, merchant_id)

    return await once(db, viewer.person_id, key, person_id.bytes + merchant_id.bytes + raw, CardLink, work)


@get("/me/profile", guards=[signed_in], summary="My own page")
async def get_profile(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Own:
    """What it says, and who sees what of it."""
    return await own_profile(db, viewer.person_id)


@put("/me/profile", guards=[signed_in], summary="Change my own page")
async def put_profile(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[Draft]) -> Own:
    """Replaces all of it. Refusals: words_refused, not_found (a photo that is not mine), unreadable."""
    return await save(db, viewer.person_id, data)


profile_routes = Router("/api/v1", route_handlers=[get_person, create_card_link, get_profile, put_profile], tags=["profiles"])
