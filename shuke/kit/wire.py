"""Wire: the protocol of a WebSocket, on which a frame that was made once can be written to many."""

from asyncio import Event

import msgspec
from litestar.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

EXTENSION = "shuke.wire"
_encode = msgspec.json.Encoder().encode


class Wire(WebSocketsSansIOProtocol):
    """A socket that has been accepted takes frames as they are, next to what is sent by the application's interface."""

    writable: Event

    def handle_connect(self, event: Request) -> None:
        """Let the application find this wire."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions = self.scope["extensions"]
            assert extensions is not None
            extensions[EXTENSION] = {"wire": self}

    def free(self) -> bool:
        """Whether what is written now does not pile up."""
        return self.writable.is_set()

    async def cut(self) -> None:
        """End it at once: who does not read what was sent is not waited for."""
        self.transport.abort()

    def put(self, framed: bytes) -> None:
        """Write a whole frame at once; nothing when the other side is gone."""
        if not (self.disconnected or self.close_sent or self.transport.is_closing()):
            self.transport.write(framed)

    async def send_framed(self, framed: bytes) -> None:
        """Write a whole frame as fast as the other side reads; ConnectionResetError when it is gone."""
        await self.writable.wait()
        if self.disconnected:
            raise ConnectionResetError
        self.put(framed)


def framed(said: msgspec.Struct) -> bytes:
    """Something as JSON in one frame: the same bytes for every socket."""
    return Frame(Opcode.TEXT, _encode(said)).serialize(mask=False)


def wire_of(scope: Scope) -> Wire:
    """The wire under a WebSocket."""
    extensions = scope["extensions"]
    assert extensions is not None
    found = extensions[EXTENSION]["wire"]
    assert isinstance(found, Wire)
    return found
