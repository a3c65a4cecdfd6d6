"""API of scene codes."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.console.scene_queries import joins_of, poster_maker
from shuke.console.scenes import poster_file
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, address
from shuke.merchants import Acting, HungScene, SceneKind, end_scene, hang_scenes, scene_of, scenes_of, staff_with
from shuke.posters import Size, svg

PAGE = 50
MAY = [staff_with("scenes")]


class NewScenes(msgspec.Struct, frozen=True):
    """One code for each label; without a store they belong to the whole brand."""

    kind: SceneKind
    labels: list[str]
    store_id: UUID | None = None


class CountedScene(msgspec.Struct, frozen=True):
    """A scene with the address of its code, and how many cards began there."""

    scene: HungScene
    address: str
    joins: int


class CountedScenes(msgspec.Struct, frozen=True):
    """A page of scenes; `next` begins the following one, empty on the last."""

    items: list[CountedScene]
    next: str


async def _counted(request: AnyRequest, db: Db, acting: Acting, scenes: Sequence[HungScene]) -> list[CountedScene]:
    joins = await joins_of(db, acting.merchant_id, [scene.scene_id for scene in scenes])
    return [CountedScene(scene, f"{address(request)}/s/{scene.code}", joins[scene.scene_id]) for scene in scenes]


@get("/scenes", guards=MAY, summary="Scene codes of a merchant")
async def list_scenes(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    ended: FromQuery[bool] = False,
    before: FromQuery[str] = "",
) -> CountedScenes:
    """Those that hang, or those taken down; the newest first. Refusals: not_found, not_allowed, cursor_unreadable."""
    scenes = await scenes_of(db, acting.merchant_id, ended=ended, before=read_cursor(before), most=PAGE)
    following = Cursor(scenes[-1].created_at, scenes[-1].scene_id).text if len(scenes) == PAGE else ""
    return CountedScenes(await _counted(request, db, acting, scenes), following)


@post("/scenes", guards=MAY, summary="Make scene codes")
async def post_scenes(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewScenes],
) -> CountedScenes:
    """Refusals: scene_unreadable, not_found for a store of somebody else, not_allowed."""

    async def hang() -> CountedScenes:
        made = await hang_scenes(
            db, acting.merchant_id, acting.person_id, kind=data.kind, labels=data.labels, store_id=data.store_id
        )
        scenes = [scene for scene_id in made if (scene := await scene_of(db, acting.merchant_id, scene_id))]
        return CountedScenes(await _counted(request, db, acting, scenes), "")

    return await once(db, acting.person_id, key, raw, CountedScenes, hang)


@get("/scenes/{scene_id:uuid}", guards=MAY, summary="One scene code")
async def get_scene(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], scene_id: FromPath[UUID]
) -> CountedScene:
    """Refusals: not_found, not_allowed."""
    scene = await scene_of(db, acting.merchant_id, scene_id)
    if scene is None:
        raise NotFound
    return (await _counted(request, db, acting, [scene]))[0]


@post("/scenes/{scene_id:uuid}/end", guards=MAY, summary="Take a scene code down")
async def post_end(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], scene_id: FromPath[UUID]
) -> CountedScene:
    """Refusals: not_found, not_allowed, scene_ended."""
    await end_scene(db, acting.merchant_id, scene_id)
    scene = await scene_of(db, acting.merchant_id, scene_id)
    assert scene is not None
    return (await _counted(request, db, acting, [scene]))[0]


@get("/scenes/{scene_id:uuid}/poster", guards=MAY, summary="A scene's poster to print", media_type="application/pdf")
async def get_poster(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    scene_id: FromPath[UUID],
    size: FromQuery[Size] = "a4",
    form: FromQuery[Literal["pdf", "svg"]] = "pdf",
) -> Response[bytes] | Response[str]:
    """PDF on A4, A5 or as a tent for tables, or SVG. Refusals: not_found, not_allowed."""
    scene = await scene_of(db, acting.merchant_id, scene_id)
    if scene is None:
        raise NotFound
    poster = (await poster_maker(db, acting, address(request))).poster(scene)
    if form == "svg":
        return Response(svg(poster), media_type="image/svg+xml")
    return poster_file([poster], size)


scene_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[list_scenes, post_scenes, get_scene, post_end, get_poster],
    tags=["scenes"],
)
