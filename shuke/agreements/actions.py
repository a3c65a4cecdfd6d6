"""Writes of the agreements room; all by operators of the installation."""

from uuid import UUID

import asyncpg

from shuke.agreements.queries import party_of
from shuke.agreements.types import Agreement, AgreementDraft, Party, PartyDraft, TermsDraft
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.people import contact_from, person_by_contact


async def set_terms(db: Db, by: UUID, merchant_id: UUID | None, draft: TermsDraft) -> None:
    """The platform's part from a moment on, for one merchant or for all without terms of their own. Refusals: not_found,
    in_the_past."""
    now = clock.now()
    starts_at = draft.starts_at or now
    if starts_at < now:
        raise Unreadable("in_the_past", _("Terms hold from now on or later: what was used before stays as it was split."))
    if merchant_id is None:
        await db.run(
            """
            insert into agreements.default_terms (starts_at, basis_points, stored_basis_points, set_by, at)
            values (:starts, :points, :stored, :by, :now)
            on conflict (starts_at) do update set basis_points = excluded.basis_points,
              stored_basis_points = excluded.stored_basis_points, set_by = excluded.set_by, at = excluded.at
            """,
            starts=starts_at,
            points=draft.basis_points,
            stored=draft.stored_basis_points,
            by=by,
            now=now,
        )
        return
    written = await db.run(
        """
        insert into agreements.terms (merchant_id, starts_at, basis_points, stored_basis_points, set_by, at)
        select merchant_id, :starts, :points, :stored, :by, :now from merchants.merchants where merchant_id = :merchant
        on conflict (merchant_id, starts_at) do update set basis_points = excluded.basis_points,
          stored_basis_points = excluded.stored_basis_points, set_by = excluded.set_by, at = excluded.at
        """,
        merchant=merchant_id,
        starts=starts_at,
        points=draft.basis_points,
        stored=draft.stored_basis_points,
        by=by,
        now=now,
    )
    if not written:
        raise NotFound


async def create_party(db: Db, by: UUID, draft: PartyDraft) -> Party:
    """A new agent or operator firm."""
    made = await db.one(
        Party,
        """
        insert into agreements.parties (name, territory, account_holder, account, created_by, created_at)
        values (:name, :territory, :holder, :account, :by, :now)
        returning party_id, name, territory, account_holder, account, created_at
        """,
        name=draft.name,
        territory=draft.territory,
        holder=draft.account_holder,
        account=draft.account,
        by=by,
        now=clock.now(),
    )
    assert made is not None
    return made


async def change_party(db: Db, by: UUID, party_id: UUID, draft: PartyDraft, shown: str) -> Party:
    """Its name, territory and account from now on; `shown` is what the log tells of the account. Refusal: not_found."""
    changed = await db.one(
        Party,
        """
        with before as (
          select party_id, name, territory, account_holder, account from agreements.parties where party_id = :party for update
        ), logged as (
          insert into agreements.party_changes (party_id, kind, what, changed_by, at)
          select party_id, 'changed', :name::text, :by::uuid, :now::timestamptz from before
          where (name, territory) is distinct from (:name::text, :territory::text[])
          union all
          select party_id, 'account', :shown, :by, :now from before
          where (account_holder, account) is distinct from (:holder::text, :account::text)
        )
        update agreements.parties p set name = :name, territory = :territory, account_holder = :holder, account = :account
        from before b where p.party_id = b.party_id
        returning p.party_id, p.name, p.territory, p.account_holder, p.account, p.created_at
        """,
        party=party_id,
        by=by,
        shown=shown,
        now=clock.now(),
        name=draft.name,
        territory=draft.territory,
        holder=draft.account_holder,
        account=draft.account,
    )
    if changed is None:
        raise NotFound
    return changed


async def link_person(db: Db, by: UUID, party_id: UUID, contact: str) -> UUID:
    """Let somebody who has an account see what a party earns. Refusals: not_found, contact_unreadable, no_account."""
    if await party_of(db, party_id) is None:
        raise NotFound
    person_id = await person_by_contact(db, contact_from(contact))
    if person_id is None:
        raise Refusal("no_account", _("Nobody here has this contact. Let them sign in once, then add them."))
    await db.run(
        """
        with linked as (
          insert into agreements.party_people (person_id, party_id, added_by, added_at) values (:person, :party, :by, :now)
          on conflict do nothing returning party_id, person_id
        )
        insert into agreements.party_changes (party_id, kind, person_id, changed_by, at)
        select party_id, 'linked', person_id, :by::uuid, :now::timestamptz from linked
        """,
        person=person_id,
        party=party_id,
        by=by,
        now=clock.now(),
    )
    return person_id


