"""Cases: what is measured. Each gives the requests for HTTP and the script for pgbench from the same action."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from shuke.bench.load import request
from shuke.bench.pgbench import caught, script
from shuke.bench.seed import Seed
from shuke.cards import JoinCall, join
from shuke.cards.codes import rotating_code
from shuke.kit.db import Database
from shuke.vouchers import RedeemCall, redeem
from shuke.wallet.queries import wallet_of

NOBODY = UUID("00000000-0000-4000-8000-00000000dead")


def _place(seed: Seed) -> dict[str, str]:
    return {"merchant_id": str(seed.merchant_id), "store_id": str(seed.store_id)}


def redeem_requests(seed: Seed, calls: int) -> list[bytes]:
    """Every code once."""
    return [
        request(
            "POST",
            "/api/v1/redemptions",
            seed.cashier,
            msgspec.json.encode({**_place(seed), "code": code, "bill": 2000}),
            str(uuid4()),
        )
        for code in seed.codes[:calls]
    ]


def hot_requests(seed: Seed, calls: int) -> list[bytes]:
    """One code at every till."""
    body = msgspec.json.encode({**_place(seed), "code": seed.codes[-1], "bill": 2000})
    return [request("POST", "/api/v1/redemptions", seed.cashier, body, str(uuid4())) for _i in range(calls)]


def join_requests(seed: Seed, calls: int) -> list[bytes]:
    """Every stranger once."""
    body = msgspec.json.encode({"scene": seed.scene})
    return [request("POST", "/api/v1/memberships", token, body) for token in seed.tokens[:calls]]


def identify_requests(seed: Seed, calls: int) -> list[bytes]:
    """Members by their rotating codes; one step ahead, so that they hold for a minute."""
    ahead = datetime.now(UTC) + timedelta(seconds=20)
    return [
        request(
            "POST",
            "/api/v1/identifications",
            seed.cashier,
            msgspec.json.encode({**_place(seed), "text": rotating_code(seed.tag, number, secret, ahead)}),
        )
        for number, secret in (seed.cards[i % len(seed.cards)] for i in range(calls))
    ]


def wallet_requests(seed: Seed, calls: int) -> list[bytes]:
    """Wallets of one card and twenty vouchers, each holder in turn."""
    each = [request("GET", "/api/v1/wallet", token) for _person, token in seed.holders]
    return [each[i % len(each)] for i in range(calls)]


def purchase_requests(seed: Seed, calls: int) -> list[bytes]:
    """Members buying for 20.00, each in turn."""
    return [
        request(
            "POST",
            "/api/v1/purchases",
            seed.cashier,
            msgspec.json.encode({**_place(seed), "holder": str(seed.members[i % len(seed.members)]), "total": 2000}),
            str(uuid4()),
        )
        for i in range(calls)
    ]


async def redeem_script(database: Database, seed: Seed) -> str:
    """The redeem statement for one call; the codes are those made for pgbench."""
    one = RedeemCall(seed.merchant_id, seed.store_id, seed.cashier_id, "CODE", "KEY", 2000)
    statement = await caught(database, lambda db: redeem(db, [one]))
    return script(statement, {"CODE": f"'{seed.tag}' || lpad(:n::text, 11, '0')", "KEY": "'pgbench-' || :n::text"})


async def join_script(database: Database, seed: Seed) -> str:
    """The join statement for one call; people and numbers are made from a counter."""
    one = JoinCall(seed.merchant_id, NOBODY, seed.scene_id)
    statement = await caught(database, lambda db: join(db, [one]))
    number = next(str(value[0]) for value in statement[0].values if isinstance(value, list) and isinstance(value[0], str))
    return script(statement, {str(NOBODY): "md5(:n::text)::uuid", number: "'9' || lpad(:n::text, 9, '0')"})


async def wallet_script(database: Database, seed: Seed) -> str:
    """Both statements of the wallet: its cards and its vouchers."""
    people = ", ".join(f"'{person_id}'" for person_id, _token in seed.holders)
    one = f"(array[{people}]::uuid[])[1 + (:n % {len(seed.holders)})::int]"
    return script(await caught(database, lambda db: wallet_of(db, NOBODY), most=2), {str(NOBODY): one})
