"""The picture that a link shows where it is pasted: 1200 by 630, drawn from what a stranger may see."""

import asyncio
import re
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from shuke.cards import programme_of
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest
from shuke.people import anyone
from shuke.posters import CardPicture, card_picture
from shuke.shares import Thing, preview, share_by_code
from shuke.shell.filters import PALETTE, palette

KEPT = {"cache-control": "public, max-age=600"}
OURS = re.compile(r"^(/api/v1)?/photos/([0-9a-f-]{36})/([0-9a-f-]{36})(/small)?$")

TRIBES = re.compile(r"^/tribes/([0-9a-f-]{36})/pictures/([0-9a-f-]{36})(/small)?$")


async def _cover(db: Db, address: str | None) -> bytes | None:
    """The thing's own photo, where it is one of an album or of a shop."""
    if tribe := TRIBES.match(address or ""):
        return await db.value(
            bytes,
            """
            select p.body from tribes.tribes t
            join album.photos p on p.person_id = t.picture_by and p.photo_id = t.picture_id and p.hidden_at is null
            where t.tribe_id = :tribe and t.picture_id = :picture
            """,
            tribe=UUID(tribe[1]),
            picture=UUID(tribe[2]),
        )
    found = OURS.match(address or "")
    if found is None:
        return None
    owner, photo = UUID(found[2]), UUID(found[3])
    if found[1]:
        return await db.value(
            bytes,
            "select body from merchants.photos where merchant_id = :owner and photo_id = :photo and purpose <> 'licence'",
            owner=owner,
            photo=photo,
        )
    return await db.value(
        bytes,
        "select body from album.photos where person_id = :owner and photo_id = :photo and hidden_at is null",
        owner=owner,
        photo=photo,
    )


async def _drawn(db: Db, thing: Thing | None) -> Response[bytes]:
    shown = await preview(db, thing, None) if thing is not None else None
    programme = await programme_of(db, shown.merchant_id) if shown is not None and shown.merchant_id is not None else None
    colour = PALETTE[palette(programme.colour if programme else None)]
    words = CardPicture(shown.title if shown else _("Shuke"), shown.text if shown else "", _("Shuke") if shown else "", colour)
    picture = await asyncio.to_thread(card_picture, words, await _cover(db, shown.picture if shown else None))
    return Response(picture, media_type="image/png", headers=KEPT)


@get("/x/{code:str}/picture.png", guards=[anyone])
async def link_picture(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[bytes] | Redirect:
    """A deal has a picture of its own; without a link, or where a stranger may not see the thing, the house's."""
    del request
    share = await share_by_code(db, code)
    if share is not None and share.kind == "deal" and await preview(db, share.thing, None) is not None:
        return Redirect(f"/deals/{share.owner_id}/{share.thing_id}/share.png", status_code=302)
    return await _drawn(db, share.thing if share else None)


@get("/take/{merchant_id:uuid}/picture.png", guards=[anyone])
async def card_picture_of(db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Response[bytes]:
    """Of a card that nobody in particular recommends."""
    return await _drawn(db, Thing("card", merchant_id, merchant_id))


picture_files = Router("/", route_handlers=[link_picture, card_picture_of], include_in_schema=False)
