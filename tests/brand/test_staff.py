"""Staff: invited by contact, roles that hold at once, and never without an owner."""

import asyncio
from uuid import UUID

import pytest

from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.merchants import Acting, change_role, end_job
from shuke.merchants.actions import employ
from shuke.people.actions import person_for
from shuke.people.contacts import Contact
from tests import world
from tests.world import Client, Shop, Signed, problem

pytestmark = pytest.mark.row("1.4")


def acting_for(at: Shop, person_id: UUID, role: str = "owner") -> Acting:
    return Acting(person_id, at.merchant_id, at.tag, "Shop", "EUR", role, None)


async def test_invited_accepted_changed_ended(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.session_of(db, at.owner_id)
        person_id, _fresh = await person_for(db, Contact("email", "noor@example.org"), "Noor")
        noor, stranger = await world.session_of(db, person_id), await world.signed_in(db)
    base = f"/api/v1/merchants/{at.merchant_id}"
    asked = {"contact": "NOOR@example.org", "role": "cashier", "store_id": str(at.store_id)}
    listed = (await client.post(f"{base}/invitations", json=asked, headers=boss.headers)).json()
    assert [one["shown"] for one in listed["invitations"]] == ["no…@example.org"]
    [mine] = (await client.get("/api/v1/me/invitations", headers=noor.headers)).json()["items"]
    assert (await client.get("/api/v1/me/invitations", headers=stranger.headers)).json()["items"] == []
    own = await client.get("/me", headers=noor.headers)
    assert "1 invitation to work" in own.text
    assert 'href="/invitations"' in own.text
    assert "/invitations" not in (await client.get("/me", headers=stranger.headers)).text
    accept = f"/api/v1/me/invitations/{at.merchant_id}/{mine['invitation_id']}/acceptance"
    assert problem(await client.post(accept, headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.get(f"{base}/stores", headers=noor.headers)) == (404, "not_found")
    assert (await client.post(accept, headers=noor.headers)).status_code == 201
    assert problem(await client.post(accept, headers=noor.headers)) == (404, "not_found")
    assert (await client.get(f"{base}/stores", headers=noor.headers)).status_code == 200
    assert problem(await client.get(f"{base}/staff", headers=noor.headers)) == (403, "not_allowed")
    assert problem(await client.post(f"{base}/invitations", json=asked, headers=boss.headers)) == (409, "already_staff")
    changed = await client.put(f"{base}/staff/{person_id}", json={"role": "manager"}, headers=boss.headers)
    assert changed.status_code == 200
    assert (await client.delete(f"{base}/staff/{person_id}", headers=boss.headers)).status_code == 204
    gone = await client.get(f"{base}/stores", headers=noor.headers)
    for _try in range(600):
        if gone.status_code == 404:
            break
        await asyncio.sleep(0.05)
        gone = await client.get(f"{base}/stores", headers=noor.headers)
    assert problem(gone) == (404, "not_found")


async def test_refused(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await world.shop(db), await world.shop(db, "Other")
        boss = await world.session_of(db, at.owner_id)
        manager, cashier = await world.staff(db, at, "manager"), await world.staff(db, at)
    base = f"/api/v1/merchants/{at.merchant_id}"
    for asked, name in [
        ({"contact": "nobody", "role": "cashier"}, (422, "contact_unreadable")),
        ({"contact": "a@example.org", "role": "king"}, (422, "role_unreadable")),
        ({"contact": "a@example.org", "role": "owner"}, (403, "not_allowed")),
        ({"contact": "a@example.org", "role": "cashier", "store_id": str(other.store_id)}, (404, "not_found")),
    ]:
        assert problem(await client.post(f"{base}/invitations", json=asked, headers=manager.headers)) == name
    owner = f"{base}/staff/{at.owner_id}"
    assert problem(await client.put(owner, json={"role": "cashier"}, headers=manager.headers)) == (403, "not_allowed")
    assert problem(await client.delete(owner, headers=manager.headers)) == (403, "not_allowed")
    assert problem(await client.put(owner, json={"role": "cashier"}, headers=boss.headers)) == (409, "last_owner")
    assert problem(await client.delete(owner, headers=boss.headers)) == (409, "last_owner")
    assert problem(await client.delete(f"{base}/staff/{other.owner_id}", headers=boss.headers)) == (404, "not_found")
    assert problem(await client.delete(owner, headers=cashier.headers)) == (403, "not_allowed")
    foreign = f"/api/v1/merchants/{other.merchant_id}/staff"
    assert problem(await client.get(foreign, headers=boss.headers)) == (404, "not_found")


@pytest.mark.race
async def test_two_owners_who_end_each_other_leave_one(database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        second = await world.person(db, "Second")
        await employ(db, at.merchant_id, second, "owner", at.owner_id)

    async def end(by: UUID, whom: UUID, *, role: str) -> str:
        try:
            async with database.write() as db:
                if role:
                    await change_role(db, acting_for(at, by), whom, role, None)
                else:
                    await end_job(db, acting_for(at, by), whom)
        except Refusal as refusal:
            return refusal.name
        return "done"

    for role in ("cashier", ""):
        answers = await asyncio.gather(end(at.owner_id, second, role=role), end(second, at.owner_id, role=role))
        assert sorted(answers) in (["done", "last_owner"], ["done", "not_found"])
        async with database.write() as db:
            owners = await db.values(
                UUID,
                "select person_id from merchants.staff where merchant_id = :merchant and role = 'owner' and ended_at is null",
                merchant=at.merchant_id,
            )
            assert len(owners) == 1
            for person_id in (at.owner_id, second):
                await employ(db, at.merchant_id, person_id, "owner", at.owner_id)


async def test_after_signing_in_work_comes_before_the_wallet(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        staff = [await world.staff(db, at, role) for role in ("cashier", "manager", "marketer", "support")]
        guest = await world.signed_in(db)

    async def starts(signed: Signed, address: str = "/start") -> str:
        answer = await client.get(address, headers=signed.headers, follow_redirects=False)
        return answer.headers["location"]

    assert [await starts(one) for one in staff] == ["/till", "/console", "/console", "/console"]
    assert await starts(guest) == "/wallet"
    assert await starts(guest, "/sign-in") == "/start"
    assert await starts(staff[0], f"/console/{at.merchant_id}/") == "/till"
    await client.post("/sign-in", data={"contact": "new@example.org"})
    page = await client.get("/sign-in")
    assert 'data-next="/start"' in page.text
