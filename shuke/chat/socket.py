"""The socket: one for each open page or program, behind the session and, with a cookie, the page's own address."""

import msgspec
from litestar import Router, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import BaseRouteHandler

from shuke.chat.batched import Reader, Sender
from shuke.chat.frames import HaveRead, Hello, Inbound, Ping, Pong, Refused, Say, Sent, read_frame
from shuke.chat.hub import Hub
from shuke.chat.line import Line
from shuke.chat.say import say
from shuke.chat.send import typing
from shuke.chat.types import MessageDraft, Read
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import use_locale
from shuke.kit.refusals import NotAllowed, NotSignedIn, Refusal
from shuke.kit.web import UNSTORABLE, AnyConnection, AnySocket, Unavailable, away, from_own_page, header, resource, unstorable
from shuke.kit.wire import wire_of
from shuke.people import Viewer, anyone, viewer_of

MOST_SOCKETS = 20  # of one person in one process
ENDED = 4401  # close codes, from HTTP's statuses
TOO_MANY = 4429


async def own_socket(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Only people with a session. A cookie counts from our own pages alone; a program shows its token."""
    await anyone(connection, handler)
    if viewer_of(connection) is None:
        raise NotSignedIn
    if not header(connection.scope, b"authorization") and not from_own_page(connection):
        raise NotAllowed("foreign_page")


@websocket("/chats/socket", guards=[own_socket])
async def chat_socket(socket: AnySocket) -> None:
    """Frames in, frames out, until either side goes."""
    viewer = viewer_of(socket)
    assert viewer is not None
    hub = resource(socket, Hub)
    await socket.accept()
    if hub.lines_of(viewer.person_id) >= MOST_SOCKETS:
        await socket.close(TOO_MANY, "too_many_sockets")
        return

    wire = wire_of(socket.scope)

    async def close() -> None:
        await (socket.close(ENDED, "not_signed_in") if wire.free() else wire.cut())

    line = Line(viewer.person_id, viewer.session_id, wire, close)
    hub.add(line)
    try:
        with use_locale(viewer.locale):
            while viewer.expires_at > clock.now():
                await _answer(socket, viewer, line, await socket.receive_text())
        await close()
    except (WebSocketDisconnect, OSError):
        pass
    finally:
        hub.remove(line)


async def _answer(socket: AnySocket, viewer: Viewer, line: Line, text: str) -> None:
    try:
        said = read_frame(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        await line.send(Refused(None, "", "unreadable", str(error)))
        return
    try:
        await _do(socket, viewer, line, said)
    except Refusal as refusal:
        await line.send(_refused(said, refusal))
    except (WebSocketDisconnect, OSError):
        raise
    except Exception as error:
        if away(error):
            await line.send(_refused(said, Unavailable()))
        elif unstorable(error):
            await line.send(_refused(said, Refusal("unreadable", UNSTORABLE)))
        else:
            raise


def _refused(said: Inbound, refusal: Refusal) -> Refused:
    key = said.key if isinstance(said, Say) else ""
    conversation_id = None if isinstance(said, Hello | Ping) else said.conversation_id
    return Refused(conversation_id, key, refusal.name, _(refusal.detail) if refusal.detail else "")


async def _do(socket: AnySocket, viewer: Viewer, line: Line, said: Inbound) -> None:
    if isinstance(said, Say):
        draft = MessageDraft(said.text, said.photo_id, said.thing)
        sent = await say(
            resource(socket, Database), resource(socket, Sender), viewer.person_id, (said.conversation_id, said.key), draft
        )
        await line.send(Sent(sent.conversation_id, sent.key, sent.number, sent.at))
    elif isinstance(said, HaveRead):
        await resource(socket, Reader)(Read(said.conversation_id, viewer.person_id, said.number))
    elif isinstance(said, Ping):
        await line.send(Pong())
    elif isinstance(said, Hello):
        await resource(socket, Hub).catch_up(line, said.after)
    elif said.conversation_id in line.conversations and line.may_write():
        async with resource(socket, Database).read() as db:
            await typing(db, said.conversation_id, viewer.person_id)


chat_sockets = Router("/", route_handlers=[chat_socket])
