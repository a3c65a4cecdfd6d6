"""JSON API of the wallet: scenes, joining, what a person holds."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.cards import JoinCall, Joined, Membership, join, membership_of
from shuke.cards.queries import cards_of
from shuke.kit import clock, ids
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import scene_by_code
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.vouchers.queries import carried_by
from shuke.wallet.queries import scene_shown
from shuke.wallet.types import NewMembership, SceneShown, Wallet


class Joiner(Batcher[JoinCall, Joined]):
    """The one place where this process's joins meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, join, each_alone=True)


@get("/scenes/{code:str}", guards=[anyone], summary="What a scene code stands for")
async def get_scene(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> SceneShown:
    """Refusals: unknown_scene."""
    viewer = viewer_of(request)
    return await scene_shown(db, code, viewer.person_id if viewer else None)


@post("/memberships", guards=[signed_in], summary="Join a shop by one of its scenes")
async def create_membership(request: AnyRequest, viewer: NamedDependency[Viewer], data: JSONBody[NewMembership]) -> Membership:
    """Joining twice gives the same card. Refusals: unknown_scene, no_programme."""
    code = ids.read_code(data.scene)
    async with resource(request, Database).read() as db:
        scene = await scene_by_code(db, code) if code else None
    if scene is None:
        raise NotFound("unknown_scene", _("This code is not one of ours, or it no longer hangs."))
    await resource(request, Joiner)(JoinCall(scene.merchant_id, viewer.person_id, scene.scene_id))
    async with resource(request, Database).read() as db:
        card = await membership_of(db, viewer.person_id, scene.merchant_id)
    assert card is not None
    return card


@get("/wallet", guards=[signed_in], summary="My cards and vouchers")
async def get_wallet(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Wallet:
    """Two statements, whatever the number of shops."""
    return Wallet(await cards_of(db, viewer.person_id), await carried_by(db, viewer.person_id), clock.now())


routes = Router("/api/v1", route_handlers=[get_scene, create_membership, get_wallet], tags=["wallet"])
