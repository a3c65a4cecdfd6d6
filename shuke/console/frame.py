"""Frame: what every page of the console shows of the merchant it acts for."""

from uuid import UUID

import msgspec
from litestar import Response

from shuke.kit.web import AnyRequest
from shuke.merchants import Acting
from shuke.shell import render


class Office(msgspec.Struct, frozen=True):
    """The merchant as the frame names it."""

    id: UUID
    name: str


def show(request: AnyRequest, acting: Acting, name: str, /, status: int = 200, **values: object) -> Response[str]:
    """Answer with a page of this room, in the merchant's frame."""
    office = Office(acting.merchant_id, acting.merchant_name)
    base = f"/console/{acting.merchant_id}"
    return render(request, f"console/{name}", status, merchant=office, acting=acting, base=base, **values)
