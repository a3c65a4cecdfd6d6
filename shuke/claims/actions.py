"""Writes of the claims room: making and ending links, taking vouchers by them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.claims.queries import claim_by_code
from shuke.claims.types import Claim, ClaimCall, Claimed
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.vouchers import IssueCall, Issued, VoucherRefused, issue

CODE_LENGTH = 8
LONGEST = timedelta(days=3660)


class Reserved(msgspec.Struct, frozen=True):
    """A person's place by a link, before the voucher is made."""

    person_id: UUID
    claim_id: UUID


async def open_claim(db: Db, merchant_id: UUID, template_id: UUID, by: UUID, ends_at: datetime | None = None) -> Claim:
    """A new link for a template. Refusals: not_found, ends_before_now."""
    now = clock.now()
    if ends_at is not None and (ends_at.tzinfo is None or not now < ends_at < now + LONGEST):
        raise Unreadable("ends_before_now", _("Write an end in the future, with its offset."))
    tag = await db.value(
        str,
        """
        select m.tag from vouchers.templates t join merchants.merchants m on m.merchant_id = t.merchant_id
        where t.merchant_id = :merchant and t.template_id = :template
        """,
        merchant=merchant_id,
        template=template_id,
    )
    if tag is None:
        raise NotFound
    code = ids.new_code(tag, CODE_LENGTH)
    await db.run(
        """
        insert into claims.links (merchant_id, code, template_id, ends_at, created_by, created_at)
        values (:merchant, :code, :template, :ends, :by, :now)
        """,
        merchant=merchant_id,
        code=code,
        template=template_id,
        ends=ends_at,
        by=by,
        now=now,
    )
    claim = await claim_by_code(db, code)
    assert claim is not None
    return claim


async def end_claim(db: Db, merchant_id: UUID, claim_id: UUID) -> None:
    """Nothing more is taken by this link. Refusal: not_found."""
    ended = await db.run(
        "update claims.links set ended_at = :now where merchant_id = :merchant and claim_id = :claim and ended_at is null",
        now=clock.now(),
        merchant=merchant_id,
        claim=claim_id,
    )
    if not ended:
        raise NotFound


async def claim(db: Db, calls: Sequence[ClaimCall]) -> list[Claimed | Refusal]:
    """A voucher for each call; who took one by this link before gets that one. Refusals: claim_ended and those of issuing."""
    unique = sorted({(call.person_id, call.claim_id): call for call in calls}.items())
    reserved = await _reserve(db, [call for _key, call in unique])
    fresh = [call for key, call in unique if Reserved(*key) in reserved]
    issued = await issue(
        db, [IssueCall(call.merchant_id, call.template_id, call.person_id, "claim", call.claim_id) for call in fresh]
    )
    results: dict[tuple[UUID, UUID], Claimed | Refusal] = {}
    for call, outcome in zip(fresh, issued, strict=True):
        key = (call.person_id, call.claim_id)
        results[key] = Claimed(*key, outcome.code, fresh=True) if isinstance(outcome, Issued) else outcome
    await _settle(db, fresh, issued)
    before = [call for key, call in unique if key not in results]
    results |= {(taken.person_id, taken.claim_id): taken for taken in await _taken_before(db, before)}
    ended = VoucherRefused("claim_ended", _("This link has ended."))
    return [results.get((call.person_id, call.claim_id), ended) for call in calls]


async def _reserve(db: Db, calls: Sequence[ClaimCall]) -> set[Reserved]:
    """Take each person's place by an open link; a second call for the same place waits for the first one's commit."""
    return set(
        await db.all(
            Reserved,
            """
            insert into claims.taken (person_id, claim_id, merchant_id, at)
            select c.person_id, c.claim_id, c.merchant_id, :now
            from unnest(:merchants::uuid[], :claims::uuid[], :people::uuid[]) as c(merchant_id, claim_id, person_id)
            join claims.links k on k.merchant_id = c.merchant_id and k.claim_id = c.claim_id
              and k.ended_at is null and (k.ends_at is null or k.ends_at > :now)
            join merchants.merchants m on m.merchant_id = c.merchant_id and m.status = 'approved'
            order by c.person_id, c.claim_id
            on conflict do nothing returning person_id, claim_id
            """,
            merchants=[call.merchant_id for call in calls],
            claims=[call.claim_id for call in calls],
            people=[call.person_id for call in calls],
            now=clock.now(),
        )
    )


async def _settle(db: Db, calls: Sequence[ClaimCall], outcomes: Sequence[Issued | Refusal]) -> None:
    """Keep which voucher was made; give the place back where none was."""
    made = [(call, outcome) for call, outcome in zip(calls, outcomes, strict=True) if isinstance(outcome, Issued)]
    if made:
        await db.run(
            """
            update claims.taken d set voucher_id = c.voucher_id
            from unnest(:people::uuid[], :claims::uuid[], :vouchers::uuid[]) as c(person_id, claim_id, voucher_id)
            where d.person_id = c.person_id and d.claim_id = c.claim_id
            """,
            people=[call.person_id for call, _voucher in made],
            claims=[call.claim_id for call, _voucher in made],
            vouchers=[voucher.voucher_id for _call, voucher in made],
        )
    refused = [call for call, outcome in zip(calls, outcomes, strict=True) if not isinstance(outcome, Issued)]
    if refused:
        await db.run(
            """
            delete from claims.taken d using unnest(:people::uuid[], :claims::uuid[]) as c(person_id, claim_id)
            where d.person_id = c.person_id and d.claim_id = c.claim_id
            """,
            people=[call.person_id for call in refused],
            claims=[call.claim_id for call in refused],
        )


async def _taken_before(db: Db, calls: Sequence[ClaimCall]) -> list[Claimed]:
    if not calls:
        return []
    return await db.all(
        Claimed,
        """
        select d.person_id, d.claim_id, case when v.person_id = d.person_id then v.code else '' end as code, false as fresh
        from unnest(:people::uuid[], :claims::uuid[]) as c(person_id, claim_id)
        join claims.taken d on d.person_id = c.person_id and d.claim_id = c.claim_id
        join vouchers.vouchers v on v.merchant_id = d.merchant_id and v.voucher_id = d.voucher_id
        """,
        people=[call.person_id for call in calls],
        claims=[call.claim_id for call in calls],
    )
