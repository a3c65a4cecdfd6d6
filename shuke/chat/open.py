"""Opening conversations, and who comes in and goes out."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from shuke.chat.send import changed
from shuke.chat.types import MOST_MEMBERS, ChatRefused, MemberWent, NewGroup
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound

PAIRS = UUID("5a0c8f6e-6f0b-4d0a-9c53-2f6e1c0a7b11")  # names made under it are those of conversations of two


def pair_id(one: UUID, other: UUID) -> UUID:
    """The conversation of two people: the same whoever opens it, so that there is one."""
    low, high = sorted((one, other))
    return uuid5(PAIRS, f"{low}{high}")


async def pair_with(db: Db, person_id: UUID, other_id: UUID) -> UUID:
    """The conversation of these two, opened when there was none. Whether they may talk is for the caller to know."""
    if person_id == other_id:
        raise NotFound
    conversation_id = pair_id(person_id, other_id)
    now = clock.now()
    opened = await db.run(
        """
        insert into chat.conversations (conversation_id, kind, last_at, created_at) values (:conversation, 'pair', :now, :now)
        on conflict do nothing
        """,
        conversation=conversation_id,
        now=now,
    )
    if opened:
        await _put_in(db, conversation_id, sorted((person_id, other_id)), "member")
    return conversation_id


async def open_group(db: Db, group: NewGroup) -> UUID:
    """A new conversation of many, its founder in it. Refusal: group_full."""
    now = clock.now()
    conversation_id = await db.value(
        UUID,
        """
        insert into chat.conversations (kind, title, owner_id, merchant_id, reference, last_at, created_at)
        values (:kind, :title, :owner, :merchant, :reference, :now, :now) returning conversation_id
        """,
        kind=group.kind,
        title=group.title,
        owner=group.owner_id,
        merchant=group.merchant_id,
        reference=group.reference,
        now=now,
    )
    assert conversation_id is not None
    await _put_in(db, conversation_id, [group.owner_id], "staff" if group.kind == "members" else "founder")
    await add_members(db, conversation_id, group.members)
    return conversation_id


async def add_members(db: Db, conversation_id: UUID, people: Sequence[UUID]) -> list[UUID]:
    """Let people in; who among them was not in before. Refusals: not_found, group_closed, group_full beyond 500 where people made
    the group themselves."""
    if not people:
        return []
    kind = await db.value(
        str,
        "select kind from chat.conversations where conversation_id = :conversation and closed_at is null for update",
        conversation=conversation_id,
    )
    if kind is None or kind == "pair":
        raise NotFound
    fresh = await _put_in(db, conversation_id, sorted(set(people)), "member")
    count = await db.value(
        int,
        "select count(*) from chat.members where conversation_id = :conversation and left_at is null",
        conversation=conversation_id,
    )
    if kind == "group" and (count or 0) > MOST_MEMBERS:
        raise ChatRefused("group_full", _("At most %(most)s people fit into a group.") % {"most": MOST_MEMBERS})
    return fresh


async def add_staff(db: Db, conversation_id: UUID, person_id: UUID) -> None:
    """Let somebody of the shop's staff in, with their role; a member who works there becomes staff."""
    await _put_in(db, conversation_id, [person_id], "staff")
    await db.run(
        """
        update chat.members set role = 'staff'
        where conversation_id = :conversation and person_id = :person and left_at is null and role = 'member'
        """,
        conversation=conversation_id,
        person=person_id,
    )


async def _put_in(db: Db, conversation_id: UUID, people: Sequence[UUID], role: str) -> list[UUID]:
    """Who comes into a group sees what follows; the groups of a shop, a tribe or a meetup are open: there one sees all of it."""
    fresh = await db.values(
        UUID,
        """
        insert into chat.members as m (conversation_id, person_id, role, joined_at, from_number, read_number)
        select c.conversation_id, p, :role, :now, case when c.kind = 'group' then c.number else 0 end, c.number
        from chat.conversations c, unnest(:people::uuid[]) p where c.conversation_id = :conversation
        on conflict (conversation_id, person_id) do update
          set role = excluded.role, joined_at = excluded.joined_at, from_number = excluded.from_number,
              read_number = excluded.read_number, left_at = null, put_out_by = null
          where m.left_at is not null
        returning person_id
        """,
        role=role,
        now=clock.now(),
        people=list(people),
        conversation=conversation_id,
    )
    await db.run(
        """
        insert into chat.mine (person_id, conversation_id, at) select p, :conversation, :now from unnest(:people::uuid[]) p
        on conflict (person_id, conversation_id) do update set at = excluded.at, left_at = null
        """,
        conversation=conversation_id,
        now=clock.now(),
        people=sorted(fresh),
    )
    await changed(db, fresh, less=False)
    return fresh


async def remove_member(db: Db, conversation_id: UUID, person_id: UUID, *, by: UUID | None = None) -> bool:
    """Somebody is in it no longer, put out `by` another; whether she was. Whoever is longest in follows a founder; the last closes it."""
    went = await db.run(
        """
        update chat.members set left_at = :now, put_out_by = :by
        where conversation_id = :conversation and person_id = :person and left_at is null
        """,
        now=clock.now(),
        by=by,
        conversation=conversation_id,
        person=person_id,
    )
    await db.run(
        "update chat.mine set left_at = :now where person_id = :person and conversation_id = :conversation and left_at is null",
        now=clock.now(),
        person=person_id,
        conversation=conversation_id,
    )
    if went:
        await _pass_on(db, conversation_id, person_id)
        await changed(db, [person_id], less=True)
        kind = await db.value(
            str, "select kind from chat.conversations where conversation_id = :conversation", conversation=conversation_id
        )
        if kind == "members":
            await record(db, MemberWent(person_id, conversation_id))
    return bool(went)


async def let_back(db: Db, conversation_id: UUID, person_id: UUID) -> bool:
    """Who was put out may come in again; whether she was."""
    back = await db.run(
        "update chat.members set put_out_by = null where conversation_id = :one and person_id = :person and put_out_by is not null",
        one=conversation_id,
        person=person_id,
    )
    return back > 0


async def _pass_on(db: Db, conversation_id: UUID, person_id: UUID) -> None:
    """Only what people made themselves passes on by itself; shops, tribes and meetups have rules of their own."""
    await db.run(
        """
        with next as (
          select person_id from chat.members where conversation_id = :conversation and left_at is null order by joined_at, person_id limit 1
        ), passed as (
          update chat.conversations set owner_id = (select person_id from next),
            closed_at = case when exists (select from next) then closed_at else :now end
          where conversation_id = :conversation and owner_id = :person and kind = 'group' returning owner_id
        )
        update chat.members m set role = 'founder' from passed p
        where m.conversation_id = :conversation and m.person_id = p.owner_id
        """,
        conversation=conversation_id,
        now=clock.now(),
        person=person_id,
    )


async def close(db: Db, conversation_id: UUID) -> None:
    """Nothing more is said in it; what was said can be read."""
    await db.run(
        "update chat.conversations set closed_at = coalesce(closed_at, :now) where conversation_id = :conversation",
        now=clock.now(),
        conversation=conversation_id,
    )
