"""Recipients: which member a line means: a member number, a phone number or an e-mail address, in any writing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from shuke.kit import ids
from shuke.kit.db import Db
from shuke.people import read_contact

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_NUMBER = re.compile(r"[0-9]{10}")


class Line(msgspec.Struct, frozen=True):
    """A line of a list; `person_id` once it is known whom it means, else `fault`: unknown_member or unreadable."""

    number: int
    member: str
    person_id: UUID | None = None
    fault: str = "unknown_member"


class Key(msgspec.Struct, frozen=True):
    """What leads to a member."""

    key: str
    person_id: UUID


def plain_key(member: str) -> str:
    """What a line means at first sight: a member number, a phone number as it is kept, an e-mail address; empty when it takes
    reading as people write."""
    dense = member.replace(" ", "").replace("-", "")
    if _NUMBER.fullmatch(dense) and ids.luhn_digit(dense[:-1]) == dense[-1]:
        return f"number:{dense}"
    if _PHONE.fullmatch(dense):
        return f"phone:{dense}"
    return read_key(member) if "@" in member else ""


def read_key(member: str) -> str:
    """What a line means read as a phone number or e-mail address in any writing: slow, a tenth of a millisecond."""
    contact = read_contact(member)
    return contact.target if contact else ""


async def resolve(db: Db, merchant_id: UUID, lines: Sequence[Line]) -> list[Line]:
    """The same lines with the members they mean; only those of this merchant are found."""
    unknown = [line for line in lines if line.person_id is None]
    plain = {line.number: unicodedata.normalize("NFKC", line.member).strip() for line in unknown}
    keys = {line.number: plain_key(plain[line.number]) for line in unknown}
    people = await _people(db, merchant_id, keys.values())
    second = {
        line.number: read_key(plain[line.number])
        for line in unknown
        if keys[line.number] not in people and not keys[line.number].startswith(("phone:", "email:"))
    }
    people |= await _people(db, merchant_id, second.values())
    found = []
    for line in lines:
        if line.person_id is not None:
            found.append(line)
            continue
        first, other = keys[line.number], second.get(line.number, "")
        fault = "unknown_member" if first or other else "unreadable"
        found.append(Line(line.number, line.member, people.get(first) or people.get(other), fault))
    return found


async def _people(db: Db, merchant_id: UUID, keys: Iterable[str]) -> dict[str, UUID]:
    wanted: dict[str, list[str]] = {"number": [], "phone": [], "email": []}
    for key in sorted({key for key in keys if key}):
        kind, _sep, value = key.partition(":")
        wanted[kind].append(value)
    if not any(wanted.values()):
        return {}
    rows = await db.all(
        Key,
        """
        with contact as materialized (
          select kind, value, person_id from people.contacts where kind = 'phone' and value = any(:phones)
          union all select kind, value, person_id from people.contacts where kind = 'email' and value = any(:emails)
        ), member as materialized (
          select person_id from cards.memberships
          where merchant_id = :merchant and person_id = any(array(select person_id from contact)) and left_at is null
        )
        select 'number:' || number as key, person_id from cards.memberships
        where merchant_id = :merchant and number = any(:numbers) and left_at is null
        union all
        select c.kind || ':' || c.value, c.person_id from contact c join member m on m.person_id = c.person_id
        """,
        merchant=merchant_id,
        numbers=wanted["number"],
        phones=wanted["phone"],
        emails=wanted["email"],
    )
    return {row.key: row.person_id for row in rows}
