"""One place: what its shop says of it, how to get there, its card, and which friends went."""

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec

from shuke.explore.queries import who
from shuke.explore.types import attribution
from shuke.friends import Face
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import shifted, to_gcj
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.merchants import (
    MerchantCard,
    SpecialSpell,
    WeekLine,
    category_names,
    hours_of,
    merchant_card,
    opening,
    photos_of,
    special_hours_of,
    week,
)
from shuke.places import Place, place_of
from shuke.shares import Preview, Thing, shareable

MOST_PHOTOS = 8


class Way(msgspec.Struct, frozen=True):
    """An app that leads there."""

    name: str
    href: str


class PlaceShown(msgspec.Struct, frozen=True):
    """A place as its page shows it, open or closed `until`; what only a shop can say is empty where nobody runs it here."""

    place: Place
    merchant: MerchantCard | None
    until: datetime | None
    week: list[WeekLine]
    specials: list[SpecialSpell]
    photos: list[str]
    ways: list[Way]
    scene: str | None
    member: bool
    friends: list[Face]
    attribution: str


async def place_shown(db: Db, place_id: UUID, viewer_id: UUID | None) -> PlaceShown:
    """What is known of it. Refusal: not_found."""
    place = await place_of(db, place_id)
    if place is None:
        raise NotFound("not_found", _("This place is not here any more."))
    friends = (await who(db, viewer_id, [place_id])).get(place_id, [])
    said = attribution([place])
    if place.merchant_id is None:
        return PlaceShown(place, None, None, [], [], [], ways(place), None, False, friends, said)
    merchant_id, now = place.merchant_id, clock.now()
    today = clock.day_of(now, place.zone)
    spells = [spell for spell in await hours_of(db, merchant_id) if spell.store_id == place_id]
    specials = [
        spell for spell in await special_hours_of(db, merchant_id, today - timedelta(days=1)) if spell.store_id == place_id
    ]
    now_open = opening(spells, specials, place.zone, now)
    photos = [
        f"/api/v1/photos/{merchant_id}/{photo.photo_id}"
        for photo in await photos_of(db, merchant_id)
        if photo.purpose == "store" and photo.store_id in (None, place_id)
    ]
    return PlaceShown(
        place,
        await merchant_card(db, merchant_id),
        now_open.until if now_open else None,
        week(spells, today),
        [spell for spell in specials if spell.day >= today],
        photos[:MOST_PHOTOS],
        ways(place),
        await _scene(db, merchant_id, place_id),
        await _member(db, merchant_id, viewer_id),
        friends,
        said,
    )


def ways(place: Place) -> list[Way]:
    """Map apps; China's count in a shifted grid, so they are given its numbers."""
    name = quote(place.name)
    plain = f"{place.latitude:.6f},{place.longitude:.6f}"
    found = [Way(_("Map app of this phone"), f"geo:{plain}?q={plain}({name})")]
    if not shifted(place.point):
        return [
            *found,
            Way(
                "OpenStreetMap",
                f"https://www.openstreetmap.org/?mlat={place.latitude:.6f}&mlon={place.longitude:.6f}#map=18/{plain.replace(',', '/')}",
            ),
        ]
    there = to_gcj(place.point)
    latitude, longitude = f"{there.latitude:.6f}", f"{there.longitude:.6f}"
    amap = urlencode({"position": f"{longitude},{latitude}", "name": place.name, "coordinate": "gaode", "callnative": 1})
    baidu = urlencode(
        {
            "location": f"{latitude},{longitude}",
            "title": place.name,
            "content": place.street or place.name,
            "output": "html",
            "coord_type": "gcj02",
        }
    )
    tencent = urlencode({"marker": f"coord:{latitude},{longitude};title:{place.name};addr:{place.street or place.name}"})
    return [
        Way(_("Amap"), f"https://uri.amap.com/marker?{amap}"),
        Way(_("Baidu Maps"), f"https://api.map.baidu.com/marker?{baidu}"),
        Way(_("Tencent Maps"), f"https://apis.map.qq.com/uri/v1/marker?{tencent}"),
        *found,
    ]


async def _scene(db: Db, merchant_id: UUID, store_id: UUID) -> str | None:
    """The code at this store's door, by which one takes the card of a shop that has one."""
    return await db.value(
        str,
        """
        select s.code from merchants.scenes s join cards.programmes p on p.merchant_id = s.merchant_id
        where s.merchant_id = :merchant and s.ended_at is null and s.kind in ('store', 'checkout', 'poster')
          and (s.store_id = :store or s.store_id is null)
        order by s.store_id is null, s.kind <> 'store', s.scene_id limit 1
        """,
        merchant=merchant_id,
        store=store_id,
    )


async def _member(db: Db, merchant_id: UUID, viewer_id: UUID | None) -> bool:
    found = await db.value(
        bool,
        """
        select true from cards.memberships where merchant_id = :merchant and person_id = :viewer::uuid and left_at is null
        """,
        merchant=merchant_id,
        viewer=viewer_id,
    )
    return bool(found)


@shareable("place")
async def shared(db: Db, thing: Thing, _viewer_id: UUID | None) -> Preview | None:
    """A place as chats and feeds show it."""
    place = await place_of(db, thing.thing_id)
    if place is None:
        return None
    names = dict(category_names())
    text = " · ".join(part for part in (names.get(place.category, ""), place.street) if part)
    return Preview(place.name, text, f"/places/{place.place_id}", place.photo or None, place.merchant_id, "map-pin")
