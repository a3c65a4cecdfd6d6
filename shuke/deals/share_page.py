"""The share picture's address."""

import asyncio
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from shuke.deals.photos import photo_of
from shuke.deals.queries import shown_deal
from shuke.deals.share import drawn, words_of
from shuke.kit.db import Db
from shuke.people import anyone


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}/share.png", guards=[anyone])
async def share_picture(db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]) -> Response[bytes]:
    """Drawn from the deal as it is, with its cover."""
    deal = await shown_deal(db, merchant_id, deal_id)
    cover = (await photo_of(db, merchant_id, deal_id, deal.photos[0], public=True)).body if deal.photos else None
    picture = await asyncio.to_thread(drawn, words_of(deal), cover)
    return Response(picture, media_type="image/png", headers={"cache-control": "public, max-age=600"})


share_pages = Router("/", route_handlers=[share_picture], include_in_schema=False)
