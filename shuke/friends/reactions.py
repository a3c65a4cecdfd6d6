"""What the friends room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.friends.actions import ask
from shuke.friends.own import findable_person
from shuke.friends.types import FriendsEnded, FriendsMade, NumberAsked, PersonBlocked
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.live import announce, announce_all
from shuke.kit.refusals import Refusal
from shuke.people import Contact, PersonErased, exports


@on(NumberAsked)
async def ask_number(db: Db, event: NumberAsked) -> None:
    """Ask the person with this number where she allows it; nobody is told whether there was one."""
    other_id = await findable_person(db, Contact("phone", event.phone))
    if other_id is None:
        return
    try:
        async with db.savepoint():
            await ask(db, event.person_id, other_id, "phone")
    except Refusal:
        return


@on(FriendsMade)
async def show_friend(db: Db, event: FriendsMade) -> None:
    """Open pages look again."""
    await announce_all(db, [f"person:{event.person_id}"], "friends")
    await announce(db, f"person:{event.person_id}", "waiting")


@on(FriendsEnded)
async def show_end(db: Db, event: FriendsEnded) -> None:
    """Open pages look again."""
    await announce(db, f"person:{event.person_id}", "friends")


@on(PersonBlocked)
async def show_block(db: Db, event: PersonBlocked) -> None:
    """Open pages of both look again."""
    await announce_all(db, [f"person:{event.person_id}", f"person:{event.other_id}"], "friends")
    await announce_all(db, [f"person:{event.person_id}", f"person:{event.other_id}"], "waiting")


@on(PersonErased)
async def forget(db: Db, event: PersonErased) -> None:
    """Both sides' rows go."""
    person = event.person_id
    await db.run(
        """
        delete from friends.friends where friend_id = :person
          and person_id = any(array(select friend_id from friends.friends where person_id = :person))
        """,
        person=person,
    )
    await db.run(
        """
        delete from friends.requests where other_id = :person
          and person_id = any(array(select other_id from friends.requests where person_id = :person))
        """,
        person=person,
    )
    await db.run(
        """
        delete from friends.hidden where other_id = :person
          and person_id = any(array(select other_id from friends.hidden where person_id = :person))
        """,
        person=person,
    )
    await db.run("delete from friends.friends where person_id = :person", person=person)
    await db.run("delete from friends.requests where person_id = :person", person=person)
    await db.run("delete from friends.hidden where person_id = :person", person=person)
    await db.run("delete from friends.groups where person_id = :person", person=person)
    await db.run("delete from friends.faces where person_id = :person", person=person)
    await db.run("delete from friends.settings where person_id = :person", person=person)
    await db.run("delete from friends.codes where person_id = :person", person=person)
    await db.run("delete from friends.pairs where person_id = :person or other_id = :person", person=person)


@exports("friends.pairs")
async def _pairs(db: Db, person_id: UUID) -> list[str]:
    """Of those who are related as she is told: neither by a number she asked nor by somebody else's block."""
    return await db.values(
        str,
        """
        select to_json(t)::text from friends.pairs t where person_id = :person and (
          exists (select from friends.friends f where f.person_id = :person and f.friend_id = t.other_id)
          or exists (select from friends.requests r
            where r.person_id = :person and r.other_id = t.other_id and (r.incoming or r.via <> 'phone'))
          or exists (select from friends.hidden h where h.person_id = :person and h.other_id = t.other_id and h.mine))
        """,
        person=person_id,
    )


@exports("friends.friends")
async def _friends(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(t)::text from friends.friends t where person_id = :person", person=person_id)


@exports("friends.requests")
async def _requests(db: Db, person_id: UUID) -> list[str]:
    """Without those she sent to a phone number: they would tell whose it is."""
    return await db.values(
        str,
        "select to_json(t)::text from friends.requests t where person_id = :person and (incoming or via <> 'phone')",
        person=person_id,
    )


@exports("friends.hidden")
async def _hidden(db: Db, person_id: UUID) -> list[str]:
    """Her own blocks; whether somebody blocks her is told to nobody."""
    return await db.values(
        str,
        """
        select json_build_object('person_id', person_id, 'other_id', other_id, 'at', at)::text from friends.hidden
        where person_id = :person and mine
        """,
        person=person_id,
    )


@exports("friends.groups")
async def _groups(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(t)::text from friends.groups t where person_id = :person", person=person_id)


@exports("friends.group_members")
async def _group_members(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(t)::text from friends.group_members t where person_id = :person", person=person_id
    )


@exports("friends.faces")
async def _faces(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(t)::text from friends.faces t where person_id = :person", person=person_id)


@exports("friends.settings")
async def _settings(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(t)::text from friends.settings t where person_id = :person", person=person_id)


@exports("friends.codes")
async def _codes(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(t)::text from friends.codes t where person_id = :person", person=person_id)
