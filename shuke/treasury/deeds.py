"""Who did what: terms, agreements and corrections of a merchant; changes of an agent or operating firm."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _

What = Literal["terms", "agreed", "ended", "corrected", "created", "changed", "account", "linked", "unlinked"]


class Deed(msgspec.Struct, frozen=True):
    """Something that an operator did: `about` whom or what, `amount` in minor units where money was put right."""

    what: What
    about: str
    amount: int | None
    by_id: UUID
    by: str
    at: datetime


def deed_words() -> dict[str, str]:
    """What was done, in the caller's language."""
    return {
        "terms": _("Terms set"),
        "agreed": _("Agreed"),
        "ended": _("Agreement ended"),
        "corrected": _("Put right"),
        "created": _("Added"),
        "changed": _("Name or cities changed"),
        "account": _("Account changed"),
        "linked": _("Person linked"),
        "unlinked": _("Person unlinked"),
    }


async def deeds_on_merchant(db: Db, merchant_id: UUID) -> list[Deed]:
    """The latest fifty, the newest first."""
    return await db.all(
        Deed,
        """
        with done as (
          select 'terms' as what, (basis_points / 100.0)::numeric(6, 2) || ' % · ' || (stored_basis_points / 100.0)::numeric(6, 2) || ' %' as about,
            null::bigint as amount, set_by as by_id, at from agreements.terms where merchant_id = :merchant
          union all
          select 'agreed', p.name, null, a.made_by, a.made_at
          from agreements.agreements a join agreements.parties p on p.party_id = a.party_id where a.merchant_id = :merchant
          union all
          select 'ended', p.name, null, a.ended_by, a.ended_at
          from agreements.agreements a join agreements.parties p on p.party_id = a.party_id
          where a.merchant_id = :merchant and a.ended_by is not null
          union all
          select 'corrected', note, amount, made_by, at from settlement.corrections where merchant_id = :merchant)
        select d.what, d.about, d.amount, d.by_id, coalesce(p.name, '') as by, d.at
        from done d left join people.people p on p.person_id = d.by_id order by d.at desc, d.what limit 50
        """,
        merchant=merchant_id,
    )


async def deeds_on_party(db: Db, party_id: UUID) -> list[Deed]:
    """The latest fifty, the newest first."""
    return await db.all(
        Deed,
        """
        with done as (
          select 'created' as what, '' as about, created_by as by_id, created_at as at from agreements.parties where party_id = :party
          union all
          select c.kind, coalesce(nullif(o.name, ''), c.what), c.changed_by, c.at
          from agreements.party_changes c left join people.people o on o.person_id = c.person_id where c.party_id = :party)
        select d.what, d.about, null::bigint as amount, d.by_id, coalesce(p.name, '') as by, d.at
        from done d left join people.people p on p.person_id = d.by_id order by d.at desc, d.what limit 50
        """,
        party=party_id,
    )
