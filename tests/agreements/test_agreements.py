"""Terms and agreements: from when they hold, who they leave out, and that nobody earns twice in one role."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shuke.agreements import (
    AgreementDraft,
    PartyDraft,
    Terms,
    TermsDraft,
    agree,
    agreements_of_merchant,
    create_party,
    end_agreement,
    link_person,
    parties_of_person,
    set_terms,
    terms_at,
    terms_log,
    unlink_person,
)
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.refusals import NotFound, Refusal
from tests import world

pytestmark = [pytest.mark.row("4.6"), pytest.mark.row("1.6")]
HOUR = timedelta(hours=1)


async def test_terms_hold_from_their_moment(database: Database) -> None:
    now = clock.now()
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Nuotta")
        by = shop.owner_id
        assert await terms_at(db, shop.merchant_id, now) == Terms()
        await set_terms(db, by, None, TermsDraft(300, 100))
        await set_terms(db, by, shop.merchant_id, TermsDraft(500, 0, now + HOUR))
        party = await create_party(db, by, PartyDraft("Agnes Agents"))
        await agree(db, by, AgreementDraft(shop.merchant_id, party.party_id, "agent", 200, now + HOUR, now + 3 * HOUR))
    async with database.read() as db:
        assert await terms_at(db, shop.merchant_id, clock.now()) == Terms(300, 100)
        later = await terms_at(db, shop.merchant_id, now + 2 * HOUR)
        assert later == Terms(500, 0, party.party_id, 200)
        assert await terms_at(db, shop.merchant_id, now + 4 * HOUR) == Terms(500, 0)
        assert await terms_at(db, other.merchant_id, now + 2 * HOUR) == Terms(300, 100)
        assert [line.basis_points for line in await terms_log(db, shop.merchant_id)] == [500]
        assert [line.basis_points for line in await terms_log(db, None)] == [300]


async def test_refusals(database: Database) -> None:
    now = clock.now()
    async with database.write() as db:
        shop = await world.shop(db)
        await db.run("update merchants.stores set city = 'Helsinki' where merchant_id = :m", m=shop.merchant_id)
        by = shop.owner_id
        agent = await create_party(db, by, PartyDraft("Far away", ["Oulu"]))
        near = await create_party(db, by, PartyDraft("Near", [" helsinki "]))
    async with database.write() as db:
        with pytest.raises(Refusal, match="in_the_past"):
            await set_terms(db, by, None, TermsDraft(1, 0, now - HOUR))
        with pytest.raises(NotFound):
            await set_terms(db, by, uuid4(), TermsDraft(1))
        with pytest.raises(Refusal, match="outside_territory"):
            await agree(db, by, AgreementDraft(shop.merchant_id, agent.party_id, "agent", 100))
        with pytest.raises(Refusal, match="ends_before_it_starts"):
            await agree(db, by, AgreementDraft(shop.merchant_id, near.party_id, "agent", 100, now + HOUR, now + HOUR))
        made = await agree(db, by, AgreementDraft(shop.merchant_id, near.party_id, "agent", 100))
        await agree(db, by, AgreementDraft(shop.merchant_id, agent.party_id, "operator", 100, now + HOUR))
        with pytest.raises(Refusal, match="already_agreed"):
            await agree(db, by, AgreementDraft(shop.merchant_id, near.party_id, "operator", 100))
        await end_agreement(db, shop.owner_id, shop.merchant_id, made.agreement_id)
        with pytest.raises(Refusal, match="already_ended"):
            await end_agreement(db, shop.owner_id, shop.merchant_id, made.agreement_id)
        with pytest.raises(NotFound):
            await end_agreement(db, shop.owner_id, uuid4(), made.agreement_id)


@pytest.mark.race
async def test_two_agents_at_once_are_one(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        made = [await create_party(db, shop.owner_id, PartyDraft(f"Agent {n}")) for n in range(8)]

    async def ask(party_id: UUID) -> str:
        try:
            async with database.write() as db:
                await agree(db, shop.owner_id, AgreementDraft(shop.merchant_id, party_id, "agent", 100))
        except Refusal as refusal:
            return refusal.name
        return "agreed"

    outcomes = await asyncio.gather(*(ask(party.party_id) for party in made))
    assert sorted(outcomes) == ["agreed"] + 7 * ["already_agreed"]
    async with database.read() as db:
        assert len(await agreements_of_merchant(db, shop.merchant_id)) == 1


async def test_a_person_sees_a_party(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        party = await create_party(db, shop.owner_id, PartyDraft("Agnes Agents"))
        guest = await world.person(db)
        contact = await db.value(str, "select value from people.contacts where person_id = :p", p=guest)
        assert await link_person(db, shop.owner_id, party.party_id, contact or "") == guest
        assert [found.party_id for found in await parties_of_person(db, guest)] == [party.party_id]
        with pytest.raises(Refusal, match="no_account"):
            await link_person(db, shop.owner_id, party.party_id, "nobody@example.org")
        await unlink_person(db, shop.owner_id, party.party_id, guest)
        assert await parties_of_person(db, guest) == []
        with pytest.raises(NotFound):
            await unlink_person(db, shop.owner_id, party.party_id, guest)
