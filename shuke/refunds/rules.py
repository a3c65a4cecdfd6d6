"""Rules: who may give back what, by which door, and what follows. The one table that the actions ask and that the docs show."""

from typing import Literal, get_args

import msgspec

from shuke.kit.i18n import _, gettext
from shuke.kit.refusals import Refusal

Actor = Literal["person", "merchant", "platform", "system"]
Thing = Literal[
    "waiting",
    "held",
    "in_group",
    "paid",
    "unused",
    "partly",
    "given",
    "undoable",
    "used",
    "ended",
    "stored",
    "stored_payment",
    "purchase",
]
ACTORS: tuple[Actor, ...] = get_args(Actor)
THINGS: dict[Thing, str] = {
    "waiting": _("An order waiting in line"),
    "held": _("An order held, not paid yet"),
    "in_group": _("An order paid, its group not full yet"),
    "paid": _("An order paid, its vouchers on their way"),
    "unused": _("A bought voucher, unused"),
    "partly": _("A bought voucher, partly used"),
    "given": _("A bought voucher, given to somebody else"),
    "undoable": _("A use within the last hour"),
    "used": _("A use, settled"),
    "ended": _("A bought voucher, expired or withdrawn"),
    "stored": _("Money left on a card"),
    "stored_payment": _("A payment with a card's money"),
    "purchase": _("A purchase at the till"),
}
WHO: dict[Actor, str] = {
    "person": _("Guest"),
    "merchant": _("Merchant"),
    "platform": _("Platform"),
    "system": _("By itself"),
}


class Act(msgspec.Struct, frozen=True):
    """Something that may be done: its door in the code, what it does, and what follows. `instead` sends to it who asks elsewhere."""

    name: str
    door: str
    instead: str
    does: str
    money: str
    voucher: str
    points: str
    commission: str
    group: str
    settlement: str


class Rule(msgspec.Struct, frozen=True):
    """What one actor may do with one thing: an act, or a refusal by name that says what to do next."""

    thing: Thing
    actor: Actor
    act: Act | None = None
    refusal: str = ""
    next: str = ""


NOTHING = _("nothing")
RELEASE = Act(
    "release",
    "checkout.release",
    _("Nothing was paid yet, so nothing has to come back. Drop the order on its page."),
    _("The order is dropped, its place goes to the next in line."),
    _("Nothing was paid. What is paid too late goes back by itself."),
    _("none was made"),
    NOTHING,
    NOTHING,
    _("the place in the group is free again"),
    NOTHING,
)
LEAVE = Act(
    "leave",
    "groupbuy.leave",
    _("The group is not full yet. Leave it on its page, and all of it comes back."),
    _("The guest leaves the group, the lead passes to whoever paid first."),
    _("All of it goes back to where it was paid from."),
    _("none was made"),
    NOTHING,
    NOTHING,
    _("the place is free again; with the last one the group closes"),
    NOTHING,
)
GIVE_BACK = Act(
    "give_back",
    "refunds.give_back",
    _("Its vouchers are on their way. Refund the whole order."),
    _("The order is taken back before it brought vouchers."),
    _("All of it goes back to where it was paid from."),
    _("none was made"),
    NOTHING,
    NOTHING,
    _("a group that did not fill gives back to everybody"),
    NOTHING,
)
UNUSED = Act(
    "unused",
    "refunds.refund_unused",
    _("It is not used. Refund the order instead."),
    _("What is unused is refunded, whole or voucher by voucher."),
    _("The share of every unused use goes back to where it was paid from."),
    _("voided first: if a till was faster, that use stays paid"),
    _("none were earned: they come with the use"),
    _("none was earned yet"),
    _("a group that filled stays filled: the others keep their price"),
    _("the money was held and never became due"),
)
ENDED = Act(
    "ended",
    "refunds.refund_ended",
    _("What was left of it comes back by itself. The order shows where the money is."),
    _("What was left unused comes back without anybody asking."),
    _("The share of every unused use goes back to where it was paid from."),
    _("has ended before"),
    _("none were earned: they come with the use"),
    _("none was earned yet"),
    _("a group that filled stays filled: the others keep their price"),
    _("the money was held and never became due"),
)
AGREED = Act(
    "agreed",
    "refunds.refund_use",
    _("It was used. Refund the use, by agreement."),
    _("Refunded by agreement, with a reason: all of the use's share or part of it, once."),
    _("Goes back to where it was paid from, out of what the merchant is due."),
    _("stays used"),
    _("what the use earned goes, as the programme's policy says"),
    _("of platform, agent and operator: reversed by the same part"),
    _("a group that filled stays filled: the others keep their price"),
    _("a line that takes it back; below zero it is carried to the next day"),
)
SOURCE = Act(
    "source",
    "storedvalue.refund_rest",
    _("Refund it on the card's page."),
    _("What is left is paid back, the latest top-up first."),
    _("Goes back to where the card was topped up from."),
    NOTHING,
    NOTHING,
    NOTHING,
    NOTHING,
    _("nothing: money on a card is owed, not earned"),
)
RETURN = Act(
    "return",
    "storedvalue.give_back",
    _("Take the payment back at the till."),
    _("The payment is taken back, whole or in part."),
    _("Goes back to the card, money and bonus as they were taken."),
    NOTHING,
    _("what it earned goes, as the programme's policy says"),
    _("reversed with its line"),
    NOTHING,
    _("a line that takes it back"),
)
TAKE_BACK = Act(
    "take_back",
    "purchases.take_back",
    _("Take the purchase back at the till."),
    _("The purchase is taken back, on its day, at its store."),
    _("The till pays it out; money from a card goes back to the card."),
    _("vouchers used with it can be used again"),
    _("what it earned goes, as the programme's policy says"),
    _("reversed with its line"),
    NOTHING,
    _("a line that takes it back"),
)
ACTS = (RELEASE, LEAVE, GIVE_BACK, UNUSED, ENDED, AGREED, SOURCE, RETURN, TAKE_BACK)

