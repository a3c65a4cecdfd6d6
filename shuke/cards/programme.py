"""Programmes: a merchant sets the rules of its card, its tiers and what articles bring; replaced as a whole."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Literal
from uuid import UUID
from zoneinfo import available_timezones

import msgspec

from shuke.cards.queries import programme_of, tiers_of
from shuke.cards.types import Programme, Tier
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import LARGEST
from shuke.kit.refusals import NotFound, Unreadable

MOST_TIERS = 10
MOST_ARTICLES = 5000


class ArticleRule(msgspec.Struct, frozen=True):
    """Points for each of an article on a bill."""

    code: str
    points: int


class TierDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A step: minor units or visits within `tier_days`, by the programme's basis. The first begins at 0."""

    name: str
    threshold: int = 0
    percent_off: int = 0
    points_factor: Decimal = Decimal(1)
    benefits: str = ""


class ProgrammeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of a card. `earn_points` for every `earn_per` minor units paid; `daily_cap` on the points of a day in `zone`;
    points are pending for `pending_days` and expire `expiry_days` after they became active, both at the end of a day."""

    name: str
    zone: str
    colour: str = "#b3261e"
    earn_points: int = 1
    earn_per: int = 100
    visit_points: int = 0
    birthday_factor: Decimal = Decimal(1)
    daily_cap: int | None = None
    pending_days: int = 0
    expiry_days: int | None = None
    refund_policy: Literal["pending_only", "within_balance", "may_go_negative"] = "within_balance"
    tier_basis: Literal["spend", "visits"] = "spend"
    tier_days: int = 365
    downgrade: Literal["never", "step", "recompute"] = "step"
    open: bool = True
    tiers: tuple[TierDraft, ...] = ()
    articles: tuple[ArticleRule, ...] = ()


class ProgrammeRules(msgspec.Struct, frozen=True):
    """A programme with its tiers, the lowest first, and the articles that bring points."""

    programme: Programme
    tiers: list[Tier]
    articles: list[ArticleRule]


class ProgrammeUnreadable(Unreadable):
    """422 `programme_unreadable`: `facts` say what is wrong with which field."""


async def rules_of_card(db: Db, merchant_id: UUID) -> ProgrammeRules:
    """The whole of a merchant's programme. Refusal: no_programme."""
    programme = await programme_of(db, merchant_id)
    if programme is None:
        raise NotFound("no_programme", _("This shop has no card yet."))
    articles = await db.all(
        ArticleRule,
        "select code, points from cards.article_points where merchant_id = :merchant order by code",
        merchant=merchant_id,
    )
    return ProgrammeRules(programme, await tiers_of(db, merchant_id), articles)


async def set_programme(db: Db, merchant_id: UUID, wanted: ProgrammeDraft) -> ProgrammeRules:
    """Keep these rules from now on; members above the last tier come down to it. Refusal: programme_unreadable."""
    wrong = dict(faults(wanted))
    if wrong:
        raise ProgrammeUnreadable("programme_unreadable", _("Please look at what is marked."), **wrong)
    await _write(db, merchant_id, wanted)
    tiers = wanted.tiers or (TierDraft(name=wanted.name[:40]),)
    await db.run("delete from cards.tiers where merchant_id = :merchant", merchant=merchant_id)
    await db.run(
        """
        insert into cards.tiers (merchant_id, position, name, threshold, percent_off, points_factor, benefits)
        select :merchant, n - 1, name, threshold, percent_off, points_factor, benefits
        from unnest(:names::text[], :thresholds::bigint[], :percents::smallint[], :factors::numeric[], :benefits::text[]) with ordinality
          as t(name, threshold, percent_off, points_factor, benefits, n)
        """,
        merchant=merchant_id,
        names=[tier.name.strip() for tier in tiers],
        thresholds=[tier.threshold for tier in tiers],
        percents=[tier.percent_off for tier in tiers],
        factors=[tier.points_factor for tier in tiers],
        benefits=[tier.benefits.strip() for tier in tiers],
    )
    await db.run("delete from cards.article_points where merchant_id = :merchant", merchant=merchant_id)
    await db.run(
        """
        insert into cards.article_points (merchant_id, code, points)
        select :merchant, code, points from unnest(:codes::text[], :points::int[]) as a(code, points)
        """,
        merchant=merchant_id,
        codes=[article.code for article in wanted.articles],
        points=[article.points for article in wanted.articles],
    )
    await db.run(
        "update cards.memberships set tier = :last where merchant_id = :merchant and tier > :last",
        last=len(tiers) - 1,
        merchant=merchant_id,
    )
    return await rules_of_card(db, merchant_id)


