"""Reviews over HTTP: the API, the pages of guests, the merchant's office."""

import re
from uuid import UUID

import pytest

from shuke.kit.db import Database
from shuke.shares import Thing, preview
from tests import world
from tests.album.test_album import picture
from tests.reviews.test_reviews import visited
from tests.world import Client, Shop, Signed, problem

CHECKED = re.compile(r" checked(?= required|>)")


async def opened(database: Database) -> tuple[Shop, Signed]:
    """A shop, and somebody who was there."""
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.signed_in(db)
        await visited(db, shop, mia.person_id)
    return shop, mia


def draft(shop: Shop, overall: int = 4) -> dict[str, object]:
    """What a program sends."""
    return {
        "place_id": str(shop.store_id),
        "overall": overall,
        "incentive": "none",
        "aspects": {"taste": 5},
        "text": "皮薄馅大，豆花也好吃。",
    }


@pytest.mark.row("8.3")
async def test_a_review_by_the_api(client: Client, database: Database) -> None:
    shop, mia = await opened(database)
    sent = {**mia.headers, "idempotency-key": "one"}
    made = await client.post("/api/v1/reviews", headers=sent, json=draft(shop))
    again = await client.post("/api/v1/reviews", headers=sent, json=draft(shop))
    assert (made.status_code, again.json()) == (201, made.json())
    assert problem(await client.post("/api/v1/reviews", headers=mia.headers, json=draft(shop))) == (409, "already_reviewed")
    async with database.write() as db:
        other = await world.signed_in(db)
    assert problem(await client.post("/api/v1/reviews", headers=other.headers, json=draft(shop))) == (403, "no_visit")
    missing = {name: value for name, value in draft(shop).items() if name != "incentive"}
    assert (await client.post("/api/v1/reviews", headers=mia.headers, json=missing)).status_code == 422
    review_id = made.json()["review_id"]
    address = f"/api/v1/people/{mia.person_id}/reviews/{review_id}"
    assert (await client.get(address)).json()["shown"]["author"]["name"] == "Mia"
    listed = (await client.get(f"/api/v1/places/{shop.store_id}/reviews?aspect=taste&stars=5")).json()
    assert [one["review"]["review_id"] for one in listed["reviews"]] == [review_id]
    rating = (await client.get(f"/api/v1/places/{shop.store_id}/rating")).json()
    assert (rating["mean"], rating["count"], rating["stars"]["taste"]) == (4.0, 1, {"5": 1})
    changed = {"overall": 2, "incentive": "discount"}
    assert (await client.put(f"/api/v1/reviews/{review_id}", headers=mia.headers, json=changed)).json()["number"] == 2
    assert problem(await client.put(f"/api/v1/reviews/{review_id}", headers=other.headers, json=changed)) == (404, "not_found")
    await client.delete(f"/api/v1/reviews/{review_id}", headers=mia.headers)
    assert (await client.get(address)).status_code == 404
    assert (await client.get("/api/v1/reviews", headers=mia.headers)).json()["reviews"] == []


@pytest.mark.row("8.3")
async def test_staff_replies_and_another_merchant_s_does_not(client: Client, database: Database) -> None:
    shop, mia = await opened(database)
    async with database.write() as db:
        support, cashier = await world.staff(db, shop, "support"), await world.staff(db, shop)
        stranger = await world.staff(db, await world.shop(db, "Other"), "owner")
    review_id = (await client.post("/api/v1/reviews", headers=mia.headers, json=draft(shop))).json()["review_id"]
    reply = f"/api/v1/merchants/{shop.merchant_id}/reviews/{review_id}/reply"
    assert (await client.put(reply, headers=cashier.headers, json={"text": "Thanks"})).status_code == 403
    assert (await client.put(reply, headers=stranger.headers, json={"text": "Thanks"})).status_code == 404
    assert (await client.put(reply, headers=support.headers, json={"text": "Thanks"})).json()["reply"] == "Thanks"
    office = f"/api/v1/merchants/{shop.merchant_id}/reviews"
    assert len((await client.get(office, headers=support.headers)).json()["reviews"]) == 1
    assert (await client.get(f"{office}?unanswered=true", headers=support.headers)).json()["reviews"] == []
    console = f"/console/{shop.merchant_id}/reviews"
    assert "Thanks" in (await client.get(console, headers=support.headers)).text
    sent = await client.post(
        f"{console}/{review_id}", headers=support.headers, data={"text": "Come again"}, follow_redirects=False
    )
    assert sent.status_code == 303
    page = (await client.get(f"/reviews/{mia.person_id}/{review_id}")).text
    assert "Come again" in page
    assert "Thanks" in page


@pytest.mark.row("8.3")
@pytest.mark.row("11.1")
async def test_the_pages_of_a_guest(client: Client, database: Database) -> None:
    shop, mia = await opened(database)
    assert str(shop.store_id) in (await client.get("/reviews", headers=mia.headers)).text
    form = await client.get(f"/reviews/new?place={shop.store_id}", headers=mia.headers)
    assert not CHECKED.search(form.text)  # no praise, no answer beforehand
    files = {"photos": ("a.jpg", picture(64, 64), "image/jpeg")}
    address = f"/reviews/new?place={shop.store_id}"
    short = await client.post(address, headers=mia.headers, data={"text": "x"}, files=files)
    assert short.status_code == 422
    fields = {"overall": "5", "incentive": "voucher", "aspect-taste": "4", "text": "Fine."}
    made = await client.post(address, headers=mia.headers, data=fields, files=files, follow_redirects=False)
    assert made.status_code == 303
    page = made.headers["location"]
    shown = await client.get(page)
    assert "Got a voucher for it" in shown.text
    assert "/photos/" in shown.text
    review_id = page.rsplit("/", 1)[1]
    change_form = await client.get(f"/reviews/change/{review_id}", headers=mia.headers)
    assert len(CHECKED.findall(change_form.text)) == 4
    changed = await client.post(
        f"/reviews/change/{review_id}", headers=mia.headers, data=fields | {"text": "Finer."}, follow_redirects=False
    )
    assert changed.status_code == 303
    shown = await client.get(page)
    assert "Finer." in shown.text
    assert "/photos/" not in shown.text
    for asked in ("", "?stars=5", "?aspect=taste&stars=4"):
        assert "Finer." in (await client.get(f"/places/{shop.store_id}/reviews{asked}")).text
    assert "Finer." not in (await client.get(f"/places/{shop.store_id}/reviews?stars=1")).text
    part = await client.get(f"/places/{shop.store_id}/reviews", headers={**mia.headers, "hx-request": "true"})
    assert "<html" not in part.text
    assert "Finer." in part.text
    async with database.read() as db:
        seen = await preview(db, Thing("review", mia.person_id, UUID(review_id)), None)
    assert seen is not None
    assert (seen.title, seen.text) == ("Kaisla Bakery Center: 5 of 5 stars", "Finer.")
    await client.post(f"/reviews/remove/{review_id}", headers=mia.headers, follow_redirects=False)
    assert (await client.get(page)).status_code == 404
