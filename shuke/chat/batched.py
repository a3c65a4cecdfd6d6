"""What a process does for many callers at once: sending, and noting who has read up to where."""

from collections.abc import Callable, Sequence

from shuke.chat.send import read_all, send_all
from shuke.chat.types import Message, NewMessage, Read
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.moderation import Pacer

MOST = 500  # messages in one batch: as many as come while a slow disk takes the batch before


class Sender(Batcher[NewMessage, Message]):
    """Messages of this process, many in one statement; before them its senders' paces, so too. `kept` is told what now stands."""

    def __init__(self, database: Database, kept: Callable[[Message], None]) -> None:
        self.pacer = Pacer(database)
        self._kept = kept
        super().__init__(database, self._send, each_alone=True, most=MOST)

    async def _send(self, db: Db, calls: Sequence[NewMessage]) -> list[Message | Refusal]:
        results = await send_all(db, calls)
        for result in results:
            if isinstance(result, Message):
                self._kept(result)
        return results


class Reader(Batcher[Read, bool]):
    """Read marks of this process, many in one statement."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, read_all, each_alone=True)