async def _write(db: Db, merchant_id: UUID, wanted: ProgrammeDraft) -> None:
    await db.run(
        """
        insert into cards.programmes (merchant_id, name, colour, zone, earn_points, earn_per, visit_points, birthday_factor, daily_cap,
          pending_days, expiry_days, refund_policy, tier_basis, tier_days, downgrade, open, updated_at)
        values (:merchant, :name, :colour, :zone, :earn_points, :earn_per, :visit_points, :birthday_factor, :daily_cap,
          :pending_days, :expiry_days, :refund_policy, :tier_basis, :tier_days, :downgrade, :open, :now)
        on conflict (merchant_id) do update set name = excluded.name, colour = excluded.colour, zone = excluded.zone,
          earn_points = excluded.earn_points, earn_per = excluded.earn_per, visit_points = excluded.visit_points,
          birthday_factor = excluded.birthday_factor, daily_cap = excluded.daily_cap, pending_days = excluded.pending_days,
          expiry_days = excluded.expiry_days, refund_policy = excluded.refund_policy, tier_basis = excluded.tier_basis,
          tier_days = excluded.tier_days, downgrade = excluded.downgrade, open = excluded.open, updated_at = excluded.updated_at
        """,
        merchant=merchant_id,
        now=clock.now(),
        **{name: getattr(wanted, name) for name in wanted.__struct_fields__ if name not in ("name", "tiers", "articles")},
        name=wanted.name.strip(),
    )


def faults(wanted: ProgrammeDraft) -> Iterator[tuple[str, str]]:
    """What is wrong with these rules: field and words."""
    between: dict[str, tuple[int | Decimal | None, int, int]] = {
        "earn_points": (wanted.earn_points, 0, 100_000),
        "earn_per": (wanted.earn_per, 1, LARGEST),
        "visit_points": (wanted.visit_points, 0, 100_000),
        "birthday_factor": (wanted.birthday_factor, 1, 10),
        "daily_cap": (wanted.daily_cap, 1, 2_000_000_000),
        "pending_days": (wanted.pending_days, 0, 366),
        "expiry_days": (wanted.expiry_days, 1, 3660),
        "tier_days": (wanted.tier_days, 1, 3660),
    }
    for field, (value, least, most) in between.items():
        if value is not None and not (_plain(value) and least <= value <= most):
            yield field, _("From %(least)s to %(most)s.") % {"least": least, "most": most}
    if not 1 <= len(wanted.name.strip()) <= 80:
        yield "name", _("1 to %(most)s characters.") % {"most": 80}
    if not re.fullmatch("#[0-9a-f]{6}", wanted.colour):
        yield "colour", _("A colour such as #b3261e.")
    if wanted.zone not in available_timezones():
        yield "zone", _("A time zone such as Europe/Helsinki.")
    yield from _tier_faults(wanted.tiers)
    codes = [article.code for article in wanted.articles]
    if len(set(codes)) < len(codes) or len(codes) > MOST_ARTICLES or any(not 1 <= len(code) <= 64 for code in codes):
        yield "articles", _("Every article once, with a number of 1 to 64 characters.")
    elif any(not 1 <= article.points <= 100_000 for article in wanted.articles):
        yield "articles", _("From %(least)s to %(most)s.") % {"least": 1, "most": 100_000}


def _tier_faults(tiers: tuple[TierDraft, ...]) -> Iterator[tuple[str, str]]:
    names = [tier.name.strip() for tier in tiers]
    steps = [tier.threshold for tier in tiers]
    if len(tiers) > MOST_TIERS:
        yield "tiers", _("At most %(most)s levels.") % {"most": MOST_TIERS}
    elif any(not 1 <= len(name) <= 40 for name in names) or len(set(names)) < len(names):
        yield "tiers", _("Every level has a name of its own of 1 to 40 characters.")
    elif steps and (steps[0] != 0 or steps[-1] > LARGEST or any(b <= a for a, b in pairwise(steps))):
        yield "tiers", _("The first level begins at 0, each next one higher than the one before.")
    elif any(
        not (0 <= tier.percent_off <= 100 and _plain(tier.points_factor) and 0 <= tier.points_factor <= 10) for tier in tiers
    ):
        yield "tiers", _("A level takes 0 to 100 percent off, and multiplies points by 0 to 10.")
    elif any(len(tier.benefits) > 500 for tier in tiers):
        yield "tiers", _("At most %(most)s characters.") % {"most": 500}


def _plain(value: int | Decimal) -> bool:
    """Whether a number is finite with at most two decimal digits, as the rules are kept."""
    return isinstance(value, int) or (value.is_finite() and value == round(value, 2))
