"""Members as a merchant looks for them: filters, order, one page at a time, and how many there are."""

from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from shuke.insight.spans import read_day
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import parse
from shuke.kit.refusals import Unreadable
from shuke.people import person_by_contact, read_contact

Sort = Literal["joined", "visited", "spent", "visits"]
State = Literal["", "left", "all"]
FIRST = 2**62  # above every rank


class Wanted(msgspec.Struct, frozen=True):
    """What an address asks for, as text: `q` a name, number, phone or e-mail; `scene` an id or "none"; `voucher` yes or no."""

    q: str = ""
    tier: str = ""
    scene: str = ""
    tag: str = ""
    voucher: str = ""
    card: str = ""


class Measured(msgspec.Struct, frozen=True):
    """Limits as text: days, and amounts in the currency's own units."""

    joined_from: str = ""
    joined_to: str = ""
    visited_from: str = ""
    visited_to: str = ""
    spent_from: str = ""
    spent_to: str = ""


class Filter(msgspec.Struct, frozen=True):
    """The same, read."""

    q: str = ""
    owner_id: UUID | None = None
    tier: int | None = None
    scene_id: UUID | None = None
    no_scene: bool = False
    tag: str = ""
    voucher: bool | None = None
    state: State = ""
    joined_from: datetime | None = None
    joined_to: datetime | None = None
    visited_from: datetime | None = None
    visited_to: datetime | None = None
    spent_from: int | None = None
    spent_to: int | None = None
    visits_from: int | None = None
    visits_to: int | None = None


class MemberLine(msgspec.Struct, frozen=True):
    """A member in a list; `spent` in minor units, `source` is the label of the code by which she joined."""

    person_id: UUID
    number: str
    name: str
    tier: str
    source: str
    scene_id: UUID | None
    joined_at: datetime
    left_at: datetime | None
    visits: int
    spent: int
    visited_at: datetime | None
    points: int
    tags: list[str]
    rank: int
    total: int


def read_sort(text: str) -> Sort:
    """A known order; by joining for anything else."""
    return next((sort for sort in get_args(Sort) if sort == text), "joined")


async def read_filter(db: Db, wanted: Wanted, measured: Measured, visits: tuple[str, str], zone: str, currency: str) -> Filter:
    """The filter of an address. Refusals: filter_unreadable, day_unreadable."""
    if any("\x00" in text for text in (*msgspec.structs.astuple(wanted), *msgspec.structs.astuple(measured), *visits)):
        raise _unreadable("q")
    contact = read_contact(wanted.q) if wanted.q else None
    return Filter(
        q=wanted.q.strip()[:254],
        owner_id=await person_by_contact(db, contact) if contact else None,
        tier=_whole(wanted.tier, "tier", 9),
        scene_id=_id(wanted.scene) if wanted.scene not in ("", "none") else None,
        no_scene=wanted.scene == "none",
        tag=wanted.tag.strip()[:40],
        voucher={"yes": True, "no": False}.get(wanted.voucher),
        state=next((state for state in get_args(State) if state == wanted.card), ""),
        joined_from=_begin(read_day(measured.joined_from), zone),
        joined_to=_over(read_day(measured.joined_to), zone),
        visited_from=_begin(read_day(measured.visited_from), zone),
        visited_to=_over(read_day(measured.visited_to), zone),
        spent_from=_amount(measured.spent_from, currency),
        spent_to=_amount(measured.spent_to, currency),
        visits_from=_whole(visits[0], "visits_from", 10**6),
        visits_to=_whole(visits[1], "visits_to", 10**6),
    )


def _unreadable(field: str) -> Unreadable:
    return Unreadable("filter_unreadable", _("This filter can't be read. Please check what was typed."), field=field)


def _whole(text: str, field: str, most: int) -> int | None:
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 9 or int(plain) > most:
        raise _unreadable(field)
    return int(plain)


def _amount(text: str, currency: str) -> int | None:
    if not text.strip():
        return None
    amount = parse(text, currency)
    if amount is None:
        raise _unreadable("spent")
    return amount


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise _unreadable("scene") from error


