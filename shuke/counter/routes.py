"""JSON API of the till."""

from uuid import UUID, uuid4

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.counter.actions import identify, unknown
from shuke.counter.types import Identification, NewIdentification, NewRedemption, NewUndo
from shuke.kit import ids
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import at_till
from shuke.people import Viewer, signed_in
from shuke.vouchers import RedeemCall, Redemption, VoucherRefused, redeem, undo


class Redeemer(Batcher[RedeemCall, Redemption]):
    """The one place where this process's redemptions meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, redeem, each_alone=True)


@post("/identifications", guards=[signed_in], summary="Identify a guest or voucher at the till")
async def create_identification(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewIdentification]
) -> Identification:
    """Refusals: unknown, not_a_member, card_code_stale, unreadable, not_staff, staff_locked."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await identify(db, till, data.text)


@post("/redemptions", guards=[signed_in], summary="Redeem a voucher")
async def create_redemption(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    data: JSONBody[NewRedemption],
) -> Redemption:
    """Refusals: unknown, already_redeemed (when, where), expired, not_yet_valid, wrong_store, wrong_time, minimum_spend,
    wrong_article, voided, gifting, not_staff, staff_locked, idempotency_key_reused."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    code = ids.read_code(data.code)
    if code is None or not code.startswith(till.tag):
        raise await unknown(db, till, _("We don't know this code here. Check it, or look the guest up."))
    call = RedeemCall(
        till.merchant_id, till.store_id, till.staff_id, code, key or str(uuid4()), data.bill, tuple(data.articles), data.holder
    )
    try:
        return await resource(request, Redeemer)(call)
    except VoucherRefused as refusal:
        if refusal.name != "unknown":
            raise
        raise await unknown(db, till, refusal.detail) from refusal


@post("/redemptions/{redemption_id:uuid}/undo", guards=[signed_in], summary="Undo a redemption within an hour")
async def create_undo(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    redemption_id: FromPath[UUID],
    data: JSONBody[NewUndo],
) -> Redemption:
    """Refusals: not_found, too_late, already_undone, not_staff, staff_locked."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await undo(db, till.merchant_id, till.staff_id, redemption_id, data.reason, key or str(uuid4()))


routes = Router("/api/v1", route_handlers=[create_identification, create_redemption, create_undo], tags=["till"])
