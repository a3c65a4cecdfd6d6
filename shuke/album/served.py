"""A picture as it is answered, also where another room gives it an address of its own."""

from uuid import UUID

import msgspec
from litestar.response import Response

from shuke.kit.db import Db
from shuke.kit.refusals import NotFound

KEPT = {"cache-control": "private, max-age=86400, immutable"}


class _File(msgspec.Struct, frozen=True):
    content_type: str
    body: bytes


async def served(db: Db, person_id: UUID, photo_id: UUID, *, small: bool = False) -> Response[bytes]:
    """The picture, or the small one for lists. Refusal: not_found where it isn't there, or a decision hides it."""
    found = await db.one(
        _File,
        """
        select case when :small::boolean then 'image/webp' else content_type end as content_type,
          case when :small then small else body end as body
        from album.photos where person_id = :person and photo_id = :photo and hidden_at is null
        """,
        small=small,
        person=person_id,
        photo=photo_id,
    )
    if found is None:
        raise NotFound
    return Response(found.body, media_type=found.content_type, headers=KEPT)
