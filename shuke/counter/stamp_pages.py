"""Pages of a guest's punch card at the till: a stamp by hand, the last one taken back. The same actions as the API."""

from uuid import UUID

import msgspec
from litestar import Response, Router, post
from litestar.di import NamedDependency, Provide
from litestar.params import URLEncodedBody

from shuke.counter.actions import guest_at
from shuke.counter.forms import guest_in, key_in
from shuke.counter.screen import Answer, looked_up, show
from shuke.counter.standing import provide_standing, refused_at_till
from shuke.counter.types import Standing
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.people import signed_in
from shuke.stamps import Stamps, stamp, undo_last


class StampForm(msgspec.Struct, frozen=True):
    """Whose card; `key` was made when the form was drawn."""

    holder: str
    key: str


@post("/{merchant_id:uuid}/{store_id:uuid}/stamps", guards=[signed_in], include_in_schema=False, status_code=200)
async def give_stamp(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], data: URLEncodedBody[StampForm]
) -> Response[str]:
    """One stamp; the guest is shown again, with the reward when the card is full."""
    here, holder = standing.till, guest_in(data.holder)

    async def give() -> Stamps:
        return await stamp(db, here.merchant_id, holder, here.staff_id)

    given = await once(db, here.staff_id, key_in(data.key), _asked("stamp", standing, holder), Stamps, give)
    return await _shown(request, db, standing, given, "stamped")


@post("/{merchant_id:uuid}/{store_id:uuid}/stamps/undo", guards=[signed_in], include_in_schema=False, status_code=200)
async def undo_stamp(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], data: URLEncodedBody[StampForm]
) -> Response[str]:
    """The guest's last stamp taken back."""
    here, holder = standing.till, guest_in(data.holder)

    async def take() -> Stamps:
        return await undo_last(db, here.merchant_id, holder, here.staff_id)

    left = await once(db, here.staff_id, key_in(data.key), _asked("undo", standing, holder), Stamps, take)
    return await _shown(request, db, standing, left, "unstamped")


def _asked(what: str, standing: Standing, holder: UUID) -> bytes:
    return what.encode() + standing.till.merchant_id.bytes + holder.bytes


async def _shown(request: AnyRequest, db: Db, standing: Standing, stamps: Stamps, name: str) -> Response[str]:
    lookup = await looked_up(db, standing, await guest_at(db, standing.till, stamps.person_id))
    return await show(request, db, standing, Answer(name, lookup=msgspec.structs.replace(lookup, stamps=stamps)))


till_stamps = Router(
    "/till",
    route_handlers=[give_stamp, undo_stamp],
    dependencies={"standing": Provide(provide_standing)},
    exception_handlers={Refusal: refused_at_till},
)
