"""A guest's punch card at the till: stamps by hand and their way back, each form once."""

from uuid import uuid4

import pytest

from shuke.kit.db import Database
from shuke.stamps import StampCardDraft, set_card
from tests import world
from tests.counter.counter_world import Counter, counter, press, press_plainly
from tests.world import Client

pytestmark = pytest.mark.row("2.5")


async def ground(database: Database, needed: int = 2) -> Counter:
    """A counter whose shop has a punch card."""
    async with database.write() as db:
        at = await counter(db)
        reward = await world.template(db, at.shop, "A free bun", kind="gift", value=0, gives="A bun")
        await set_card(db, at.shop.merchant_id, StampCardDraft(reward, needed))
    return at


async def test_a_stamp_its_reward_and_back(client: Client, database: Database) -> None:
    at = await ground(database)
    found = await press(client, at.cashier, f"{at.path}/identify", code=at.card())
    assert "0 of 2 stamps" in found.text
    assert "/stamps/undo" not in found.text  # nothing to take back
    guest, key = str(at.guest.person_id), str(uuid4())
    for _ in range(2):  # a second press of the same form gives nothing
        one = await press(client, at.cashier, f"{at.path}/stamps", holder=guest, key=key)
        assert (one.status_code, "1 of 2 stamps" in one.text) == (200, True), one.text
        assert "A stamp is given." in one.text
    full = await press_plainly(client, at.cashier, f"{at.path}/stamps", holder=guest, key=str(uuid4()))
    assert "The card is full. The guest has: A free bun" in full.text
    assert "A bun" in full.text.split("The card is full.")[1]
    key = str(uuid4())
    for _ in range(2):
        back = await press(client, at.cashier, f"{at.path}/stamps/undo", holder=guest, key=key)
        assert "The last stamp is taken back." in back.text
        assert "1 of 2 stamps" in back.text
        assert "No vouchers at the moment." in back.text
    await press(client, at.cashier, f"{at.path}/stamps/undo", holder=guest, key=str(uuid4()))
    none = await press(client, at.cashier, f"{at.path}/stamps/undo", holder=guest, key=str(uuid4()))
    assert (none.status_code, "There is no stamp to take back." in none.text) == (409, True)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from stamps.stamps where undone_by = :by", by=at.cashier.person_id) == 2


async def test_nothing_of_it_without_a_card_or_a_right(client: Client, database: Database) -> None:
    async with database.write() as db:
        plain = await counter(db)
    found = await press(client, plain.cashier, f"{plain.path}/identify", code=plain.card())
    assert "stamps" not in found.text
    at = await ground(database)
    for guest, path, status in (("", at.path, 422), (str(uuid4()), at.path, 404), (str(at.guest.person_id), plain.path, 404)):
        answer = await press(client, at.cashier, f"{path}/stamps", holder=guest, key=str(uuid4()))
        assert answer.status_code == status, (guest, path, answer.text)
