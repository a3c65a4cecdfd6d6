"""Redeeming: each use of a voucher is one conditional statement and one row, for one call or many at once."""

from collections.abc import Sequence

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import Refusal
from shuke.vouchers.refuse import explain
from shuke.vouchers.types import RedeemCall, Redemption

Outcome = Redemption | Refusal


async def redeem(db: Db, calls: Sequence[RedeemCall]) -> list[Outcome]:
    """Redeem for many tills at once; the same key again gives the first result.

    A statement takes each voucher at most once, so calls for the same voucher (or with the same key) go one after
    another; once a voucher is used up the rest of its calls are told so without trying.
    """
    outcomes: list[Outcome | None] = [None] * len(calls)
    waiting = sorted(range(len(calls)), key=lambda i: (calls[i].merchant_id, calls[i].code))
    used_up: set[str] = set()
    lost: list[int] = []
    while waiting:
        now_codes: set[str] = set()
        now_keys: set[str] = set()
        round_, later = [], []
        for i in waiting:
            if calls[i].code in used_up:
                lost.append(i)
            elif calls[i].code in now_codes or calls[i].key in now_keys:
                later.append(i)
            else:
                now_codes.add(calls[i].code)
                now_keys.add(calls[i].key)
                round_.append(i)
        taken = (
            {(use.merchant_id, use.request_key): use for use in await _take(db, [calls[i] for i in round_])} if round_ else {}
        )
        for i in round_:
            use = taken.get((calls[i].merchant_id, calls[i].key))
            outcomes[i] = use
            if use is None:
                lost.append(i)
            else:
                db.announced = True
                if not use.uses_left:
                    used_up.add(use.code)
        waiting = later
    reasons = await explain(db, [calls[i] for i in lost]) if lost else []
    for i, reason in zip(lost, reasons, strict=True):
        outcomes[i] = reason
    return [outcome for outcome in outcomes if outcome is not None]


async def _take(db: Db, calls: Sequence[RedeemCall]) -> list[Redemption]:
    """Use what may be used and announce it (as VoucherRedeemed); calls for different vouchers with different keys."""
    return await db.all(
        Redemption,
        """
        with call(merchant_id, store_id, staff_id, code, key, bill, articles, holder, purchase_id, discount) as (
          select * from unnest(:merchants::uuid[], :stores::uuid[], :staff::uuid[], :codes::text[], :keys::text[], :bills::bigint[],
            :articles::text[], :holders::uuid[], :purchases::uuid[], :discounts::bigint[])
        ), taken as (
          update vouchers.vouchers v set uses_left = v.uses_left - 1, uses_made = v.uses_made + 1,
            status = case when v.uses_left = 1 then 'redeemed' else 'issued' end
          from call c cross join vouchers.templates t join merchants.stores s on s.merchant_id = t.merchant_id and s.closed_at is null
          where v.merchant_id = c.merchant_id and v.code = c.code and v.status = 'issued' and v.starts_at <= :now and v.ends_at > :now
            and s.store_id = c.store_id and t.merchant_id = v.merchant_id and t.template_id = v.template_id and coalesce(c.holder = v.person_id, true)
            and (t.minimum_spend = 0 or c.bill >= t.minimum_spend)
            and vouchers.allows(t.weekdays, t.window1_from, t.window1_to, t.window2_from, t.window2_to, :now at time zone s.zone)
            and coalesce((select bool_or(o.store_id = c.store_id) from vouchers.template_stores o
              where o.merchant_id = t.merchant_id and o.template_id = t.template_id), true) and (not exists (
                select from vouchers.template_articles a where a.merchant_id = t.merchant_id and a.template_id = t.template_id and not a.excluded)
              or exists (select from vouchers.template_articles a where a.merchant_id = t.merchant_id and a.template_id = t.template_id
                and not a.excluded and a.code = any(string_to_array(c.articles, ','))))
            and (c.articles = '' or exists (select from unnest(string_to_array(c.articles, ',')) as b(code) where not exists (
              select from vouchers.template_articles a where a.merchant_id = t.merchant_id and a.template_id = t.template_id
                and a.code = b.code and a.excluded)))
            and not exists (select from vouchers.redemptions r where r.merchant_id = c.merchant_id and r.request_key = c.key)
          returning v.merchant_id, v.voucher_id, v.person_id, v.code, v.uses_left, v.uses_made, c.store_id, c.staff_id, c.key, c.bill,
            c.articles, c.purchase_id, t.title, t.kind, t.value, t.gives,
            case when c.discount is not null then c.discount
              when t.kind = 'percent_off' and c.bill is not null then least(c.bill * t.value / 100, coalesce(t.max_off, c.bill))
              when t.kind in ('money_off', 'cash') then least(t.value, c.bill) end as discount
        ), used as (
          insert into vouchers.redemptions
            (merchant_id, voucher_id, use, store_id, staff_id, person_id, request_key, bill, discount, article, articles_hash, purchase_id, at)
          select merchant_id, voucher_id, uses_made, store_id, staff_id, person_id, key, bill, discount, left(split_part(articles, ',', 1), 64),
            hashtextextended(articles, 0), purchase_id, :now from taken returning merchant_id, redemption_id, voucher_id
        ), carried as (
          delete from vouchers.wallet_vouchers w using taken t
          where t.uses_left = 0 and w.person_id = t.person_id and w.merchant_id = t.merchant_id and w.voucher_id = t.voucher_id
        ), announced as (
          insert into kit.events (lane, owner_id, name, body, at)
          select ('x' || right(merchant_id::text, 1))::bit(4)::int, merchant_id, 'vouchers.VoucherRedeemed', jsonb_build_object(
            'merchant_id', merchant_id, 'redemption_id', redemption_id, 'voucher_id', voucher_id, 'person_id', person_id, 'store_id', store_id), :now
          from taken join used using (merchant_id, voucher_id)
        )
        select merchant_id, redemption_id, voucher_id, person_id, store_id, staff_id, code, title, kind, value, gives, uses_left, bill,
          discount, :now as at, key as request_key
        from taken join used using (merchant_id, voucher_id)
        """,
        merchants=[call.merchant_id for call in calls],
        stores=[call.store_id for call in calls],
        staff=[call.staff_id for call in calls],
        codes=[call.code for call in calls],
        keys=[call.key for call in calls],
        bills=[call.bill for call in calls],
        articles=[",".join(call.articles) for call in calls],
        holders=[call.holder for call in calls],
        purchases=[call.purchase_id for call in calls],
        discounts=[call.discount for call in calls],
        now=clock.now(),
    )
