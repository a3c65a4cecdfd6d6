"""Sending: messages are numbered by their conversation's row, many at once in one statement; what is sent twice stands once."""

from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

import msgspec

from shuke.album import drop
from shuke.chat.types import LONGEST, ChatRefused, Message, NewMessage, Read
from shuke.kit import clock
from shuke.kit.batch import rounds
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.texts import clean

TOPIC = "chat"  # every process hears on it which conversations have something new


class _Place(msgspec.Struct, frozen=True):
    """Where a sender stands in a conversation; `kind` is null for who is not in it."""

    kind: str | None
    closed: bool
    other_id: UUID | None
    known: int | None


class _Between(msgspec.Struct, frozen=True):
    """How a sender and the other one of a pair stand: whether either hid from the other, whether they are friends."""

    hidden: bool
    friends: bool


async def send(db: Db, message: NewMessage) -> Message:
    """Say something in a conversation; the same key again gives the same message. Refusals: not_found, not_friends, group_closed,
    empty_message."""
    (sent,) = await send_all(db, [message])
    if isinstance(sent, Refusal):
        raise sent
    return sent


async def send_all(db: Db, calls: Sequence[NewMessage]) -> list[Message | Refusal]:
    """Many messages of many conversations, in the order they came; each gets its own result or refusal."""
    results: dict[int, Message | Refusal] = {}
    place = {id(call): number for number, call in enumerate(calls)}
    for some in rounds(calls, lambda call: (call.conversation_id, call.person_id, call.key)):
        refused = await _refusals(db, some)
        good = [call for call, refusal in zip(some, refused, strict=True) if refusal is None]
        sent = {(one.conversation_id, one.person_id, one.key): one for one in await _write(db, good)}
        for call, refusal in zip(some, refused, strict=True):
            found = sent.get((call.conversation_id, call.person_id, call.key), NotFound())
            results[place[id(call)]] = refusal or found
    return [results[number] for number in range(len(calls))]


async def _refusals(db: Db, calls: Sequence[NewMessage]) -> list[Refusal | None]:
    """Why each may not be sent, or None. What was sent before under its key may always be asked again."""
    places = await db.all(
        _Place,
        """
        select case when m.person_id is not null then c.kind end as kind, c.closed_at is not null as closed,
          (select o.person_id from chat.members o
           where c.kind = 'pair' and m.person_id is not null and o.conversation_id = c.conversation_id and o.person_id <> a.person_id) as other_id,
          k.number as known
        from unnest(:conversations::uuid[], :people::uuid[], :keys::text[]) with ordinality a(conversation_id, person_id, key, place)
        left join chat.conversations c on c.conversation_id = a.conversation_id
        left join chat.members m on m.conversation_id = a.conversation_id and m.person_id = a.person_id and m.left_at is null
        left join chat.messages k on k.conversation_id = a.conversation_id and k.person_id = a.person_id and k.key = a.key
        order by a.place
        """,
        conversations=[call.conversation_id for call in calls],
        people=[call.person_id for call in calls],
        keys=[call.key for call in calls],
    )
    between = await _between(
        db, [(call.person_id, at.other_id or call.person_id) for call, at in zip(calls, places, strict=True)]
    )
    return [_why_not(*one) for one in zip(calls, places, between, strict=True)]


def _why_not(call: NewMessage, at: _Place, between: _Between) -> Refusal | None:
    if at.kind is None or (at.kind == "pair" and between.hidden):
        return NotFound()
    if at.known is not None:
        return None
    if at.kind == "pair" and not between.friends:
        return ChatRefused("not_friends", _("You are not friends any more. Send a friend request first."))
    if at.closed:
        return ChatRefused("group_closed", _("This conversation is closed."))
    if call.photo_id is None and call.thing is None and not clean(call.text):
        return ChatRefused("empty_message", _("There is nothing in this message."))
    if len(call.text) > LONGEST:
        return ChatRefused("message_too_long", _("A message has at most %(most)s characters.") % {"most": LONGEST})
    return None


