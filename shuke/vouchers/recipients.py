"""Recipients: which member a line means: a member number, a phone number or an e-mail address, in any writing."""

import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import ids
from shuke.kit.db import Db
from shuke.people import Contact, read_contact

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


def keys_of(member: str) -> list[str]:
    """What a line may mean, the likeliest first: number:..., phone:..., email:...; empty when nothing."""
    plain = unicodedata.normalize("NFKC", member).strip()
    dense = plain.replace(" ", "").replace("-", "")
    keys = []
    if _NUMBER.fullmatch(dense) and ids.luhn_digit(dense[:-1]) == dense[-1]:
        keys.append(f"number:{dense}")
    if _PHONE.fullmatch(dense):
        return [f"phone:{dense}"]  # as it is kept: no need to read it as people write it, which is slow
    contact: Contact | None = read_contact(plain)
    return [*keys, contact.target] if contact else keys


async def resolve(db: Db, merchant_id: UUID, lines: Sequence[Line]) -> list[Line]:
    """The same lines with the members they mean; only those of this merchant are found."""
    wanted = {line.number: keys_of(line.member) for line in lines if line.person_id is None}
    people = await _people(db, merchant_id, sorted({key for keys in wanted.values() for key in keys}))
    found = []
    for line in lines:
        if line.person_id is not None:
            found.append(line)
            continue
        keys = wanted[line.number]
        person_id = next((people[key] for key in keys if key in people), None)
        found.append(Line(line.number, line.member, person_id, "unknown_member" if keys else "unreadable"))
    return found


async def _people(db: Db, merchant_id: UUID, keys: Sequence[str]) -> dict[str, UUID]:
    if not keys:
        return {}
    rows = await db.all(
        Key,
        """
        with wanted as (select split_part(key, ':', 1) as kind, substr(key, strpos(key, ':') + 1) as value from unnest(:keys::text[]) as k(key))
        select 'number:' || m.number as key, m.person_id from wanted w
        join cards.memberships m on m.merchant_id = :merchant and m.number = w.value and m.left_at is null
        where w.kind = 'number'
        union all
        select c.kind || ':' || c.value, c.person_id from wanted w
        join people.contacts c on c.kind = w.kind and c.value = w.value
        join cards.memberships m on m.merchant_id = :merchant and m.person_id = c.person_id and m.left_at is null
        where w.kind <> 'number'
        """,
        merchant=merchant_id,
        keys=list(keys),
    )
    return {row.key: row.person_id for row in rows}
