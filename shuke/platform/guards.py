"""Guard: only the operators of this installation."""

from litestar.handlers import BaseRouteHandler

from shuke.kit.db import Database
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed
from shuke.kit.web import AnyConnection, resource
from shuke.people import recognised
from shuke.platform.queries import is_operator


async def operator(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """Signed in, and an operator at this moment."""
    viewer = await recognised(connection)
    async with resource(connection, Database).read() as db:
        if not await is_operator(db, viewer.person_id):
            raise NotAllowed("not_operator", _("Only the operators of this installation come in here."))
