"""Writes about oneself and one's own view of friends: face, settings, personal code, remarks, groups."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.friends.types import (
    ABOUT_LENGTH,
    GROUP_LENGTH,
    NAME_LENGTH,
    Code,
    Group,
    GroupDraft,
    NumberAsked,
    PhoneAsked,
    Settings,
)
from shuke.kit import clock, ids, limits
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.kit.texts import line
from shuke.people import Contact, read_contact

MOST_GROUPS = 50
MOST_NUMBERS = 10  # phone numbers one person may ask in a day
MOST_CODES = 10  # new personal codes in a day


class OwnFace(msgspec.Struct, frozen=True):
    """What a person set, and whether a decision hides it."""

    photo_id: UUID | None
    about: str
    hidden: bool


async def own_face(db: Db, person_id: UUID) -> OwnFace:
    """What a person set about how she looks."""
    found = await db.one(
        OwnFace,
        "select photo_id, about, hidden_at is not null as hidden from friends.faces where person_id = :person",
        person=person_id,
    )
    return found or OwnFace(None, "", hidden=False)


async def set_face(db: Db, person_id: UUID, about: str, photo_id: UUID | None) -> OwnFace:
    """Set how a person looks; the picture is one of her album that the caller keeps."""
    await db.run(
        """
        insert into friends.faces (person_id, photo_id, about, updated_at) values (:person, :photo, :about, :now)
        on conflict (person_id) do update set photo_id = excluded.photo_id, about = excluded.about, updated_at = excluded.updated_at
        """,
        person=person_id,
        photo=photo_id,
        about=line(about, ABOUT_LENGTH),
        now=clock.now(),
    )
    return await own_face(db, person_id)


async def hide_face(db: Db, person_id: UUID, *, hidden: bool) -> None:
    """By a decision: her picture and words are shown to nobody, or again."""
    await db.run(
        "update friends.faces set hidden_at = case when :hidden::boolean then :now::timestamptz end where person_id = :person",
        hidden=hidden,
        now=clock.now(),
        person=person_id,
    )


async def set_settings(db: Db, person_id: UUID, settings: Settings) -> Settings:
    """Replace the settings."""
    await db.run(
        """
        insert into friends.settings (person_id, findable_by_phone, updated_at) values (:person, :findable, :now)
        on conflict (person_id) do update set findable_by_phone = excluded.findable_by_phone, updated_at = excluded.updated_at
        """,
        person=person_id,
        findable=settings.findable_by_phone,
        now=clock.now(),
    )
    return settings


async def ask_by_phone(db: Db, person_id: UUID, phone: str) -> PhoneAsked:
    """Ask whoever has this number. What follows is the same for every number, known or not; who has it is looked for afterwards.
    Refusals: phone_unreadable, not_findable_yourself, too_many_requests."""
    contact = read_contact(phone)
    if contact is None or contact.kind != "phone":
        raise Unreadable("phone_unreadable", _("This is no phone number. Write +358 40 123 4567."))
    mine = await db.value(bool, "select findable_by_phone from friends.settings where person_id = :person", person=person_id)
    if not mine:
        raise Refusal(
            "not_findable_yourself", _("Allow others to find you by your phone number first: it works both ways or not at all.")
        )
    await limits.at_most(db, f"friends-phone:{person_id}", MOST_NUMBERS, limits.HOUR * 24)
    await record(db, NumberAsked(person_id, contact.value))
    return PhoneAsked(contact.shown)


async def findable_person(db: Db, contact: Contact) -> UUID | None:
    """Who has this number and lets others find her by it."""
    return await db.value(
        UUID,
        """
        select c.person_id from people.contacts c join friends.settings s on s.person_id = c.person_id and s.findable_by_phone
        where c.kind = :kind and c.value = :value
        """,
        kind=contact.kind,
        value=contact.value,
    )


async def own_code(db: Db, person_id: UUID) -> Code:
    """The personal code, made when there is none."""
    await db.run(
        "insert into friends.codes (code, person_id, at) values (:code, :person, :now) on conflict (person_id) do nothing",
        code=ids.new_code("", 12),
        person=person_id,
        now=clock.now(),
    )
    code = await db.value(str, "select code from friends.codes where person_id = :person", person=person_id)
    assert code is not None
    return Code(code, f"/p/{code}")


async def renew_code(db: Db, person_id: UUID) -> Code:
    """A new code; the old one leads nowhere from now on. Refusal: too_many_requests."""
    await limits.at_most(db, f"friends-code:{person_id}", MOST_CODES, limits.HOUR * 24)
    await db.run("delete from friends.codes where person_id = :person", person=person_id)
    return await own_code(db, person_id)


async def person_by_code(db: Db, text: str) -> UUID | None:
    """Whose personal code this is, as it was scanned or typed."""
    code = ids.read_code(text)
    if code is None:
        return None
    return await db.value(UUID, "select person_id from friends.codes where code = :code", code=code)


async def set_remark(db: Db, person_id: UUID, friend_id: UUID, remark: str) -> None:
    """The name a friend has for me alone. Refusal: not_found."""
    changed = await db.run(
        "update friends.friends set remark = :remark where person_id = :person and friend_id = :friend",
        remark=line(remark, NAME_LENGTH),
        person=person_id,
        friend=friend_id,
    )
    if not changed:
        raise NotFound


async def groups_of(db: Db, person_id: UUID) -> list[Group]:
    """A person's groups by name."""
    return await db.all(
        Group,
        """
        select g.group_id, g.name, array(select m.friend_id from friends.group_members m
          where m.person_id = g.person_id and m.group_id = g.group_id order by m.friend_id) as members
        from friends.groups g where g.person_id = :person order by g.name
        """,
        person=person_id,
    )


