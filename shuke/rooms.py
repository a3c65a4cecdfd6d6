"""The rooms whose reactions, exports and shortcuts a process knows: importing them registers what they do."""

from types import ModuleType

from shuke import providers
from shuke.agreements import reactions as agreements
from shuke.album import reactions as album
from shuke.around import reactions as around
from shuke.batches import reactions as batches
from shuke.brand import reactions as brand
from shuke.cards import reactions as cards
from shuke.cards import share as card_share
from shuke.chat import reactions as chat
from shuke.checkout import lapse as checkout_lapse
from shuke.checkout import reactions as checkout
from shuke.claims import reactions as claims
from shuke.clubs import reactions as clubs
from shuke.console import reactions as console
from shuke.counter import reactions as counter
from shuke.deals import reactions as deals
from shuke.explore import reactions as explore
from shuke.feed import reactions as feed
from shuke.friends import actions as friend_sweeps
from shuke.friends import reactions as friends
from shuke.gifts import reactions as gifts
from shuke.gifts import share as gift_share
from shuke.groupbuy import ends as group_ends
from shuke.groupbuy import reactions as groupbuy
from shuke.kit import sweeps as kit_sweeps
from shuke.kit.events import REACTIONS
from shuke.ledger import reactions as ledger
from shuke.ledger import sweeps as ledger_sweeps
from shuke.meetups import reactions as meetups
from shuke.merchants import reactions as merchants
from shuke.moderation import reactions as moderation
from shuke.opinions import reactions as opinions
from shuke.outings import known as outings
from shuke.payments import reactions as payments
from shuke.payments import refund_visits
from shuke.payments import sweeps as payment_sweeps
from shuke.payments import visits as payment_visits
from shuke.payouts import pay as payouts_pay
from shuke.payouts import reactions as payouts
from shuke.people import erase as erasing
from shuke.places import reactions as places
from shuke.platform import reactions as platform
from shuke.prepaid import reactions as prepaid
from shuke.profiles import reactions as profiles
from shuke.purchases import reactions as purchases
from shuke.purchases import tiers
from shuke.receipts import reactions as receipts
from shuke.refunds import deal_runs
from shuke.refunds import reactions as refunds
from shuke.reviews import reactions as reviews
from shuke.rewards import reactions as rewards
from shuke.samples import offers as sample_offers
from shuke.search import reactions as search
from shuke.settlement import checks as settlement_checks
from shuke.settlement import close as settlement_close
from shuke.settlement import reactions as settlement
from shuke.settlement import settle as settlement_settle
from shuke.shares import reactions as shares
from shuke.sharing import reactions as sharing
from shuke.shopping import share as deal_share
from shuke.stamps import reactions as stamps
from shuke.storedvalue import reactions as storedvalue
from shuke.testbank import post as bank_post
from shuke.testbank import sweeps as bank_sweeps
from shuke.thanks import reactions as thanks
from shuke.tribes import reactions as tribes
from shuke.visits import reactions as visits
from shuke.vouchers import reactions as vouchers
from shuke.whereabouts import reactions as whereabouts

ROOMS: tuple[ModuleType, ...] = (
    agreements,
    album,
    around,
    bank_post,
    bank_sweeps,
    batches,
    brand,
    card_share,
    cards,
    chat,
    checkout,
    checkout_lapse,
    claims,
    clubs,
    console,
    counter,
    deal_runs,
    deal_share,
    deals,
    erasing,
    feed,
    explore,
    friend_sweeps,
    friends,
    gift_share,
    gifts,
    group_ends,
    groupbuy,
    kit_sweeps,
    ledger,
    ledger_sweeps,
    meetups,
    merchants,
    moderation,
    outings,
    opinions,
    payment_sweeps,
    payment_visits,
    payments,
    payouts,
    payouts_pay,
    places,
    platform,
    prepaid,
    profiles,
    providers,
    purchases,
    receipts,
    refund_visits,
    refunds,
    reviews,
    thanks,
    rewards,
    sample_offers,
    search,
    settlement,
    settlement_checks,
    settlement_close,
    settlement_settle,
    shares,
    sharing,
    stamps,
    storedvalue,
    tiers,
    tribes,
    visits,
    vouchers,
    whereabouts,
)


def reactions() -> int:
    """How many reactions are registered, once all rooms are imported."""
    return sum(len(of_one) for of_one in REACTIONS.values())
