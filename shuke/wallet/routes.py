"""JSON API of the wallet: scenes, joining, vouchers, claim links, what a person holds and what happened."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.cards import JoinCall, Joined, join
from shuke.claims import Claim, ClaimCall, Claimed, claim
from shuke.kit import clock, ids
from shuke.kit.batch import Batcher
from shuke.kit.cache import Cache
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Database, Db
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Scene, scenes_by_codes
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.wallet.history import history_of
from shuke.wallet.queries import claim_of, claim_shown, hanging, scene_of, scene_shown, voucher_shown, wallets_of
from shuke.wallet.types import ClaimShown, History, NewClaim, NewMembership, SceneShown, VoucherShown, Wallet


class Scenes(Cache[str, Scene | None]):
    """The scenes this process has been asked for lately, by their plain code."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, scenes_by_codes, lambda _code, scene: scene.merchant_id if scene else None)


class Joiner(Batcher[JoinCall, Joined]):
    """The one place where this process's joins meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, join, each_alone=True)


class Wallets(Batcher[UUID, Wallet]):
    """Wallets that are asked for at the same moment are looked up together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, wallets_of, each_alone=True, lanes=2)


class Claimer(Batcher[ClaimCall, Claimed]):
    """The one place where this process's uses of claim links meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, claim)


@get("/scenes/{code:str}", guards=[anyone], summary="What a scene code stands for")
async def get_scene(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> SceneShown:
    """The shop, what its card gives, where it is and when it is open. Refusals: unknown_scene, scene_ended, merchant_paused."""
    viewer = viewer_of(request)
    return await scene_shown(db, await scene_of(db, code), viewer.person_id if viewer else None)


@post("/memberships", guards=[signed_in], summary="Join a shop by one of its scenes")
async def create_membership(request: AnyRequest, viewer: NamedDependency[Viewer], data: JSONBody[NewMembership]) -> Joined:
    """Joining twice gives the same card. Refusals: unknown_scene, scene_ended, merchant_paused, no_programme."""
    code = ids.read_code(data.scene)
    scene = hanging(await resource(request, Scenes).get(code) if code else None)
    return await resource(request, Joiner)(JoinCall(scene.merchant_id, viewer.person_id, scene.scene_id))


@get("/wallet", guards=[signed_in], summary="My cards and vouchers")
async def get_wallet(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Wallet:
    """Two statements, whatever the number of shops."""
    return await resource(request, Wallets)(viewer.person_id)


@get("/vouchers/{code:str}", guards=[signed_in], summary="One of my vouchers, with its rules and uses")
async def get_voucher(db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]) -> VoucherShown:
    """For its holder alone; staff see it through identifications. Refusals: unknown_voucher."""
    return await voucher_shown(db, viewer.person_id, code)


@get("/history", guards=[signed_in], summary="What happened between me and my shops")
async def get_history(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> History:
    """Newest first, 30 a page; `next` is the cursor of the following page. Refusals: cursor_unreadable."""
    return await history_of(db, viewer.person_id, read_cursor(cursor))


@get("/claims/{code:str}", guards=[anyone], summary="What a claim link gives")
async def get_claim(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> ClaimShown:
    """Refusals: unknown_claim, claim_ended, merchant_paused."""
    viewer = viewer_of(request)
    found = await claim_of(db, code)
    refusal = found.refusal(clock.now())
    if refusal is not None:
        raise refusal
    return await claim_shown(db, found, viewer.person_id if viewer else None)


@post("/claims", guards=[signed_in], summary="Take a voucher by a claim link")
async def create_claim(request: AnyRequest, viewer: NamedDependency[Viewer], data: JSONBody[NewClaim]) -> VoucherShown:
    """One for each person and link: taking it again gives the same voucher. Refusals: unknown_claim, claim_ended, merchant_paused,
    not_issuing, expired, out_of_stock, limit_reached, phone_needed."""
    async with resource(request, Database).read() as db:
        found = await claim_of(db, data.code)
    code = await take(request, found, viewer.person_id)
    async with resource(request, Database).read() as db:
        return await voucher_shown(db, viewer.person_id, code)


async def take(request: AnyRequest, found: Claim, person_id: UUID) -> str:
    """The code of the voucher that this person has by a link, made now if need be."""
    taken = await resource(request, Claimer)(ClaimCall(found.merchant_id, found.claim_id, found.template_id, person_id))
    return taken.code


routes = Router(
    "/api/v1",
    route_handlers=[
        get_scene,
        create_membership,
        get_wallet,
        get_voucher,
        get_history,
        get_claim,
        create_claim,
    ],
    tags=["wallet"],
)
