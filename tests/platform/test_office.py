"""The platform's office by API and page: vetting, dead letters, health, operators, set-up."""

import io
import re
from uuid import UUID, uuid4

import pytest
from PIL import Image

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain, retry
from shuke.merchants import decide
from shuke.merchants.actions import found, open_store
from shuke.platform.set_up import new_token
from tests import world
from tests.world import Client, Signed, problem

API = "/api/v1/platform"


async def make_operator(db: Db) -> Signed:
    signed = await world.signed_in(db, "Olga")
    await db.run(
        "insert into platform.operators (person_id, added_at) values (:person, :now)", person=signed.person_id, now=clock.now()
    )
    return signed


async def submitted(db: Db, name: str = "Tea & Sea") -> UUID:
    owner = await world.person(db, "Owner")
    merchant_id = await found(db, name, "EUR", "cafe", owner)
    await open_store(db, merchant_id, "Harbour", "Europe/Helsinki")
    await decide(db, merchant_id, "submitted", "", owner)
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "white").save(picture, "PNG")
    await db.run(
        """
        insert into merchants.photos (merchant_id, content_type, width, height, body, purpose, added_by, at)
        values (:merchant, 'image/png', 8, 6, :body, 'licence', :owner, :now)
        """,
        merchant=merchant_id,
        body=picture.getvalue(),
        owner=owner,
        now=clock.now(),
    )
    return merchant_id


async def csrf(client: Client, path: str) -> str:
    page = await client.get(path)
    token = re.search(r'name="csrf" content="(\w+)"', page.text)
    assert page.status_code == 200, page.text
    assert token is not None
    return token[1]


@pytest.mark.row("1.5")
async def test_the_office_is_only_for_operators(client: Client, database: Database) -> None:
    async with database.write() as db:
        guest = await world.signed_in(db)
        merchant_id = await submitted(db)
    gets = ["merchants", f"merchants/{merchant_id}", "dead-letters", "health", "operators"]
    for path in gets:
        assert problem(await client.get(f"{API}/{path}", headers=guest.headers)) == (403, "not_operator"), path
        assert (await client.get(f"{API}/{path}")).status_code == 401, path
    decision = await client.post(f"{API}/merchants/{merchant_id}/decisions", json={"step": "approved"}, headers=guest.headers)
    assert problem(decision) == (403, "not_operator")
    assert problem(await client.post(f"{API}/operators", json={"contact": "x@example.org"}, headers=guest.headers))[0] == 403
    client.cookies.set("shuke_session", guest.token)
    for path in ("", "/vetting", "/merchants", f"/merchants/{merchant_id}", "/dead-letters", "/health", "/operators"):
        assert (await client.get(f"/platform{path}")).status_code == 403, path


@pytest.mark.row("1.5")
async def test_a_merchant_is_vetted_with_who_when_why(client: Client, database: Database) -> None:
    async with database.write() as db:
        olga = await make_operator(db)
        merchant_id = await submitted(db)
    address = f"{API}/merchants/{merchant_id}"
    queue = (await client.get(f"{API}/merchants", headers=olga.headers)).json()
    assert [merchant["name"] for merchant in queue["merchants"]] == ["Tea & Sea"]
    told = (await client.get(address, headers=olga.headers)).json()
    assert [told["grounds"][0]["purpose"], told["stores"][0]["name"], told["owners"][0]["name"]] == [
        "licence",
        "Harbour",
        "Owner",
    ]
    photo = await client.get(f"{address}/photos/{told['grounds'][0]['photo_id']}", headers=olga.headers)
    assert photo.headers["content-type"] == "image/png"

    async def step(name: str, reason: str = "") -> tuple[int, str]:
        return problem(await client.post(f"{address}/decisions", json={"step": name, "reason": reason}, headers=olga.headers))

    assert (await step("refused", "  ")) == (422, "reason_missing")
    assert (await step("suspended", "x")) == (409, "wrong_step")
    assert (await step("nonsense"))[0] == 422
    seen = await client.post(f"{address}/visit-reports", json={"text": "A real tea room."}, headers=olga.headers)
    assert seen.status_code == 201
    for name, reason in (("approved", ""), ("suspended", "Complaints"), ("reinstated", ""), ("suspended", "Again")):
        assert (await step(name, reason))[0] == 201
    assert (await step("approved")) == (409, "wrong_step")
    log = (await client.get(address, headers=olga.headers)).json()["log"]
    assert [entry["step"] for entry in log] == ["suspended", "reinstated", "suspended", "approved", "visit_report", "submitted"]
    assert {entry["person_name"] for entry in log[:5]} == {"Olga"}
    assert (log[0]["reason"], log[4]["reason"]) == ("Again", "A real tea room.")
    assert problem(await client.get(f"{API}/merchants/{uuid4()}", headers=olga.headers)) == (404, "not_found")
    missing = await client.post(f"{API}/merchants/{uuid4()}/decisions", json={"step": "approved"}, headers=olga.headers)
    assert problem(missing) == (404, "not_found")