async def set_group(db: Db, person_id: UUID, group_id: UUID | None, draft: GroupDraft) -> Group:
    """Make a group, or give it this name and these members. Refusals: group_without_name, group_there, too_many_groups, not_found."""
    name = line(draft.name, GROUP_LENGTH)
    if not name:
        raise Unreadable("group_without_name", _("Give the group a name."))
    named = await db.value(
        UUID, "select group_id from friends.groups where person_id = :person and name = :name", person=person_id, name=name
    )
    if named is not None and named != group_id:
        raise Refusal("group_there", _("You have a group of this name already."))
    if group_id is None:
        group_id = await _new_group(db, person_id, name)
    elif not await db.run(
        "update friends.groups set name = :name where person_id = :person and group_id = :group",
        name=name,
        person=person_id,
        group=group_id,
    ):
        raise NotFound
    await _set_members(db, person_id, group_id, draft.members)
    return next(group for group in await groups_of(db, person_id) if group.group_id == group_id)


async def _new_group(db: Db, person_id: UUID, name: str) -> UUID:
    made = await db.value(
        UUID,
        """
        insert into friends.groups (person_id, name, at)
        select :person, :name, :now where (select count(*) from friends.groups where person_id = :person) < :most
        on conflict (person_id, name) do update set name = excluded.name returning group_id
        """,
        person=person_id,
        name=name,
        now=clock.now(),
        most=MOST_GROUPS,
    )
    if made is None:
        raise Refusal("too_many_groups", _("You have many groups. Change one of them."))
    return made


async def _set_members(db: Db, person_id: UUID, group_id: UUID, members: Sequence[UUID]) -> None:
    await db.run(
        """
        delete from friends.group_members where person_id = :person and group_id = :group and not (friend_id = any(:members::uuid[]))
        """,
        person=person_id,
        group=group_id,
        members=list(members),
    )
    await db.run(
        """
        insert into friends.group_members (person_id, group_id, friend_id)
        select person_id, :group, friend_id from friends.friends where person_id = :person and friend_id = any(:members::uuid[])
        for key share
        on conflict do nothing
        """,
        person=person_id,
        group=group_id,
        members=list(members),
    )


async def put_in_groups(db: Db, person_id: UUID, friend_id: UUID, groups: Sequence[UUID]) -> None:
    """Let a friend be in exactly these of my groups."""
    mine = await groups_of(db, person_id)
    for group in mine:
        others = [member for member in group.members if member != friend_id]
        wanted = [*others, friend_id] if group.group_id in groups else others
        if len(wanted) != len(group.members):
            await _set_members(db, person_id, group.group_id, wanted)


async def drop_group(db: Db, person_id: UUID, group_id: UUID) -> None:
    """Take a group away; its members stay friends. Refusal: not_found."""
    if not await db.run(
        "delete from friends.groups where person_id = :person and group_id = :group", person=person_id, group=group_id
    ):
        raise NotFound
