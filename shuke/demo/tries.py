"""Tries: what the demo's page leads through, as whom and where. Nobody's friends, posts or reviews are brought in: visitors make them."""

from uuid import UUID

import msgspec

from shuke.demo.logins import AGENT, CASHIER, OPERATOR, OWNER, login
from shuke.kit.i18n import _
from shuke.samples import ALONE, FLASH, TOGETHER, Sample


class Try(msgspec.Struct, frozen=True):
    """Something to try: where, as whom, and what to do there."""

    icon: str
    text: str
    said: str
    who: str
    href: str


class Spot(msgspec.Struct, frozen=True):
    """The place of the demo's staff on the map."""

    merchant_id: UUID
    place_id: UUID
    longitude: float
    latitude: float


def with_money(offers: list[Sample]) -> list[Try]:
    """The ways of money through the cafe of the demo's staff, in the order in which they make sense."""
    at = {offer.offer: f"/deals/{offer.merchant_id}/{offer.deal_id}" for offer in offers if offer.staffed}
    if not {ALONE, TOGETHER, FLASH} <= at.keys():
        return []
    cafe = next(offer.merchant_id for offer in offers if offer.offer == ALONE)
    guest = _who("guest1")
    return [
        Try("tag", _("Buy a deal"), _("pay at the test bank; the vouchers are in the wallet"), guest, at[ALONE]),
        Try(
            "users-round", _("Buy together"), _("three guests in three browsers; start one, send its link"), guest, at[TOGETHER]
        ),
        Try("zap", _("Flash sale"), _("six pieces; two guests take three each, the third stands in line"), guest, at[FLASH]),
        Try("wallet", _("Top up a card"), _("pay 50, get 5 more; take the card below first"), guest, f"/cards/{cafe}/money"),
        Try(
            "receipt", _("Pay at the till"), _("scan the card or voucher of a guest, or type its code"), _who(CASHIER), "/till"
        ),
        Try(
            "landmark",
            _("The merchant's statement"),
            _("what is owed: for a payment from a card at once, for a use after an hour"),
            _who(OWNER),
            f"/console/{cafe}/statements",
        ),
        Try("coins", _("Earnings"), _("the city agent's part of it"), _who(AGENT), "/earnings"),
        Try(
            "percent",
            _("Money of the platform"),
            _("terms, transfers to make, a look at all books"),
            _who(OPERATOR),
            "/platform/money",
        ),
    ]


def with_friends(spot: Spot | None) -> list[Try]:
    """How a place goes from one friend to the next, in the order in which it makes sense."""
    return [*_until_they_meet(spot), *_after_they_met(spot)] if spot else []


def _until_they_meet(spot: Spot) -> list[Try]:
    one, two = _who("guest1"), _who("guest1", "guest2")
    return [
        Try(
            "user-round-plus",
            _("Become friends by code"),
            _("one shows the code, the other scans it or opens its link; the first one accepts under Friends"),
            two,
            "/friends/code",
        ),
        Try(
            "map",
            _("Look around on the map"),
            _("what is open, what sells a deal; the search forgives a wrong letter"),
            one,
            f"/explore?at={spot.longitude},{spot.latitude},15",
        ),
        Try(
            "map-pin-check-inside",
            _("Check in at the cafe"),
            _("the friend sees it in the feed; it is proven by a visit of the last day or by being there, else it says so"),
            one,
            f"/check-in/{spot.place_id}",
        ),
        Try(
            "message-circle",
            _("Chat and share your place"),
            _(
                "on the chat's map propose a shop around you and let the other agree; from afar recommend the cafe's page to her"
            ),
            two,
            "/chats/new",
        ),
        Try(
            "calendar-clock",
            _("Meet at the cafe"),
            _("propose a time; who comes when it is full waits and moves up by herself"),
            two,
            f"/meetups/new?place={spot.place_id}",
        ),
    ]


def _after_they_met(spot: Spot) -> list[Try]:
    return [
        Try(
            "ticket-check",
            _("Use a voucher at the till"),
            _("take the cafe's card below; the cashier types the code of its welcome voucher"),
            _who(CASHIER),
            "/till",
        ),
        Try(
            "star", _("Review the cafe"), _("only who was there can: after that use it waits here"), _who("guest1"), "/reviews"
        ),
        Try(
            "share-2",
            _("Recommend the card by a link"),
            _("get a link and open it as somebody who has no card of the cafe"),
            _who("guest1", "guest3"),
            f"/share/card/{spot.merchant_id}/{spot.merchant_id}",
        ),
        Try(
            "git-fork",
            _("Who brought whom"),
            _("the tree, and how the card spreads; each number leads to its rows"),
            _who(OWNER),
            f"/console/{spot.merchant_id}/sharing",
        ),
        Try(
            "gavel",
            _("Decide about a report"),
            _("report a post by its flag as a guest, decide here; its author may appeal"),
            _who(OPERATOR),
            "/platform/moderation",
        ),
    ]


def _who(*roles: str) -> str:
    return ", ".join(login(role).email for role in roles)
