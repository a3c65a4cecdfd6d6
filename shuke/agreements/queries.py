"""Reads of the agreements room."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shuke.agreements.types import Agreement, Party, PartyPerson, Terms, TermsLine
from shuke.kit.db import Db


async def terms_at(db: Db, merchant_id: UUID, moment: datetime) -> Terms:
    """What holds for a merchant at a moment: its own terms, else those for all, else nothing is taken."""
    [found] = await terms_at_each(db, [(merchant_id, moment)])
    return found


async def terms_at_each(db: Db, moments: Sequence[tuple[UUID, datetime]]) -> list[Terms]:
    """The same for each of these merchants and moments."""
    return await db.all(
        Terms,
        """
        select coalesce(t.basis_points, 0) as basis_points, coalesce(t.stored_basis_points, 0) as stored_basis_points,
          a.party_id as agent_id, coalesce(a.basis_points, 0) as agent_points,
          o.party_id as operator_id, coalesce(o.basis_points, 0) as operator_points
        from unnest(:merchants::uuid[], :moments::timestamptz[]) with ordinality as u(merchant_id, moment, number)
        left join lateral (
          select basis_points, stored_basis_points from (
            (select 1 as rank, basis_points, stored_basis_points from agreements.terms
              where merchant_id = u.merchant_id and starts_at <= u.moment order by starts_at desc limit 1)
            union all
            (select 2, basis_points, stored_basis_points from agreements.default_terms
              where starts_at <= u.moment order by starts_at desc limit 1)) as either order by rank limit 1) t on true
        left join agreements.agreements a
          on a.merchant_id = u.merchant_id and a.role = 'agent' and tstzrange(a.starts_at, a.ends_at) @> u.moment
        left join agreements.agreements o
          on o.merchant_id = u.merchant_id and o.role = 'operator' and tstzrange(o.starts_at, o.ends_at) @> u.moment
        order by u.number
        """,
        merchants=[merchant_id for merchant_id, _moment in moments],
        moments=[moment for _merchant, moment in moments],
    )


async def terms_log(db: Db, merchant_id: UUID | None) -> list[TermsLine]:
    """Terms of a merchant, or with none those for all, the latest first."""
    return await db.all(
        TermsLine,
        """
        select merchant_id, starts_at, basis_points, stored_basis_points, set_by, at from (
          select merchant_id, starts_at, basis_points, stored_basis_points, set_by, at from agreements.terms where merchant_id = :merchant
          union all
          select null, starts_at, basis_points, stored_basis_points, set_by, at from agreements.default_terms where :merchant::uuid is null) as l
        order by starts_at desc limit 100
        """,
        merchant=merchant_id,
    )


async def parties(db: Db) -> list[Party]:
    """All agents and operators by name."""
    return await db.all(
        Party,
        "select party_id, name, territory, account_holder, account, created_at from agreements.parties order by name, party_id",
    )


async def party_of(db: Db, party_id: UUID) -> Party | None:
    """One of them."""
    return await db.one(
        Party,
        "select party_id, name, territory, account_holder, account, created_at from agreements.parties where party_id = :party",
        party=party_id,
    )


async def parties_of_person(db: Db, person_id: UUID) -> list[Party]:
    """The parties whose earnings a person sees."""
    return await db.all(
        Party,
        """
        select p.party_id, p.name, p.territory, p.account_holder, p.account, p.created_at
        from agreements.party_people l join agreements.parties p on p.party_id = l.party_id
        where l.person_id = :person order by p.name, p.party_id
        """,
        person=person_id,
    )


async def people_of_party(db: Db, party_id: UUID) -> list[PartyPerson]:
    """Who sees what a party earns."""
    return await db.all(
        PartyPerson,
        """
        select l.person_id, p.name, coalesce(c.value, '') as contact, l.added_at
        from agreements.party_people l join people.people p on p.person_id = l.person_id
        left join lateral (select value from people.contacts where person_id = l.person_id order by verified_at limit 1) c on true
        where l.party_id = :party order by l.added_at
        """,
        party=party_id,
    )


async def agreements_of_merchant(db: Db, merchant_id: UUID) -> list[Agreement]:
    """Who earns on a merchant, also what has ended, the latest first."""
    return await db.all(
        Agreement,
        """
        select a.merchant_id, a.agreement_id, a.party_id, a.role, a.basis_points, a.starts_at, nullif(a.ends_at, 'infinity') as ends_at,
          m.name as merchant_name, p.name as party_name
        from agreements.agreements a join agreements.parties p on p.party_id = a.party_id
        join merchants.merchants m on m.merchant_id = a.merchant_id
        where a.merchant_id = :merchant order by a.starts_at desc, a.agreement_id
        """,
        merchant=merchant_id,
    )


async def agreements_of_party(db: Db, party_id: UUID) -> list[Agreement]:
    """On whom a party earns, also what has ended, the latest first."""
    return await db.all(
        Agreement,
        """
        select a.merchant_id, a.agreement_id, a.party_id, a.role, a.basis_points, a.starts_at, nullif(a.ends_at, 'infinity') as ends_at,
          m.name as merchant_name, p.name as party_name
        from agreements.agreements a join agreements.parties p on p.party_id = a.party_id
        join merchants.merchants m on m.merchant_id = a.merchant_id
        where a.party_id = :party order by a.starts_at desc, a.agreement_id
        """,
        party=party_id,
    )