async def _between(db: Db, pairs: Sequence[tuple[UUID, UUID]]) -> list[_Between]:
    if all(one == other for one, other in pairs):
        return [_Between(hidden=False, friends=False) for _pair in pairs]
    return await db.all(
        _Between,
        """
        select exists (select from friends.hidden h where h.person_id = a.one and h.other_id = a.other) as hidden,
          exists (select from friends.friends f where f.person_id = a.one and f.friend_id = a.other) as friends
        from unnest(:ones::uuid[], :others::uuid[]) with ordinality a(one, other, place) order by a.place
        """,
        ones=[one for one, _other in pairs],
        others=[other for _one, other in pairs],
    )


async def _write(db: Db, calls: Sequence[NewMessage]) -> list[Message]:
    """Those sent now, and those sent before under their key. The conversations' rows are locked in order of their ids. Who says
    something has read what came before."""
    if not calls:
        return []
    return await db.all(
        Message,
        """
        with a as materialized (
          select c.*, k.number as known
          from unnest(:conversations::uuid[], :people::uuid[], :keys::text[], :kinds::text[], :texts::text[], :photos::uuid[],
            :thing_kinds::text[], :thing_owners::uuid[], :things::uuid[]) with ordinality
            c(conversation_id, person_id, key, kind, text, photo_id, thing_kind, thing_owner, thing_id, place)
          left join chat.messages k on k.conversation_id = c.conversation_id and k.person_id = c.person_id and k.key = c.key
        ), fresh as materialized (
          select a.*, row_number() over (partition by conversation_id order by place) as nth from a where known is null
        ), locked as materialized (
          select conversation_id from chat.conversations where conversation_id in (select conversation_id from fresh)
          order by conversation_id for update
        ), counted as (
          update chat.conversations c set number = c.number + n.many, last_at = :now
          from (select conversation_id, count(*) as many from fresh join locked using (conversation_id) group by conversation_id) n
          where c.conversation_id = n.conversation_id
          returning c.conversation_id, c.number - n.many as before, c.number
        ), sent as (
          insert into chat.messages as m (conversation_id, number, person_id, key, kind, text, photo_id, thing_kind, thing_owner,
            thing_id, at)
          select f.conversation_id, c.before + f.nth, f.person_id, f.key, f.kind, f.text, f.photo_id, f.thing_kind, f.thing_owner,
            f.thing_id, :now
          from fresh f join counted c using (conversation_id)
          returning m.*
        ), read as (
          update chat.members m set read_number = greatest(m.read_number, s.number), read_at = :now
          from (select conversation_id, person_id, max(number) as number from sent where kind <> 'notice'
            group by conversation_id, person_id) s
          where m.conversation_id = s.conversation_id and m.person_id = s.person_id
        ), said as (
          select pg_notify('shuke_live', json_build_object('topic', 'chat', 'name', 'm:' || parts)::text) from (
            select string_agg(conversation_id || ':' || before + 1 || ':' || number, ',') as parts
            from (select counted.*, row_number() over () / 50 as notice from counted) n group by notice) notices
        )
        select conversation_id, number, message_id, person_id, key, kind, text, photo_id, thing_kind, thing_owner, thing_id, at,
          deleted_at is not null as deleted, hidden_at is not null as hidden
        from (select * from sent union all
          select m.* from a join chat.messages m on m.conversation_id = a.conversation_id and m.number = a.known) every
        where (select count(*) from said) >= 0
        """,
        conversations=[call.conversation_id for call in calls],
        people=[call.person_id for call in calls],
        keys=[call.key for call in calls],
        kinds=[call.kind for call in calls],
        texts=[clean(call.text) for call in calls],
        photos=[call.photo_id for call in calls],
        thing_kinds=[call.thing.kind if call.thing else None for call in calls],
        thing_owners=[call.thing.owner_id if call.thing else None for call in calls],
        things=[call.thing.thing_id if call.thing else None for call in calls],
        now=clock.now(),
    )


