"""A statement as a file for spreadsheets: every line with the balance after it."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

from litestar.response import Stream

from shuke.kit.db import Database
from shuke.kit.lists import written
from shuke.kit.money import digits
from shuke.settlement import Statement, StatementLine, line_pages
from shuke.statements.words import column_words, kind_words

CHUNK = 5_000


def plain(minor: int, currency: str) -> str:
    """An amount in whole units, as spreadsheets read it."""
    places = digits(currency)
    if not places:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{places}}"


def title_of(line: StatementLine, words: dict[str, str]) -> str:
    """What a line was for, in one cell."""
    return " · ".join(part for part in (words.get(line.kind, line.kind), line.title, line.note) if part)


def statement_file(database: Database, statement: Statement) -> Stream:
    """The whole day, a chunk at a time: UTF-8 with its mark; opening balance first, closing balance last."""
    words, heads = kind_words(), column_words()
    zone, currency = ZoneInfo(statement.zone), statement.currency

    def row(line: StatementLine, balance: int) -> list[str]:
        amounts = (line.gross, line.platform, line.agent, line.operator, line.net, balance)
        told = [line.at.astimezone(zone).isoformat(timespec="seconds"), title_of(line, words), line.store]
        return [*told, *(plain(amount, currency) for amount in amounts), currency, str(line.line_id)]

    async def chunks() -> AsyncIterator[bytes]:
        first = [statement.day.isoformat(), "opening", *[""] * 6, plain(statement.opening, currency), currency, ""]
        yield ("\ufeff" + written([[*heads, "ISO 4217", "ID"], first])).encode()
        after, balance = None, statement.opening
        async with database.read() as db:
            while True:
                page = await line_pages(db, statement.merchant_id, statement.day, after, CHUNK)
                rows = []
                for line in page.lines:
                    balance += line.net
                    rows.append(row(line, balance))
                yield written(rows).encode()
                after = page.next
                if after is None:
                    break
        last = [statement.day.isoformat(), "closing", *[""] * 6, plain(balance, currency), currency, ""]
        yield written([last]).encode()

    name = f"statement-{statement.day.isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Stream(chunks(), media_type="text/csv", headers=headers)
