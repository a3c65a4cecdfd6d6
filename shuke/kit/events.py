"""Events and reactions: announced in the same transaction, delivered at least once, in order for each owner."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db


class Event(msgspec.Struct, frozen=True):
    """Something that happened. The first field of every event is its owner: a merchant or a person."""

    @property
    def owner_id(self) -> UUID:
        """Whose order it is delivered in."""
        owner = getattr(self, self.__struct_fields__[0])
        assert isinstance(owner, UUID)
        return owner

    @classmethod
    def event_name(cls) -> str:
        """Stable name: room and type, such as vouchers.VoucherRedeemed."""
        return f"{cls.__module__.split('.')[1]}.{cls.__name__}"


Kind = TypeVar("Kind", bound=Event)
Reaction = Callable[[Db, Kind], Awaitable[None]]
Reactions = Callable[[Db, Sequence[Kind]], Awaitable[None]]

KINDS: dict[str, type[Event]] = {}
REACTIONS: dict[str, dict[str, Reaction[Event]]] = {}
MANY: dict[str, dict[str, Reactions[Event]]] = {}  # those of them that take many events at once


def on(kind: type[Kind]) -> Callable[[Reaction[Kind]], Reaction[Kind]]:
    """Register a reaction. It runs in its own transaction after the event's has been committed."""

    def register(reaction: Reaction[Kind]) -> Reaction[Kind]:
        name = kind.event_name()
        KINDS[name] = kind

        async def typed(db: Db, event: Event) -> None:
            assert isinstance(event, kind)
            await reaction(db, event)

        REACTIONS.setdefault(name, {})[_label(reaction)] = typed
        return reaction

    return register


def on_many(kind: type[Kind]) -> Callable[[Reactions[Kind]], Reactions[Kind]]:
    """Register a reaction to many events of its kind at once: those that follow each other in a lane, in their order, often of
    one owner, not always. It works for all of them or for none; when it fails each is tried alone, so that one bad event holds up
    nobody but its own owner."""

    def register(reaction: Reactions[Kind]) -> Reactions[Kind]:
        name = kind.event_name()
        KINDS[name] = kind

        async def typed(db: Db, events: Sequence[Event]) -> None:
            await reaction(db, [event for event in events if isinstance(event, kind)])

        async def alone(db: Db, event: Event) -> None:
            await typed(db, [event])

        REACTIONS.setdefault(name, {})[_label(reaction)] = alone
        MANY.setdefault(name, {})[_label(reaction)] = typed
        return reaction

    return register


def _label(reaction: Reaction[Kind] | Reactions[Kind]) -> str:
    return f"{reaction.__module__.split('.')[1]}.{getattr(reaction, '__name__', 'reaction')}"


async def record(db: Db, event: Event) -> None:
    """Announce one event in the current transaction."""
    await record_all(db, [event])


async def record_all(db: Db, events: Sequence[Event]) -> None:
    """Announce many in one statement; the delivering worker is woken at commit."""
    if not events:
        return
    await db.run(
        """
        insert into kit.events (lane, owner_id, name, body, at)
        select lane, owner_id, name, body, :now
        from unnest(:lanes::smallint[], :owners::uuid[], :names::text[], :bodies::jsonb[]) as e(lane, owner_id, name, body)
        """,
        now=clock.now(),
        lanes=[event.owner_id.int % 16 for event in events],
        owners=[event.owner_id for event in events],
        names=[event.event_name() for event in events],
        bodies=[msgspec.json.encode(event).decode() for event in events],
    )
    db.announced = True
