"""What everybody can fetch of deals beside their pages: the share picture, and a shop's few as a part of another page."""

import asyncio
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from shuke.deals.photos import photo_of
from shuke.deals.queries import public_deals, shown_deal
from shuke.deals.share import words_of
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.web import AnyRequest
from shuke.people import anyone
from shuke.posters import share_picture
from shuke.shell import render

FEW = 3


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}/share.png", guards=[anyone])
async def shared_picture(db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]) -> Response[bytes]:
    """Drawn from the deal as it is, with its cover."""
    deal = await shown_deal(db, merchant_id, deal_id)
    cover = (await photo_of(db, merchant_id, deal_id, deal.photos[0], public=True)).body if deal.photos else None
    picture = await asyncio.to_thread(share_picture, words_of(deal), cover)
    return Response(picture, media_type="image/png", headers={"cache-control": "public, max-age=600"})


@get("/deals/{merchant_id:uuid}/few", guards=[anyone])
async def few_deals(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID]
) -> Response[str] | Response[None]:
    """What a shop sells, in a few lines for its card and its code's page; nothing where it sells nothing."""
    deals = await public_deals(db, merchant_id)
    if not deals:
        return Response(None, status_code=204)
    return render(request, "deals/_few.html", deals=deals[:FEW], more=len(deals) - FEW, now=clock.now(), shop=merchant_id)


public_pages = Router("/", route_handlers=[shared_picture, few_deals], include_in_schema=False)
