"""Pages of paying from the guest's card at the till: the bill in one press, and a part of it given back."""

from uuid import UUID

from litestar import Response, Router, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, URLEncodedBody

from shuke.cards import member_of
from shuke.counter.forms import UndoForm, amount_in, key_in, reason_in
from shuke.counter.screen import Answer, show
from shuke.counter.standing import provide_standing, refused_at_till
from shuke.counter.types import Standing
from shuke.kit.db import Db
from shuke.kit.i18n import _, gettext
from shuke.kit.refusals import Refusal, Unreadable
from shuke.kit.web import AnyRequest
from shuke.people import signed_in
from shuke.purchases import PurchaseCall, PurchaseShown, purchase_of, record
from shuke.storedvalue import PayCall, StoredPayment, give_back, pay, payments_of_purchase


class PartForm(UndoForm, frozen=True):
    """How much of a payment comes back, and why."""

    amount: str = ""


async def sell_from_card(
    db: Db, standing: Standing, call: PurchaseCall, proof: str, take: int
) -> tuple[PurchaseShown, StoredPayment]:
    """Record a purchase and take `take` of it from the guest's card, both or neither. `proof` is what her code left with this till.

    Refusals: those of recording and of paying.
    """
    if not proof.startswith("PAY"):
        raise Refusal("code_needed", _("To pay from a card its code is needed: ask the guest to open the card."))
    [sold] = await record(db, [call])
    if isinstance(sold, Refusal):
        raise sold
    here = standing.till
    asked = PayCall(
        here.merchant_id,
        here.tag,
        here.currency,
        here.store_id,
        here.staff_id,
        proof,
        take,
        f"{sold.purchase_id} card",
        purchase_id=sold.purchase_id,
    )
    [paid] = await pay(db, [asked])
    if isinstance(paid, Refusal):
        raise Refusal(paid.name, gettext(paid.detail), **paid.facts)  # nothing is kept: the purchase goes too
    return sold, paid


@post(
    "/{merchant_id:uuid}/{store_id:uuid}/card-payments/{spend_id:uuid}/return",
    guards=[signed_in],
    include_in_schema=False,
    status_code=200,
)
async def give_part_back(
    request: AnyRequest,
    db: NamedDependency[Db],
    standing: NamedDependency[Standing],
    spend_id: FromPath[UUID],
    data: URLEncodedBody[PartForm],
) -> Response[str]:
    """Some of what was paid from the card goes back to it; the purchase stands."""
    here = standing.till
    amount = amount_in(data.amount, here.currency)
    if not amount:
        raise Unreadable("amount_unreadable", gettext("This is not an amount. Write it like 12.50."))
    given = await give_back(db, here, spend_id, amount, reason_in(data), key_in(data.key))
    member = await member_of(db, here.merchant_id, given.person_id)
    return await show(request, db, standing, Answer("part_returned", given_back=given, member=member))


async def return_asked(db: Db, standing: Standing, purchase_id: UUID) -> Answer:
    """Which purchase would be taken back, with what was paid of it from the card."""
    here = standing.till
    sold = await purchase_of(db, here.merchant_id, purchase_id, here.store_id)
    member = await member_of(db, here.merchant_id, sold.person_id) if sold.person_id else None
    cards = await payments_of_purchase(db, here.merchant_id, purchase_id) if sold.person_id else []
    return Answer("ask_return", sold=sold, member=member, cards=cards)


card_pages = Router(
    "/till",
    route_handlers=[give_part_back],
    dependencies={"standing": Provide(provide_standing)},
    exception_handlers={Refusal: refused_at_till},
)
