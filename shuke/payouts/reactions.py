"""What the payouts room does when others announce something, and what it holds about a person."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.payouts.pay import pay_merchant
from shuke.people import exports
from shuke.settlement import StatementClosed


@on(StatementClosed)
async def pay_closed(db: Db, event: StatementClosed) -> None:
    """What a closed day left is paid out, where there is an account."""
    await pay_merchant(db, event.merchant_id)


@exports("payouts.account_changes")
async def _changes(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(c)::text from payouts.account_changes c where changed_by = :person order by at", person=person_id
    )