NOT_PAID = _("Nothing was paid for this order, so there is nothing to give back. Its hold ends by itself.")
IN_GROUP = _(
    "This order belongs to a group that is not full yet. It comes back by itself if the group does not fill in time; "
    "to give it back now, stop the deal and refund all of it."
)
ASK_SHOP = _("It was used. Ask the shop: what was used is refunded by agreement only.")
UNDO_FIRST = _("This use can still be undone at the till, within an hour of it. Undo it; what is unused can then be refunded.")
USED = _("It was used, and nobody takes that back unasked. The shop can refund it by agreement.")
ON_ITS_WAY = _("What was left of it comes back by itself. The order shows where the money is.")
GIVEN_AWAY = _("You gave it away. What stays unused comes back to you when it expires.")
NOT_ENDED = _("It can still be used. It comes back by itself when it expires.")
HOLDER_ONLY = _("Only the holder can ask for the money on a card, on the card's page.")
AT_SHOP = _("Ask the shop where you paid: it takes the payment back at the till.")
SHOP_ONLY = _("Only the shop where it was paid takes this back, at its till.")


def _refused(thing: Thing, actor: Actor, name: str, following: str) -> Rule:
    return Rule(thing, actor, None, name, following)


RULES: tuple[Rule, ...] = (
    Rule("waiting", "person", RELEASE),
    _refused("waiting", "merchant", "not_paid", NOT_PAID),
    _refused("waiting", "platform", "not_paid", NOT_PAID),
    Rule("waiting", "system", RELEASE),
    Rule("held", "person", RELEASE),
    _refused("held", "merchant", "not_paid", NOT_PAID),
    _refused("held", "platform", "not_paid", NOT_PAID),
    Rule("held", "system", RELEASE),
    Rule("in_group", "person", LEAVE),
    _refused("in_group", "merchant", "in_group", IN_GROUP),
    _refused("in_group", "platform", "in_group", IN_GROUP),
    Rule("in_group", "system", GIVE_BACK),
    Rule("paid", "person", GIVE_BACK),
    Rule("paid", "merchant", GIVE_BACK),
    Rule("paid", "platform", GIVE_BACK),
    Rule("paid", "system", GIVE_BACK),
    Rule("unused", "person", UNUSED),
    Rule("unused", "merchant", UNUSED),
    Rule("unused", "platform", UNUSED),
    _refused("unused", "system", "not_ended", NOT_ENDED),
    Rule("partly", "person", UNUSED),
    Rule("partly", "merchant", UNUSED),
    Rule("partly", "platform", UNUSED),
    _refused("partly", "system", "not_ended", NOT_ENDED),
    _refused("given", "person", "given_away", GIVEN_AWAY),
    Rule("given", "merchant", UNUSED),
    Rule("given", "platform", UNUSED),
    _refused("given", "system", "not_ended", NOT_ENDED),
    _refused("undoable", "person", "used", ASK_SHOP),
    _refused("undoable", "merchant", "undo_first", UNDO_FIRST),
    _refused("undoable", "platform", "undo_first", UNDO_FIRST),
    _refused("undoable", "system", "used", USED),
    _refused("used", "person", "used", ASK_SHOP),
    Rule("used", "merchant", AGREED),
    Rule("used", "platform", AGREED),
    _refused("used", "system", "used", USED),
    _refused("ended", "person", "on_its_way", ON_ITS_WAY),
    _refused("ended", "merchant", "on_its_way", ON_ITS_WAY),
    _refused("ended", "platform", "on_its_way", ON_ITS_WAY),
    Rule("ended", "system", ENDED),
    Rule("stored", "person", SOURCE),
    _refused("stored", "merchant", "holder_only", HOLDER_ONLY),
    _refused("stored", "platform", "holder_only", HOLDER_ONLY),
    _refused("stored", "system", "holder_only", HOLDER_ONLY),
    _refused("stored_payment", "person", "at_the_shop", AT_SHOP),
    Rule("stored_payment", "merchant", RETURN),
    _refused("stored_payment", "platform", "shop_only", SHOP_ONLY),
    _refused("stored_payment", "system", "shop_only", SHOP_ONLY),
    _refused("purchase", "person", "at_the_shop", AT_SHOP),
    Rule("purchase", "merchant", TAKE_BACK),
    _refused("purchase", "platform", "shop_only", SHOP_ONLY),
    _refused("purchase", "system", "shop_only", SHOP_ONLY),
)
_RULES = {(rule.thing, rule.actor): rule for rule in RULES}