def _begin(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None


def _over(day: date | None, zone: str) -> datetime | None:
    return _begin(day + timedelta(days=1), zone) if day else None


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def read_place(text: str) -> tuple[int, UUID]:
    """Where a page of members begins: after this rank and person. Refusal: cursor_unreadable."""
    if not text:
        return FIRST, UUID(int=2**128 - 1)
    rank, _dash, person = text.partition("~")
    try:
        place = int(rank), UUID(person)
    except ValueError as error:
        raise Unreadable("cursor_unreadable", _("Ask for the first page again.")) from error
    if not 0 <= place[0] <= FIRST:
        raise Unreadable("cursor_unreadable", _("Ask for the first page again."))
    return place


def place_after(line: MemberLine) -> str:
    """The page after this line, as addresses carry it."""
    return f"{line.rank}~{line.person_id.hex}"


async def members_of(
    db: Db, merchant_id: UUID, wanted: Filter, sort: Sort = "joined", after: str = "", most: int = 50
) -> list[MemberLine]:
    """A page of members, the highest first; `total` of each line says how many fit the filter."""
    rank, last = read_place(after)
    values = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return await db.all(
        MemberLine,
        """
        with fitting as materialized (
          select m.person_id, case :sort::text
              when 'visited' then coalesce((extract(epoch from m.visited_at) * 1000000)::bigint, 0)
              when 'spent' then greatest(m.spent, 0) when 'visits' then m.visits::bigint
              else (extract(epoch from m.joined_at) * 1000000)::bigint end as rank
          from cards.memberships m
          where m.merchant_id = :merchant
            and case :state::text when 'all' then true when 'left' then m.left_at is not null else m.left_at is null end
            and (:tier::int is null or m.tier = :tier)
            and (:scene_id::uuid is null or m.scene_id = :scene_id)
            and (not :no_scene::boolean or m.scene_id is null)
            and (:tag::text = '' or :tag = any(m.tags))
            and (:joined_from::timestamptz is null or m.joined_at >= :joined_from)
            and (:joined_to::timestamptz is null or m.joined_at < :joined_to)
            and (:visited_from::timestamptz is null or m.visited_at >= :visited_from)
            and (:visited_to::timestamptz is null or m.visited_at is null or m.visited_at < :visited_to)
            and (:spent_from::bigint is null or m.spent >= :spent_from)
            and (:spent_to::bigint is null or m.spent <= :spent_to)
            and (:visits_from::int is null or m.visits >= :visits_from)
            and (:visits_to::int is null or m.visits <= :visits_to)
            and (:voucher::boolean is null or :voucher = exists (select from vouchers.vouchers v
              where v.merchant_id = m.merchant_id and v.person_id = m.person_id and v.status = 'issued' and v.ends_at > :now))
            and (:q::text = '' or m.person_id = :owner_id::uuid or m.number like :number
              or exists (select from people.people p where p.person_id = m.person_id and p.name ilike :like))
        ), page as (
          select f.person_id, f.rank from fitting f where (f.rank, f.person_id) < (:rank::bigint, :last::uuid)
          order by f.rank desc, f.person_id desc limit :most
        )
        select m.person_id, m.number, p.name, coalesce(t.name, '') as tier, coalesce(s.label, '') as source, m.scene_id, m.joined_at, m.left_at,
          m.visits, m.spent, m.visited_at, coalesce(a.balance, 0) as points, m.tags, g.rank, (select count(*) from fitting) as total
        from page g
        join cards.memberships m on m.merchant_id = :merchant and m.person_id = g.person_id
        join people.people p on p.person_id = m.person_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        left join merchants.scenes s on s.merchant_id = m.merchant_id and s.scene_id = m.scene_id
        left join ledger.accounts a
          on a.merchant_id = m.merchant_id and a.holder_id = m.person_id and a.kind = 'active' and a.unit = 'points'
        order by g.rank desc, g.person_id desc
        """,
        merchant=merchant_id,
        sort=sort,
        rank=rank,
        last=last,
        most=most,
        now=clock.now(),
        like=_like(wanted.q),
        number=f"{wanted.q.replace(' ', '')}%" if wanted.q.replace(" ", "").isdigit() else "",
        **values,
    )
