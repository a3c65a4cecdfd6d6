"""What a process does for many callers at once: sending, and noting who has read up to where."""

from shuke.chat.send import read_all, send_all
from shuke.chat.types import Message, NewMessage, Read
from shuke.kit.batch import Batcher
from shuke.kit.db import Database
from shuke.moderation import Pacer


class Sender(Batcher[NewMessage, Message]):
    """Messages of this process, many in one statement; before them its senders' paces, so too."""

    def __init__(self, database: Database) -> None:
        self.pacer = Pacer(database)
        super().__init__(database, send_all, each_alone=True)


class Reader(Batcher[Read, bool]):
    """Read marks of this process, many in one statement."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, read_all, each_alone=True)
