"""What the cashier sees: the answer beside the code field, as a whole page or as the part that has changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_day_names
from litestar import Response

from shuke.cards import Member
from shuke.counter.bill import Bill
from shuke.counter.queries import day_of
from shuke.counter.types import Identification, RedemptionRow, Standing
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext, locale
from shuke.kit.money import Money, digits
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Store
from shuke.purchases import PurchaseShown
from shuke.shell import render
from shuke.stamps import Stamps, stamps_of
from shuke.storedvalue import StoredPayment, StoredReturn
from shuke.terms import face_of
from shuke.vouchers import WITHIN, Voucher

LATEST = 6  # lines beside the code field
SHUT = ("not_staff", "staff_locked", "store_closed", "merchant_not_approved")  # nothing can be done at this till


class Told(msgspec.Struct, frozen=True):
    """A refusal with its facts as a page needs them: `when` in `zone`; days and hours in words."""

    name: str
    detail: str
    when: datetime | None = None
    zone: ZoneInfo | None = None
    where: str = ""
    minimum: int | None = None
    days: str = ""
    hours: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One of a guest's vouchers, and what stands in its way here and now."""

    voucher: Voucher
    told: Told | None


class Lookup(msgspec.Struct, frozen=True):
    """What a scan found: a guest, or a voucher with its guest. `bill` and `article` are what
    was typed before it was asked again, `wrong` what is wrong with them."""

    member: Member | None
    scanned: Choice | None
    held: list[Choice]
    bill: str = ""
    article: str = ""
    wrong: str = ""
    stamps: Stamps | None = None
    paying: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What stands beside the code field: `name` is nothing, camera, found, stamped, unstamped, bill, sold, done, ask_undo, undone,
    ask_return, returned, part_returned or refused. `paying` proves that the guest is there; `cards` are payments from her card."""

    name: str
    lookup: Lookup | None = None
    done: RedemptionRow | None = None
    said: Told | None = None
    bill: Bill | None = None
    sold: PurchaseShown | None = None
    member: Member | None = None
    paying: str = ""
    cards: Sequence[StoredPayment] = ()
    given_back: StoredReturn | None = None


class Desk:
    """Where we stand, as templates ask for it."""

    def __init__(self, standing: Standing) -> None:
        self.store = standing.store
        self.staff_name = standing.staff_name
        self.path = standing.path
        self.currency = standing.till.currency
        self.zone = ZoneInfo(standing.store.zone)
        day = clock.today(standing.store.zone)
        self.since = datetime.combine(day, time(), self.zone).astimezone(UTC)
        self.undo_since = clock.now() - WITHIN

    def amount(self, minor: int) -> Money:
        """An amount of this merchant's currency."""
        return Money(minor, self.currency)

    def typed(self, minor: int) -> str:
        """An amount as a person types it: what `kit.money.parse` reads."""
        places = digits(self.currency)
        return f"{Decimal(minor).scaleb(-places):.{places}f}"

    def face(self, kind: str, value: int) -> str:
        """The big word on a voucher."""
        return face_of(kind, value, self.currency).big

    def new_key(self) -> str:
        """What makes a form's second press harmless."""
        return str(uuid4())


async def looked_up(db: Db, standing: Standing, found: Identification, bill: str = "", wrong: str = "") -> Lookup:
    """An identification as the till shows it: what can be used first, and a member's stamps."""
    zone = standing.store.zone
    obstacles = {one.voucher_id: told(one.name, one.detail, one.facts, zone) for one in found.obstacles}
    choices = [Choice(voucher, obstacles.get(voucher.voucher_id)) for voucher in found.vouchers]
    scanned = found.scanned
    return Lookup(
        found.member,
        Choice(scanned, obstacles.get(scanned.voucher_id)) if scanned else None,
        sorted(choices, key=lambda choice: choice.told is not None),
        bill=bill,
        wrong=wrong,
        stamps=await stamps_of(db, standing.store.merchant_id, found.member.person_id) if found.member else None,
        paying=found.paying,
    )


def told(name: str, detail: str, facts: Mapping[str, str | int | None], zone: str) -> Told:
    """A refusal made ready for the page. Times are those of the store named in it, else of this store."""
    when = facts.get("at") or facts.get("ended") or facts.get("starts")
    minimum, weekdays = facts.get("minimum"), facts.get("weekdays")
    return Told(
        name,
        gettext(detail),
        datetime.fromisoformat(when) if isinstance(when, str) else None,
        ZoneInfo(str(facts.get("zone") or zone)),
        str(facts.get("store") or facts.get("stores") or ""),
        minimum if isinstance(minimum, int) else None,
        days_in(weekdays) if isinstance(weekdays, int) else "",
        str(facts.get("windows") or "").replace("-", "–"),
    )


def days_in(weekdays: int) -> str:
    """The days of a template (bit 0 is Monday) in words; runs of three or more as from-to."""
    names = get_day_names("abbreviated", locale=locale())
    words, day = [], 0
    while day < 7:
        end = day
        while end < 7 and weekdays >> end & 1:
            end += 1
        if end - day >= 3:
            words.append(f"{names[day]}–{names[end - 1]}")
        else:
            words.extend(names[one] for one in range(day, end))
        day = max(end, day + 1)
    return ", ".join(words)


def is_fragment(request: AnyRequest) -> bool:
    """Whether only the answer changes; without script the whole page is drawn."""
    return request.headers.get("hx-request") == "true"


async def show(request: AnyRequest, db: Db, standing: Standing, answer: Answer, code: str = "") -> Response[str]:
    """An answer beside the code field."""
    desk = Desk(standing)
    if is_fragment(request):
        return render(request, "counter/answer.html", desk=desk, answer=answer)
    store = standing.store
    entries = await day_of(db, store.merchant_id, store.store_id, desk.since, most=LATEST)
    return render(request, "counter/till.html", desk=desk, answer=answer, entries=entries, code=code)


def refused_here(request: AnyRequest, refusal: Refusal) -> Response[str] | None:
    """A refusal as the answer, where the viewer stands at a till; a shut till as a page of its own; none elsewhere."""
    store, standing = request.state.get("store"), request.state.get("standing")
    said = told(refusal.name, refusal.detail, refusal.facts, store.zone if isinstance(store, Store) else "UTC")
    part = is_fragment(request)
    if isinstance(standing, Standing):
        desk, answer = Desk(standing), Answer("refused", said=said)
        if part:
            return render(request, "counter/answer.html", status=refusal.status, desk=desk, answer=answer)
        return render(request, "counter/till.html", status=refusal.status, desk=desk, answer=answer, entries=[], code="")
    if refusal.name not in SHUT or not isinstance(store, Store):
        return None
    seconds = refusal.facts.get("retry_after")
    minutes = -(-seconds // 60) if isinstance(seconds, int) else 0
    page = "counter/shut_part.html" if part else "counter/shut.html"
    return render(request, page, status=refusal.status, store=store, said=said, minutes=minutes)
