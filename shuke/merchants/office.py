"""Office: the frame of a merchant's back office, for the pages of every room that shows something of it."""

from uuid import UUID

import msgspec
from litestar import Response

from shuke.kit.web import AnyRequest
from shuke.merchants.types import Acting
from shuke.shell import render


class Office(msgspec.Struct, frozen=True):
    """The merchant as the frame names it."""

    id: UUID
    name: str


def office_page(request: AnyRequest, acting: Acting, name: str, /, status: int = 200, **values: object) -> Response[str]:
    """Answer with template `name` in the merchant's frame; templates know `merchant`, `acting` and `base`, where its pages are."""
    office = Office(acting.merchant_id, acting.merchant_name)
    base = f"/console/{acting.merchant_id}"
    return render(request, name, status, merchant=office, acting=acting, base=base, **values)