@pytest.mark.row("1.5")
async def test_only_approved_merchants_are_public(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.signed_in(db)
    for status in ("draft", "submitted", "refused", "suspended"):
        async with database.write() as db:
            await db.run(
                "update merchants.merchants set status = :status where merchant_id = :merchant",
                status=status,
                merchant=shop.merchant_id,
            )
        assert (await client.get(f"/api/v1/scenes/{shop.scene}")).status_code in (404, 409), status
        joined = await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)
        assert joined.status_code in (404, 409), status
        async with database.read() as db:
            assert await db.values(int, "select 1 from cards.memberships") == []


@pytest.mark.row("1.5")
async def test_vetting_by_pages(client: Client, database: Database) -> None:
    async with database.write() as db:
        olga = await make_operator(db)
        merchant_id = await submitted(db, "<b>Tea</b>")
    client.cookies.set("shuke_session", olga.token)
    queue = await client.get("/platform/vetting")
    assert "&lt;b&gt;Tea&lt;/b&gt;" in queue.text
    address = f"/platform/merchants/{merchant_id}"
    token = await csrf(client, address)
    assert (await client.post(f"{address}/decisions", data={"step": "approved"})).status_code == 403
    silent = await client.post(f"{address}/decisions", data={"step": "refused", "csrf": token})
    assert silent.status_code == 422
    assert "Say why" in silent.text
    done = await client.post(f"{address}/decisions", data={"step": "refused", "reason": "No licence", "csrf": token})
    assert done.status_code == 200
    assert "No licence" in done.text
    late = await client.post(f"{address}/decisions", data={"step": "approved", "csrf": token})
    assert late.status_code == 409
    assert "Nobody waits" in (await client.get("/platform/vetting")).text
    assert "Tea" in (await client.get("/platform/merchants?status=refused&q=tea")).text
    assert "No merchant here" in (await client.get("/platform/merchants?status=approved")).text
    assert (await client.get("/platform/merchants?status=odd")).status_code == 422


async def dead(db: Db, reaction: str, name: str = "cards.MemberJoined") -> int:
    event = await db.value(
        int,
        """
        insert into kit.deliveries (event_id, reaction, owner_id, name, body, attempts, next_at, error, dead_at)
        select coalesce(max(event_id), 0) + 1, :reaction, gen_random_uuid(), :name, :body, 8, now(), 'ValueError(''x'')', now()
        from kit.deliveries returning event_id
        """,
        reaction=reaction,
        name=name,
        body=f'{{"merchant_id": "{uuid4()}", "person_id": "{uuid4()}", "scene_id": null}}',
    )
    assert event is not None
    return event


@pytest.mark.row("11.6")
async def test_dead_letters_are_seen_retried_and_dropped(client: Client, database: Database) -> None:
    async with database.write() as db:
        olga = await make_operator(db)
        good, bad = await dead(db, "rewards.welcome"), await dead(db, "nobody.knows")
    listed = (await client.get(f"{API}/dead-letters", headers=olga.headers)).json()
    assert [letter["reaction"] for letter in listed["deliveries"]] == ["nobody.knows", "rewards.welcome"]
    again = await client.post(f"{API}/dead-letters/{good}/rewards.welcome/retry", headers=olga.headers)
    assert again.status_code == 204
    twice = await client.post(f"{API}/dead-letters/{good}/rewards.welcome/retry", headers=olga.headers)
    assert problem(twice) == (404, "not_found")
    assert await retry(database) == 1
    assert (await client.delete(f"{API}/dead-letters/{bad}/nobody.knows", headers=olga.headers)).status_code == 204
    huge = await client.delete(f"{API}/dead-letters/{2**70}/nobody.knows", headers=olga.headers)
    assert huge.status_code in (404, 422)
    async with database.read() as db:
        assert await db.values(int, "select 1 from kit.deliveries") == []
        assert await db.values(str, "select act from platform.acts order by act_id") == ["retried", "dropped"]
    await drain(database)