async def unlink_person(db: Db, by: UUID, party_id: UUID, person_id: UUID) -> None:
    """Somebody no longer sees what a party earns. Refusal: not_found."""
    gone = await db.run(
        """
        with gone as (
          delete from agreements.party_people where person_id = :person and party_id = :party returning party_id, person_id
        )
        insert into agreements.party_changes (party_id, kind, person_id, changed_by, at)
        select party_id, 'unlinked', person_id, :by::uuid, :now::timestamptz from gone
        """,
        person=person_id,
        party=party_id,
        by=by,
        now=clock.now(),
    )
    if not gone:
        raise NotFound


async def agree(db: Db, by: UUID, draft: AgreementDraft) -> Agreement:
    """A party earns on a merchant. Refusals: not_found (merchant or party), in_the_past, ends_before_it_starts,
    outside_territory, already_agreed (another party in this role at that time)."""
    now = clock.now()
    starts_at = draft.starts_at or now
    if starts_at < now:
        raise Unreadable("in_the_past", _("Terms hold from now on or later: what was used before stays as it was split."))
    if draft.ends_at is not None and draft.ends_at <= starts_at:
        raise Unreadable("ends_before_it_starts", _("The end comes after the beginning."))
    if (
        await db.value(int, "select 1 from merchants.merchants where merchant_id = :merchant", merchant=draft.merchant_id)
        is None
    ):
        raise NotFound
    party = await party_of(db, draft.party_id)
    if party is None:
        raise NotFound
    if draft.role == "agent" and party.territory and not await _inside(db, draft.merchant_id, party.territory):
        raise Refusal("outside_territory", _("This merchant has no store in the agent's territory."))
    try:
        async with db.savepoint():
            made = await db.one(
                Agreement,
                """
                with made as (
                  insert into agreements.agreements (merchant_id, party_id, role, basis_points, starts_at, ends_at, made_by, made_at)
                  values (:merchant, :party, :role, :points, :starts, coalesce(:ends, 'infinity'::timestamptz), :by, :now) returning *
                )
                select a.merchant_id, a.agreement_id, a.party_id, a.role, a.basis_points, a.starts_at,
                  nullif(a.ends_at, 'infinity') as ends_at, m.name as merchant_name, p.name as party_name
                from made a join agreements.parties p on p.party_id = a.party_id
                join merchants.merchants m on m.merchant_id = a.merchant_id
                """,
                merchant=draft.merchant_id,
                party=draft.party_id,
                role=draft.role,
                points=draft.basis_points,
                starts=starts_at,
                ends=draft.ends_at,
                by=by,
                now=now,
            )
    except asyncpg.ExclusionViolationError as error:
        taken = _("Somebody earns on this merchant in this role at that time. End that agreement first.")
        raise Refusal("already_agreed", taken) from error
    assert made is not None
    return made


async def _inside(db: Db, merchant_id: UUID, cities: list[str]) -> bool:
    found = await db.value(
        int,
        """
        select 1 from merchants.stores
        where merchant_id = :merchant and closed_at is null and lower(btrim(city)) = any(:cities::text[]) limit 1
        """,
        merchant=merchant_id,
        cities=[city.strip().lower() for city in cities],
    )
    return found is not None


async def end_agreement(db: Db, by: UUID, merchant_id: UUID, agreement_id: UUID) -> None:
    """It ends now; one that has not begun never does. Refusals: not_found, already_ended."""
    found = await db.value(
        int,
        "select 1 from agreements.agreements where merchant_id = :merchant and agreement_id = :agreement",
        merchant=merchant_id,
        agreement=agreement_id,
    )
    if found is None:
        raise NotFound
    ended = await db.run(
        """
        update agreements.agreements set ends_at = greatest(starts_at, :now), ended_by = :by, ended_at = :now
        where merchant_id = :merchant and agreement_id = :agreement and ends_at > :now
        """,
        merchant=merchant_id,
        agreement=agreement_id,
        by=by,
        now=clock.now(),
    )
    if not ended:
        raise Refusal("already_ended", _("This agreement has ended already."))
