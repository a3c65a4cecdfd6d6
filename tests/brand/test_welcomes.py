"""What new members get, chosen in the back office."""

import pytest

from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests import world
from tests.world import Client


@pytest.mark.row("2.2")
async def test_a_welcome_is_chosen_on_its_page(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Other")
        template = await world.template(db, shop)
        prize = await world.template(db, shop, "A cake")
        foreign = await world.template(db, other)
        marketer, cashier = await world.staff(db, shop, "marketer"), await world.staff(db, shop)
        guest = await world.signed_in(db)
    address = f"/console/{shop.merchant_id}/programme/welcomes"
    assert (await client.get(address, headers=cashier.headers)).status_code == 403
    page = await client.get(address, headers=marketer.headers)
    assert "A cake" in page.text
    assert str(foreign) not in page.text
    wish = {
        f"manner_{template}": "welcome",
        f"manner_{prize}": "draw",
        f"chance_{prize}": "100,1",
        f"manner_{foreign}": "welcome",
    }
    assert (await client.post(address, data=wish, headers=marketer.headers)).status_code == 422
    wish[f"chance_{prize}"] = "100"
    saved = await client.post(address, data=wish, headers=marketer.headers, follow_redirects=False)
    assert saved.status_code == 303
    assert 'value="100"' in (await client.get(address, headers=marketer.headers)).text
    await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)
    await drain(database)
    wallet = (await client.get("/api/v1/wallet", headers=guest.headers)).json()
    assert sorted(voucher["title"] for voucher in wallet["vouchers"]) == ["5 € off", "A cake"]
