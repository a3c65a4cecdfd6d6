"""Loading and adding pictures."""

from uuid import UUID

from litestar import Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from shuke.album.actions import add
from shuke.album.served import served
from shuke.album.types import PhotoAdded, address
from shuke.kit.db import Db
from shuke.kit.refusals import Unreadable
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, anyone, signed_in


@post("/photos", guards=[signed_in], summary="Put a photo into your album")
async def add_photo(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> PhotoAdded:
    """As multipart with a part `photo`: JPEG, PNG or WebP up to 10 MB; it is made anew without position or camera, no side over 1600
    pixels. It goes after a day unless something is made with it. Refusals: photo_too_large, photo_unreadable, too_many_photos,
    picture_refused."""
    part = (await request.form()).get("photo")
    if not isinstance(part, UploadFile):
        raise Unreadable("photo_unreadable")
    photo_id = await add(db, viewer.person_id, await part.read())
    return PhotoAdded(
        viewer.person_id, photo_id, address(viewer.person_id, photo_id), address(viewer.person_id, photo_id, small=True)
    )


@get("/photos/{person_id:uuid}/{photo_id:uuid}", guards=[anyone], include_in_schema=False)
async def photo(db: NamedDependency[Db], person_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Response[bytes]:
    """The picture, for who knows its id. Refusal: not_found."""
    return await served(db, person_id, photo_id)


@get("/photos/{person_id:uuid}/{photo_id:uuid}/small", guards=[anyone], include_in_schema=False)
async def small_photo(db: NamedDependency[Db], person_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Response[bytes]:
    """The picture for lists. Refusal: not_found."""
    return await served(db, person_id, photo_id, small=True)


album_routes = Router("/api/v1", route_handlers=[add_photo], tags=["photos"])
album_files = Router("/", route_handlers=[photo, small_photo])
