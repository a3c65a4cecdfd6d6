"""Reads of the claims room."""

from uuid import UUID

from shuke.claims.types import Claim
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound


async def claim_by_code(db: Db, code: str) -> Claim | None:
    """A link by its plain code (kit.ids.read_code), also when it has ended."""
    return await db.one(
        Claim,
        """
        select c.merchant_id, c.claim_id, c.code, c.template_id, c.ends_at, c.created_at, c.ended_at, m.status as merchant_status
        from merchants.tags t
        join claims.links c on c.merchant_id = t.merchant_id
        join merchants.merchants m on m.merchant_id = c.merchant_id
        where t.tag = :tag and c.code = :code
        """,
        tag=code[:5],
        code=code,
    )


async def taken_by(db: Db, person_id: UUID, claim: Claim) -> str | None:
    """The code of the voucher that this person took by a link; empty once she gave it to somebody else."""
    return await db.value(
        str,
        """
        select case when v.person_id = d.person_id then v.code else '' end from claims.taken d
        join vouchers.vouchers v on v.merchant_id = d.merchant_id and v.voucher_id = d.voucher_id
        where d.person_id = :person and d.claim_id = :claim
        """,
        person=person_id,
        claim=claim.claim_id,
    )


async def claims_of(db: Db, merchant_id: UUID, template_id: UUID) -> list[Claim]:
    """The links of a template, the newest first. Refusal: not_found."""
    found = await db.all(
        Claim,
        """
        select c.merchant_id, c.claim_id, c.code, c.template_id, c.ends_at, c.created_at, c.ended_at, m.status as merchant_status
        from claims.links c join merchants.merchants m on m.merchant_id = c.merchant_id
        where c.merchant_id = :merchant and c.template_id = :template order by c.claim_id desc limit 100
        """,
        merchant=merchant_id,
        template=template_id,
    )
    if found:
        return found
    known = await db.value(
        int,
        "select 1 from vouchers.templates where merchant_id = :merchant and template_id = :template",
        merchant=merchant_id,
        template=template_id,
    )
    if not known:
        raise NotFound
    return found
