"""Refusing: why a voucher can't be used here and now, by name, with when and where."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal
from shuke.vouchers.types import RedeemCall, Redemption, VoucherRefused


class Standing(msgspec.Struct, frozen=True):
    """How things stand with one call: the voucher if there is one, and each condition."""

    number: int
    status: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    minimum_spend: int | None
    holder_fits: bool | None
    store_known: bool
    store_fits: bool | None
    time_fits: bool | None
    article_fits: bool | None
    used_at: datetime | None
    used_in: str | None
    used_zone: str | None
    currency: str | None
    stores: str | None
    weekdays: int | None
    windows: str | None


class Earlier(Redemption, frozen=True):
    """A use made with the same key; `for_these` when it was for the same articles."""

    for_these: bool = True


async def check(db: Db, calls: Sequence[RedeemCall]) -> list[Refusal | None]:
    """For each call what would stand in its way now, without taking anything; None when nothing does."""
    standings = {standing.number: standing for standing in await _standings(db, calls)}
    return [_obstacle(call, standings[i]) for i, call in enumerate(calls)]


async def explain(db: Db, calls: Sequence[RedeemCall]) -> list[Redemption | Refusal]:
    """For each call that took nothing: its earlier result when the key was used before, else the refusal."""
    earlier = {(use.merchant_id, use.request_key): use for use in await _earlier(db, calls)}
    standings = {standing.number: standing for standing in await _standings(db, calls)}
    return [_outcome(call, earlier.get((call.merchant_id, call.key)), standings[i]) for i, call in enumerate(calls)]


def _outcome(call: RedeemCall, earlier: Earlier | None, standing: Standing) -> Redemption | Refusal:
    if earlier is None:
        return _obstacle(call, standing) or Refusal(
            "try_again", _("Something else happened at the same moment. Please try again.")
        )
    asked = (call.code, call.store_id, call.staff_id, call.bill, call.holder or earlier.person_id)
    if not earlier.for_these or asked != (earlier.code, earlier.store_id, earlier.staff_id, earlier.bill, earlier.person_id):
        return Refusal("idempotency_key_reused", _("This key was used before for another request."))
    return Redemption(*msgspec.structs.astuple(earlier)[:-1])


def _obstacle(call: RedeemCall, standing: Standing) -> Refusal | None:
    now = clock.now()
    if not standing.store_known:
        return VoucherRefused("wrong_store", _("This store is closed or not one of ours."))
    if standing.status is None or not standing.holder_fits or standing.starts_at is None or standing.ends_at is None:
        return VoucherRefused("unknown", _("We don't know this code here. Check it, or look the guest up."))
    if standing.status == "redeemed":
        at = standing.used_at.isoformat() if standing.used_at else ""
        return VoucherRefused(
            "already_redeemed", _("This voucher has been used already."), at=at, store=standing.used_in, zone=standing.used_zone
        )
    if standing.status == "voided":
        return VoucherRefused("voided", _("This voucher was withdrawn by the shop."))
    if standing.status == "gifting":
        return VoucherRefused(
            "gifting", _("This voucher is on its way to a friend. It can be used once it is taken or comes back.")
        )
    if standing.status == "expired" or now >= standing.ends_at:
        return VoucherRefused("expired", _("This voucher has expired."), ended=standing.ends_at.isoformat())
    if now < standing.starts_at:
        return VoucherRefused("not_yet_valid", _("This voucher is not valid yet."), starts=standing.starts_at.isoformat())
    return _obstacle_here(call, standing)


def _obstacle_here(call: RedeemCall, standing: Standing) -> Refusal | None:
    if not standing.store_fits:
        return VoucherRefused("wrong_store", _("This voucher can't be used in this store."), stores=standing.stores)
    if not standing.time_fits:
        return VoucherRefused(
            "wrong_time",
            _("This voucher can't be used on this day or at this hour."),
            weekdays=standing.weekdays,
            windows=standing.windows,
        )
    if standing.minimum_spend and (call.bill is None or call.bill < standing.minimum_spend):
        return VoucherRefused(
            "minimum_spend",
            _("The bill is below this voucher's minimum."),
            minimum=standing.minimum_spend,
            currency=standing.currency,
        )
    if not standing.article_fits:
        return VoucherRefused("wrong_article", _("Nothing on this bill is covered by this voucher."))
    return None


async def _earlier(db: Db, calls: Sequence[RedeemCall]) -> list[Earlier]:
    """What these keys did before. `uses_left` is of that moment: later uses are added again, uses undone since are taken off."""
    return await db.all(
        Earlier,
        """
        select r.merchant_id, r.redemption_id, r.voucher_id, r.person_id, r.store_id, r.staff_id, v.code, t.title, t.kind, t.value, t.gives,
          v.uses_left + v.uses_made - r.use - (
            select count(*) from vouchers.redemptions o join vouchers.undos u on u.merchant_id = o.merchant_id and u.redemption_id = o.redemption_id
            where o.merchant_id = r.merchant_id and o.voucher_id = r.voucher_id and u.at >= r.at)::int as uses_left,
          r.bill, r.discount, r.at, r.request_key, coalesce(r.articles_hash = hashtextextended(c.articles, 0), true) as for_these
        from unnest(:merchants::uuid[], :keys::text[], :articles::text[]) as c(merchant_id, key, articles)
        join vouchers.redemptions r on r.merchant_id = c.merchant_id and r.request_key = c.key
        join vouchers.vouchers v on v.merchant_id = r.merchant_id and v.voucher_id = r.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        """,
        merchants=[call.merchant_id for call in calls],
        keys=[call.key for call in calls],
        articles=[",".join(call.articles) for call in calls],
    )


async def _standings(db: Db, calls: Sequence[RedeemCall]) -> list[Standing]:
    return await db.all(
        Standing,
        """
        select c.number::int - 1 as number, v.status, v.starts_at, v.ends_at, t.minimum_spend,
          c.holder is null or c.holder = v.person_id as holder_fits,
          s.store_id is not null as store_known,
          not exists (select from vouchers.template_stores o where o.merchant_id = t.merchant_id and o.template_id = t.template_id)
            or exists (select from vouchers.template_stores o
              where o.merchant_id = t.merchant_id and o.template_id = t.template_id and o.store_id = c.store_id) as store_fits,
          vouchers.allows(t.weekdays, t.window1_from, t.window1_to, t.window2_from, t.window2_to, :now at time zone s.zone) as time_fits,
          (not exists (select from vouchers.template_articles a
              where a.merchant_id = t.merchant_id and a.template_id = t.template_id and not a.excluded)
            or exists (select from vouchers.template_articles a where a.merchant_id = t.merchant_id and a.template_id = t.template_id
                and not a.excluded and a.code = any(string_to_array(c.articles, ','))))
            and (c.articles = '' or exists (select from unnest(string_to_array(c.articles, ',')) as b(code) where not exists (
              select from vouchers.template_articles a where a.merchant_id = t.merchant_id and a.template_id = t.template_id
                and a.code = b.code and a.excluded))) as article_fits,
          last.at as used_at, last.name as used_in, last.zone as used_zone, m.currency,
          case when v.status = 'issued' then (
            select string_agg(p.name, ', ' order by p.name) from (
              select e.name from vouchers.template_stores o join merchants.stores e on e.merchant_id = o.merchant_id and e.store_id = o.store_id
              where o.merchant_id = t.merchant_id and o.template_id = t.template_id order by e.name limit 3) p) end as stores,
          t.weekdays::int, nullif(concat_ws(', ', to_char(t.window1_from, 'HH24:MI') || '-' || to_char(t.window1_to, 'HH24:MI'),
            to_char(t.window2_from, 'HH24:MI') || '-' || to_char(t.window2_to, 'HH24:MI')), '') as windows
        from unnest(:merchants::uuid[], :stores::uuid[], :codes::text[], :articles::text[], :holders::uuid[]) with ordinality
          as c(merchant_id, store_id, code, articles, holder, number)
        left join merchants.merchants m on m.merchant_id = c.merchant_id
        left join merchants.stores s on s.merchant_id = c.merchant_id and s.store_id = c.store_id and s.closed_at is null
        left join vouchers.vouchers v on v.merchant_id = c.merchant_id and v.code = c.code
        left join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        left join lateral (
          select r.at, p.name, p.zone from vouchers.redemptions r
          join merchants.stores p on p.merchant_id = r.merchant_id and p.store_id = r.store_id
          where r.merchant_id = v.merchant_id and r.voucher_id = v.voucher_id order by r.use desc limit 1) last on true
        """,
        merchants=[call.merchant_id for call in calls],
        stores=[call.store_id for call in calls],
        codes=[call.code for call in calls],
        articles=[",".join(call.articles) for call in calls],
        holders=[call.holder for call in calls],
        now=clock.now(),
    )
