"""Seed: one merchant with as many memberships and vouchers as asked, made by set-based SQL; codes that calls will use are real ones."""

import secrets
from uuid import UUID, uuid4

import asyncpg
import msgspec

from shuke.kit import ids
from shuke.people.tokens import new_token

ZONE = "Europe/Helsinki"
HOLDERS = 200


class Seed(msgspec.Struct, frozen=True):
    """What the calls need to know of the rows."""

    merchant_id: UUID
    store_id: UUID
    template_id: UUID
    tag: str
    scene: str
    scene_id: UUID
    cashier_id: UUID
    cashier: str  # token
    codes: list[str]
    pgbench_codes: int
    tokens: list[str]  # of people without a card
    holders: list[tuple[UUID, str]]  # people with twenty vouchers each, and their tokens
    members: list[UUID]
    cards: list[tuple[str, bytes]]  # number and secret


async def seed(url: str, rows: int, calls: int) -> Seed:
    """`rows` vouchers and 0.4 as many memberships, of which `calls` are for each kind of call."""
    connection = await asyncpg.connect(url)
    try:
        merchant_id, store_id, template_id, scene_id, cashier_id = (uuid4() for _i in range(5))
        tag = ids.random_text(5)
        scene = ids.new_code(tag, 6)
        await connection.execute("set synchronous_commit = off")
        await _shop(connection, (merchant_id, store_id, template_id, scene_id, cashier_id), tag, scene)
        members = await _members(connection, merchant_id, max(rows * 2 // 5, 400))
        codes = await _vouchers(connection, merchant_id, template_id, tag, (rows, calls))
        cashier = new_token(cashier_id)
        await _session(connection, cashier_id, cashier.hashed)
        tokens = await _strangers(connection, calls)
        holders = [new_token(person_id) for person_id, _number, _secret in members[:HOLDERS]]
        for holder in holders:
            await _session(connection, holder.person_id, holder.hashed)
            await _full_wallet(connection, merchant_id, template_id, tag, holder.person_id)
        for table in (
            "vouchers.vouchers",
            "vouchers.wallet_vouchers",
            "cards.memberships",
            "cards.wallet_cards",
            "people.people",
        ):
            await connection.execute(f"vacuum (analyze, freeze) {table}")
        await connection.execute("vacuum analyze")
        await connection.execute("checkpoint")
        cards = [(number, secret) for _person, number, secret in members[:calls]]
        return Seed(
            merchant_id, store_id, template_id, tag, scene, scene_id, cashier_id, cashier.text,
            codes, calls, tokens, [(t.person_id, t.text) for t in holders], [person for person, _number, _secret in members], cards,
        )  # fmt: skip
    finally:
        await connection.close()


async def _shop(connection: asyncpg.Connection, made: tuple[UUID, ...], tag: str, scene: str) -> None:
    merchant_id, store_id, template_id, scene_id, cashier_id = made
    await connection.execute(
        "insert into people.people (person_id, name, created_at) values ($1, 'Cashier', now())", cashier_id
    )
    await connection.execute(
        "insert into merchants.merchants (merchant_id, tag, name, currency, status, created_at) values ($1, $2, 'Bench', 'EUR', 'approved', now())",
        merchant_id,
        tag,
    )
    await connection.execute("insert into merchants.tags (tag, merchant_id) values ($1, $2)", tag, merchant_id)
    await connection.execute(
        "insert into merchants.stores (merchant_id, store_id, name, zone, created_at) values ($1, $2, 'Bench', $3, now())",
        merchant_id,
        store_id,
        ZONE,
    )
    await connection.execute(
        "insert into merchants.scenes (merchant_id, scene_id, code, kind, store_id, label, created_by, created_at) "
        "values ($1, $2, $3, 'checkout', $4, 'Counter', $5, now())",
        merchant_id,
        scene_id,
        scene,
        store_id,
        cashier_id,
    )
    await connection.execute(
        "insert into merchants.staff (merchant_id, person_id, role, added_by, added_at) values ($1, $2, 'cashier', $2, now())",
        merchant_id,
        cashier_id,
    )
    await connection.execute("insert into merchants.jobs (person_id, merchant_id) values ($1, $2)", cashier_id, merchant_id)
    await connection.execute(
        "insert into cards.programmes (merchant_id, name, zone, updated_at) values ($1, 'Regulars', $2, now())",
        merchant_id,
        ZONE,
    )
    await connection.execute(
        "insert into cards.tiers (merchant_id, position, name, threshold) values ($1, 0, 'Guest', 0), ($1, 1, 'Regular', 20000)",
        merchant_id,
    )
    await connection.execute(
        "insert into vouchers.templates (merchant_id, template_id, kind, title, value, valid_days, zone, created_by, created_at) "
        "values ($1, $2, 'money_off', '5 off', 500, 30, $3, $4, now())",
        merchant_id,
        template_id,
        ZONE,
        cashier_id,
    )


async def _members(connection: asyncpg.Connection, merchant_id: UUID, count: int) -> list[tuple[UUID, str, bytes]]:
    """Memberships with real numbers and secrets for the first thousands, filled up by the database."""
    real = min(count, 40_000)
    members = [(uuid4(), ids.new_number(), secrets.token_bytes(20)) for _i in range(real)]
    members = list({number: (person, number, secret) for person, number, secret in members}.values())
    await connection.execute(
        "insert into people.people (person_id, name, created_at) select unnest($1::uuid[]), 'Member', now()",
        [m[0] for m in members],
    )
    await connection.execute(
        "insert into cards.memberships (merchant_id, person_id, number, secret, joined_at) "
        "select $1, p, n, s, now() from unnest($2::uuid[], $3::text[], $4::bytea[]) as m(p, n, s)",
        merchant_id,
        [m[0] for m in members],
        [m[1] for m in members],
        [m[2] for m in members],
    )
    await connection.execute(
        "with filler as (insert into people.people (name, created_at) select 'Member', now() from generate_series(1, $2::int) returning person_id) "
        "insert into cards.memberships (merchant_id, person_id, number, secret, joined_at) "
        "select $1, person_id, lpad((row_number() over ())::text, 10, '0'), '\\x00', now() from filler on conflict do nothing",
        merchant_id,
        count - real,
    )
    await connection.execute(
        "insert into cards.wallet_cards (person_id, merchant_id, joined_at) select person_id, merchant_id, joined_at from cards.memberships"
    )
    return members


async def _vouchers(
    connection: asyncpg.Connection, merchant_id: UUID, template_id: UUID, tag: str, size: tuple[int, int]
) -> list[str]:
    """`calls` vouchers with real codes for HTTP, as many with computable codes for pgbench, the rest filler."""
    rows, calls = size
    codes = list({ids.new_code(tag) for _i in range(calls)})
    filler = max(rows - calls, calls)
    await connection.execute(
        """
        with code as (
          select unnest($3::text[]) as code union all select $4 || lpad(n::text, 11, '0') from generate_series(1, $5::int) n
        ), people as (
          select array(select person_id from cards.memberships where merchant_id = $1 limit 400000) as ids
        ), made as (
          insert into vouchers.vouchers (merchant_id, code, template_id, person_id, uses_left, starts_at, ends_at, source, issued_at)
          select $1, code, $2, ids[1 + (row_number() over ()) % cardinality(ids)], 1, now() - interval '1 hour', now() + interval '30 days',
            'api', now()
          from code, people returning *
        )
        insert into vouchers.wallet_vouchers (person_id, merchant_id, voucher_id, code, title, kind, value, starts_at, ends_at)
        select person_id, merchant_id, voucher_id, code, '5 off', 'money_off', 500, starts_at, ends_at from made
        """,
        merchant_id,
        template_id,
        codes,
        tag,
        filler,
        timeout=600,
    )
    return codes


async def _full_wallet(connection: asyncpg.Connection, merchant_id: UUID, template_id: UUID, tag: str, person_id: UUID) -> None:
    """Twenty vouchers in one wallet."""
    await connection.execute("delete from vouchers.wallet_vouchers where person_id = $1", person_id)
    await connection.execute(
        """
        with made as (
          insert into vouchers.vouchers (merchant_id, code, template_id, person_id, uses_left, starts_at, ends_at, source, issued_at)
          select $1, c, $2, $4, 1, now() - interval '1 hour', now() + interval '30 days', 'api', now() from unnest($3::text[]) c returning *
        )
        insert into vouchers.wallet_vouchers (person_id, merchant_id, voucher_id, code, title, kind, value, starts_at, ends_at)
        select person_id, merchant_id, voucher_id, code, '5 off', 'money_off', 500, starts_at, ends_at from made
        """,
        merchant_id,
        template_id,
        [ids.new_code(tag) for _i in range(20)],
        person_id,
    )


async def _session(connection: asyncpg.Connection, person_id: UUID, hashed: bytes) -> None:
    await connection.execute(
        "insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at) "
        "values ($1, $2, now(), now(), now() + interval '90 days')",
        person_id,
        hashed,
    )


async def _strangers(connection: asyncpg.Connection, count: int) -> list[str]:
    """Tokens of people with a session and without a card."""
    tokens = [new_token(uuid4()) for _i in range(count)]
    await connection.execute(
        "insert into people.people (person_id, name, created_at) select unnest($1::uuid[]), 'Stranger', now()",
        [t.person_id for t in tokens],
    )
    await connection.execute(
        "insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at) "
        "select p, h, now(), now(), now() + interval '90 days' from unnest($1::uuid[], $2::bytea[]) as s(p, h)",
        [t.person_id for t in tokens],
        [t.hashed for t in tokens],
    )
    return [t.text for t in tokens]