def rule_for(thing: Thing, actor: Actor) -> Rule:
    """What `actor` may do with `thing`."""
    return _RULES[thing, actor]


def demand(thing: Thing, actor: Actor, act: Act) -> None:
    """Let pass whoever may do `act`; the table's refusal for everybody else."""
    rule = rule_for(thing, actor)
    if rule.act is act:
        return
    if rule.act is None:
        raise Refusal(rule.refusal, gettext(rule.next), thing=thing)
    raise Refusal("other_way", gettext(rule.act.instead), thing=thing, act=rule.act.name)


def table() -> str:
    """The rules as the docs show them, in the language of whoever is answered."""
    lines = ["| | " + " | ".join(gettext(WHO[actor]) for actor in ACTORS) + " |", "| --- |" + " --- |" * len(ACTORS)]
    for thing, name in THINGS.items():
        cells = [gettext(name)]
        for actor in ACTORS:
            rule = rule_for(thing, actor)
            cells.append(f"**{rule.act.name}**" if rule.act else f"`{rule.refusal}`")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def followings() -> str:
    """What follows from each act, as the docs show it."""
    heads = (_("What it does"), _("Money"), _("Voucher"), _("Points"), _("Commission"), _("Group"), _("Settlement"))
    lines = ["| | " + " | ".join(gettext(head) for head in heads) + " |", "| --- |" + " --- |" * len(heads)]
    for act in ACTS:
        told = (act.does, act.money, act.voucher, act.points, act.commission, act.group, act.settlement)
        lines.append(f"| **{act.name}** `{act.door}` | " + " | ".join(gettext(text) for text in told) + " |")
    return "\n".join(lines)


def refusals() -> str:
    """Each refusal with its next step, as the docs show it."""
    said: dict[str, list[str]] = {}
    for rule in RULES:
        if rule.act is None and rule.next not in said.setdefault(rule.refusal, []):
            said[rule.refusal].append(rule.next)
    return "\n".join(f"- `{name}`: " + " / ".join(gettext(text) for text in texts) for name, texts in said.items())
