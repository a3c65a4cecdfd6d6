"""Pages: the map of a conversation with who shares her place, offers around, and what was agreed."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.chat import Conversation, conversation_of
from shuke.friends import Face, faces
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.places import Near, Place, Wanted, near, place_of, places_of
from shuke.shell import redirect, render
from shuke.whereabouts.actions import agree, propose
from shuke.whereabouts.queries import agreements_of, positions_of
from shuke.whereabouts.types import Agreement, Position

ONE = "/chats/{conversation_id:uuid}/map"
MOST_AROUND = 12
SMALLEST_CROWD = 2  # so many have to be for a place


class PlaceShown(msgspec.Struct, frozen=True):
    """A place that is talked about: who is for it, whether the viewer is."""

    place: Place
    people: list[Face]
    mine: bool
    agreed: bool


class Sharer(msgspec.Struct, frozen=True):
    """Somebody on the map."""

    id: UUID
    name: str
    photo: str | None
    longitude: float
    latitude: float
    until: str
    mine: bool


@get(ONE, guards=[signed_in])
async def map_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    conversation_id: FromPath[UUID],
    place: FromQuery[UUID | None] = None,
) -> Response[str]:
    """Both on the map with shops and offers around; `place`: one that was proposed in a message."""
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    positions = await positions_of(db, viewer.person_id, conversation_id)
    looked = await place_of(db, place) if place else None
    centre = looked.point if looked else middle(positions)
    return render(
        request,
        "whereabouts/map.html",
        conversation=conversation,
        title=await _title(db, viewer.person_id, conversation),
        sharers=msgspec.to_builtins(await _sharers(db, viewer.person_id, positions)),
        sharing=next((one for one in positions if one.person_id == viewer.person_id), None),
        looked=looked,
        centre=centre,
        talked=await _talked(db, viewer.person_id, conversation_id, looked),
        around=await _around(db, centre),
    )


async def _title(db: Db, viewer_id: UUID, conversation: Conversation) -> str:
    if conversation.other_id is None:
        return conversation.title or _("Chat group")
    return (await faces(db, viewer_id, [conversation.other_id]))[conversation.other_id].name


def middle(positions: list[Position]) -> Point | None:
    """Between those who share; the first one where they are on two sides of the date line."""
    if not positions:
        return None
    longitudes = [one.longitude for one in positions]
    if max(longitudes) - min(longitudes) > 180:
        return Point(positions[0].longitude, positions[0].latitude)
    return Point(sum(longitudes) / len(positions), sum(one.latitude for one in positions) / len(positions))


async def _around(db: Db, centre: Point | None) -> list[Near]:
    """Shops with live offers first; where there are none, shops."""
    if centre is None:
        return []
    offers = (await near(db, Wanted(point=centre, has_deals=True, most=MOST_AROUND))).items
    return offers or (await near(db, Wanted(point=centre, most=MOST_AROUND))).items


async def _sharers(db: Db, viewer_id: UUID, positions: list[Position]) -> list[Sharer]:
    shown = await faces(db, viewer_id, [one.person_id for one in positions])
    return [
        Sharer(
            one.person_id,
            shown[one.person_id].name,
            shown[one.person_id].photo,
            one.longitude,
            one.latitude,
            one.until.isoformat(),
            one.person_id == viewer_id,
        )
        for one in positions
    ]


async def _talked(db: Db, viewer_id: UUID, conversation_id: UUID, looked: Place | None) -> list[PlaceShown]:
    by_place: dict[UUID, list[Agreement]] = {looked.place_id: []} if looked else {}
    for one in await agreements_of(db, viewer_id, conversation_id):
        by_place.setdefault(one.place_id, []).append(one)
    places = await places_of(db, list(by_place))
    shown = await faces(db, viewer_id, list({one.person_id for some in by_place.values() for one in some}))
    return [
        PlaceShown(
            places[place_id],
            [shown[one.person_id] for one in some],
            any(one.person_id == viewer_id for one in some),
            len(some) >= SMALLEST_CROWD,
        )
        for place_id, some in by_place.items()
        if place_id in places
    ]


@get(f"{ONE}/people", guards=[signed_in])
async def people_on_map(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> list[Sharer]:
    """Who is where, for the map."""
    return await _sharers(db, viewer.person_id, await positions_of(db, viewer.person_id, conversation_id))


@get(f"{ONE}/around", guards=[signed_in])
async def around_part(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Response[str]:
    """Shops around those who share."""
    positions = await positions_of(db, viewer.person_id, conversation_id)
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    return render(request, "whereabouts/around.html", conversation=conversation, around=await _around(db, middle(positions)))


@get(f"{ONE}/places/{{place_id:uuid}}", guards=[signed_in])
async def picked_part(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    conversation_id: FromPath[UUID],
    place_id: FromPath[UUID],
) -> Response[str]:
    """A place that was tapped on the map."""
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    place = await place_of(db, place_id)
    return render(request, "whereabouts/picked.html", conversation=conversation, place=place)


@post(f"{ONE}/places/{{place_id:uuid}}/proposal", guards=[signed_in])
async def propose_place(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], place_id: FromPath[UUID]
) -> Redirect:
    """One tap: said in the chat."""
    await propose(db, viewer.person_id, conversation_id, place_id)
    return redirect(f"/chats/{conversation_id}/map?place={place_id}", flash=_("Proposed in the chat."))


@post(f"{ONE}/places/{{place_id:uuid}}/agreement", guards=[signed_in])
async def agree_place(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], place_id: FromPath[UUID]
) -> Redirect:
    """The other taps: agreed."""
    await agree(db, viewer.person_id, conversation_id, place_id)
    return redirect(f"/chats/{conversation_id}/map?place={place_id}", flash=_("Agreed."))


whereabouts_pages = Router(
    "/",
    route_handlers=[map_page, people_on_map, around_part, picked_part, propose_place, agree_place],
    include_in_schema=False,
)