async def told(db: Db, conversation_id: UUID, person_id: UUID, what: str) -> None:
    """A line in between that nobody said: joined, left, removed, renamed, opened, agreed; or any words, shown as they are."""
    await _write(db, [NewMessage(conversation_id, person_id, uuid4().hex, "notice", what)])


async def read_all(db: Db, calls: Sequence[Read]) -> list[bool | Refusal]:
    """Up to where people have read; whether that is further than before. Never past the last message."""
    moved = await db.all(
        Read,
        """
        with a as materialized (
          select conversation_id, person_id, max(number) as number
          from unnest(:conversations::uuid[], :people::uuid[], :numbers::bigint[]) a(conversation_id, person_id, number) group by 1, 2
        ), locked as materialized (
          select m.conversation_id, m.person_id, least(a.number, c.number) as number
          from chat.members m join a using (conversation_id, person_id) join chat.conversations c using (conversation_id)
          where m.read_number < least(a.number, c.number) and m.left_at is null
          order by m.conversation_id, m.person_id for update of m
        ), moved as (
          update chat.members m set read_number = l.number, read_at = :now from locked l
          where m.conversation_id = l.conversation_id and m.person_id = l.person_id and m.read_number < l.number
          returning m.conversation_id, m.person_id, m.read_number
        ), said as (
          select pg_notify('shuke_live', json_build_object('topic', 'chat', 'name',
            'r:' || string_agg(conversation_id || ':' || person_id || ':' || read_number, ','))::text) from moved having count(*) > 0
        )
        select conversation_id, person_id, read_number as number from moved where (select count(*) from said) >= 0
        """,
        conversations=[call.conversation_id for call in calls],
        people=[call.person_id for call in calls],
        numbers=[call.number for call in calls],
        now=clock.now(),
    )
    further = {(one.conversation_id, one.person_id) for one in moved}
    return [(call.conversation_id, call.person_id) in further for call in calls]


async def read(db: Db, conversation_id: UUID, person_id: UUID, number: int) -> None:
    """She has read up to this number."""
    await read_all(db, [Read(conversation_id, person_id, number)])


async def delete(db: Db, person_id: UUID, conversation_id: UUID, number: int) -> None:
    """Take one's own message back: its words and its photo go, a mark stays. Refusal: not_found."""
    found = await db.all(
        _Taken,
        """
        with old as (
          select conversation_id, number, photo_id, key from chat.messages
          where conversation_id = :conversation and number = :number and person_id = :person and kind <> 'notice' and deleted_at is null
          for update
        )
        update chat.messages m set deleted_at = :now, text = '', photo_id = null, thing_kind = null, thing_owner = null, thing_id = null
        from old where m.conversation_id = old.conversation_id and m.number = old.number returning old.photo_id, old.key
        """,
        conversation=conversation_id,
        number=number,
        person=person_id,
        now=clock.now(),
    )
    if not found:
        raise NotFound
    if found[0].photo_id is not None:
        await drop(db, person_id, [found[0].photo_id], uuid5(conversation_id, found[0].key))
    await announce(db, TOPIC, f"g:{conversation_id}:{number}")


class _Taken(msgspec.Struct, frozen=True):
    photo_id: UUID | None
    key: str


async def changed(db: Db, people: Sequence[UUID], *, less: bool) -> None:
    """Who may hear what is another matter now for these: their open sockets look again. `less`: they hear nothing until they have."""
    what = "less" if less else "more"
    for start in range(0, len(people), 100):
        await announce(db, TOPIC, f"{what}:" + ",".join(str(one) for one in people[start : start + 100]))


async def typing(db: Db, conversation_id: UUID, person_id: UUID) -> None:
    """Somebody writes: nothing is kept of it."""
    await announce(db, TOPIC, f"t:{conversation_id}:{person_id}")