@pytest.mark.row("11.6")
async def test_dead_letters_by_page(client: Client, database: Database) -> None:
    async with database.write() as db:
        olga = await make_operator(db)
        event = await dead(db, "rewards.welcome")
        await dead(db, "nobody.knows")
        await db.run(
            """
            insert into kit.letters (channel, target, subject, body, at, attempts, error, failed_at)
            values ('email', 'mia@example.org', 'Your code', '123456 secret', now(), 5, 'refused', now())
            """
        )
    client.cookies.set("shuke_session", olga.token)
    page = await client.get("/platform/dead-letters")
    assert "ValueError" in page.text
    assert "Your code" in page.text
    assert "123456" not in page.text
    token = await csrf(client, "/platform/dead-letters")
    letter = re.search(r"/platform/failed-letters/([0-9a-f-]+)/retry", page.text)
    assert letter is not None
    form = {"csrf": token}
    for path in (f"dead-letters/{event}/rewards.welcome/drop", f"failed-letters/{letter[1]}/drop", "dead-letters/retry-all"):
        assert (await client.post(f"/platform/{path}", data=form, follow_redirects=False)).status_code == 303, path
    assert (await client.post(f"/platform/dead-letters/{event}/rewards.welcome/eat", data=form)).status_code in (404, 422)
    assert "No dead letters" in (await client.get("/platform/dead-letters")).text


async def test_health_tells_what_waits(client: Client, database: Database) -> None:
    async with database.write() as db:
        olga = await make_operator(db)
        await dead(db, "nobody.knows")
    report = (await client.get(f"{API}/health", headers=olga.headers)).json()
    assert report["backlog"]["dead"] == 1
    assert report["backlog"]["leading"] is False
    assert len(report["problems"]) >= 2
    client.cookies.set("shuke_session", olga.token)
    page = await client.get("/platform/health")
    assert page.status_code == 200
    assert "Not running" in page.text


async def test_operators_let_others_in_and_the_last_one_stays(client: Client, database: Database) -> None:
    async with database.write() as db:
        olga = await make_operator(db)
        other = await world.signed_in(db, "Ove")
        email = await db.value(str, "select value from people.contacts where person_id = :person", person=other.person_id)
    alone = await client.delete(f"{API}/operators/{olga.person_id}", headers=olga.headers)
    assert problem(alone) == (409, "last_operator")
    unknown = await client.post(f"{API}/operators", json={"contact": "nobody@example.org"}, headers=olga.headers)
    assert problem(unknown) == (409, "no_account")
    added = await client.post(f"{API}/operators", json={"contact": email}, headers=olga.headers)
    assert [operator["name"] for operator in added.json()] == ["Olga", "Ove"]
    assert (await client.delete(f"{API}/operators/{olga.person_id}", headers=other.headers)).status_code == 204
    assert problem(await client.get(f"{API}/operators", headers=olga.headers)) == (403, "not_operator")


async def test_set_up_makes_the_first_operator_once(client: Client, database: Database, own_db_url: str) -> None:
    old, token = await new_token(own_db_url), await new_token(own_db_url)
    assert old != token
    body = {"token": token, "contact": "olga@example.org", "name": "Olga"}
    for wrong in (old, "", "x"):
        refused = await client.post(f"{API}/setup", json={**body, "token": wrong})
        assert problem(refused) == (403, "set_up_token_wrong")
    assert (await client.get(f"/setup?token={token}")).status_code == 200
    page = await client.post("/setup", data={**body, "token": "x"})
    assert page.status_code == 403
    assert "not the token" in page.text
    assert problem(await client.post(f"{API}/setup", json={**body, "contact": "x"})) == (422, "contact_unreadable")
    begun = await client.post("/setup", data=body, follow_redirects=False)
    assert begun.headers["location"] == "/platform/vetting"
    assert (await client.get("/platform/vetting")).status_code == 200
    assert (await client.get("/setup")).status_code == 404
    assert problem(await client.post(f"{API}/setup", json=body)) == (404, "not_found")
    assert await new_token(own_db_url) == ""
    async with database.read() as db:
        assert await db.values(str, "select value from platform.settings") == []
