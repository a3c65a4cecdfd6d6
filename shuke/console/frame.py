"""Frame: what every page of the console shows of the merchant it acts for."""

from litestar import Response

from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page


def show(request: AnyRequest, acting: Acting, name: str, /, status: int = 200, **values: object) -> Response[str]:
    """Answer with a page of this room, in the merchant's frame."""
    return office_page(request, acting, f"console/{name}", status, **values)
