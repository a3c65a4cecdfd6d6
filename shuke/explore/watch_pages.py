"""Pages and API of the place watch: on, off, what there is near here."""

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.explore.asked import numbers, point_of
from shuke.explore.types import Feature, feature_of
from shuke.explore.watch import (
    USUAL,
    Watch,
    end_watch,
    offers_near,
    start_watch,
    told_before,
    watch_of,
)
from shuke.explore.words import who_went
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.merchants import category_names
from shuke.people import Viewer, signed_in
from shuke.places import icon_of
from shuke.shell import redirect, render

REACHES = (200, 500, 1000, 2000)


class WatchForm(msgspec.Struct, frozen=True):
    """From how far."""

    metres: int = USUAL


class HereForm(msgspec.Struct, frozen=True):
    """Where she is: longitude,latitude."""

    near: str = ""


class Here(msgspec.Struct, frozen=True):
    """Where the caller is, in degrees of WGS-84; it is not kept."""

    longitude: float
    latitude: float


class OfferFeature(msgspec.Struct, frozen=True):
    """A place that sells something, and why the caller is told: card (she holds the shop's) or friends (they went there)."""

    why: str
    place: Feature


class OffersNear(msgspec.Struct, frozen=True):
    """What there is to tell now; `left` is how many shops more may be told of today."""

    items: list[OfferFeature]
    left: int


@get("/explore/watch", guards=[signed_in])
async def watch_page(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """What it is, on or off, what was told before."""
    watch = await watch_of(db, viewer.person_id)
    told = await told_before(db, viewer.person_id)
    return render(request, "explore/watch.html", watch=watch, told=told, reaches=REACHES, usual=USUAL)


@post("/explore/watch", guards=[signed_in])
async def switch_on(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[WatchForm]) -> Redirect:
    """On, or from another distance."""
    await start_watch(db, viewer.person_id, data.metres)
    return redirect("/explore/watch", flash=_("Saved."))


@post("/explore/watch/end", guards=[signed_in])
async def switch_off(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """Off, with one tap."""
    await end_watch(db, viewer.person_id)
    return redirect("/explore/watch", flash=_("You are told of nothing more."))


@post("/explore/watch/offers", guards=[signed_in], status_code=200)
async def offers_part(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[HereForm]
) -> Response[str]:
    """What is near here, as a part of the page."""
    offers = await offers_near(db, viewer.person_id, point_of(numbers("near", data.near, 2)))
    names = dict(category_names())
    return render(request, "explore/_offers.html", offers=offers, names=names, icon_of=icon_of, who_went=who_went)


@get("/place-watch", guards=[signed_in], summary="Whether I am told of offers near me")
async def get_watch(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Watch:
    """From how far and since when. Refusals: not_found (it is off)."""
    watch = await watch_of(db, viewer.person_id)
    if watch is None:
        raise NotFound
    return watch


@put("/place-watch", guards=[signed_in], summary="Be told of offers near me")
async def put_watch(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[WatchForm]) -> Watch:
    """On, or from another distance, 100 to 5000 metres. Refusals: metres_unreadable."""
    return await start_watch(db, viewer.person_id, data.metres)


@delete("/place-watch", guards=[signed_in], summary="Be told no more of offers near me", status_code=204)
async def delete_watch(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> None:
    """At once; also when it was off."""
    await end_watch(db, viewer.person_id)


@post("/place-watch/offers", guards=[signed_in], status_code=200, summary="Offers near where I am")
async def create_offers(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[Here]) -> OffersNear:
    """Of shops whose card the caller holds or where friends went; each at most once in seven days, three a day: what is answered is
    counted. Refusals: not_watching, query_unreadable."""
    offers = await offers_near(db, viewer.person_id, point_of([data.longitude, data.latitude]))
    items = [OfferFeature(item.why, feature_of(item.near.place, item.near.metres, len(item.friends))) for item in offers.items]
    return OffersNear(items, offers.left)


watch_pages = Router("/", route_handlers=[watch_page, switch_on, switch_off, offers_part], include_in_schema=False)
watch_routes = Router("/api/v1", route_handlers=[get_watch, put_watch, delete_watch, create_offers], tags=["places"])
