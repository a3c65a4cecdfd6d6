"""The application: wiring only."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from shuke.album.routes import album_files, album_routes
from shuke.around.pages import around_pages
from shuke.around.routes import around_routes
from shuke.brand.pages import brand_pages, founding_pages
from shuke.brand.routes import brand_routes
from shuke.brand.staff_pages import own_invitations, staff_pages
from shuke.brand.store_pages import store_pages
from shuke.brand.welcome_pages import welcome_pages
from shuke.cards.routes import routes as cards_routes
from shuke.chat.batched import Reader, Sender
from shuke.chat.hub import Hub
from shuke.chat.send import TOPIC
from shuke.chat.socket import chat_sockets
from shuke.checkout.buyer import Taker
from shuke.checkout.line import Lines
from shuke.checkout.routes import create_order
from shuke.checkout.routes import routes as checkout_routes
from shuke.claims.routes import routes as claims_routes
from shuke.clubs.office_pages import club_office
from shuke.clubs.office_routes import club_routes
from shuke.clubs.pages import club_pages
from shuke.commons.forms import tribe_forms
from shuke.commons.pages import tribe_pages
from shuke.commons.routes import tribe_routes
from shuke.commons.topic_routes import topic_routes
from shuke.console.routers import API as CONSOLE_API
from shuke.console.routers import PAGES as CONSOLE_PAGES
from shuke.counter.actions import Redeemer
from shuke.counter.bill_pages import bill_pages
from shuke.counter.card_pages import card_pages
from shuke.counter.pages import pages as counter_pages
from shuke.counter.routes import create_identification, create_redemption
from shuke.counter.routes import routes as counter_routes
from shuke.counter.stamp_pages import till_stamps
from shuke.deals.pages import deal_pages
from shuke.deals.public_pages import public_pages as deal_parts
from shuke.deals.routes import deal_routes
from shuke.demo.pages import pages as demo_pages
from shuke.explore.choices import choice_pages
from shuke.explore.pages import explore_pages
from shuke.explore.routes import explore_routes, get_places
from shuke.explore.watch_pages import watch_pages, watch_routes
from shuke.feed.compose import compose_pages
from shuke.feed.pages import feed_pages
from shuke.feed.routes import Feeds, create_post, feed_routes, get_feed
from shuke.friends.one_pages import one_pages as friend_one_pages
from shuke.friends.pages import friend_pages
from shuke.friends.routes import routes as friends_routes
from shuke.gifts.pages import gift_pages
from shuke.gifts.routes import gift_routes
from shuke.groupbuy.pages import group_pages
from shuke.groupbuy.routes import group_routes
from shuke.health import health
from shuke.insight.member_pages import member_pages
from shuke.insight.pages import chooser, number_pages
from shuke.insight.routes import insight_routes
from shuke.kit.cache import FORGET
from shuke.kit.db import connect
from shuke.kit.hot import hot, serve_hot
from shuke.kit.live import Live
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyConnection, around_every_request, provide_db, provide_key, provide_raw
from shuke.live import live_router
from shuke.maps.pages import map_files
from shuke.merchants.guards import Staffing, provide_acting
from shuke.moderation.pages import moderation_pages
from shuke.moderation.routes import moderation_routes
from shuke.opinions.office_pages import office_pages as opinion_office
from shuke.opinions.pages import review_pages
from shuke.opinions.routes import office_routes as opinion_office_routes
from shuke.opinions.routes import review_routes
from shuke.outings.acts import outing_acts
from shuke.outings.forms import outing_forms
from shuke.outings.pages import outing_pages
from shuke.outings.routes import outing_routes
from shuke.outings.vote_routes import vote_routes
from shuke.payments import Ear
from shuke.payments.pages import pages as payments_pages
from shuke.payments.routes import routes as payments_routes
from shuke.payouts.pages import payout_pages
from shuke.payouts.routes import payout_routes
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.people.guards import Sessions, provide_viewer, recognised
from shuke.people.me import me_pages
from shuke.people.pages import pages as people_pages
from shuke.people.passkey_routes import passkey_routes
from shuke.people.routes import routes as people_routes
from shuke.places import Nearest
from shuke.places.tiles import tile_routes
from shuke.platform.moderation_pages import moderation_pages as platform_moderation
from shuke.platform.moderation_pages import moderation_routes as platform_cases
from shuke.platform.outbox import outbox
from shuke.platform.pages import pages as platform_pages
from shuke.platform.payment_pages import payment_pages, payment_routes
from shuke.platform.refund_pages import refund_pages as platform_refund_pages
from shuke.platform.refund_routes import platform_refunds
from shuke.platform.routes import routes as platform_routes
from shuke.profiles.pages import profile_pages
from shuke.profiles.routes import profile_routes
from shuke.purchases import Recorder
from shuke.purchases.routes import create_purchase
from shuke.purchases.routes import routes as purchases_routes
from shuke.purses.office_pages import office_pages as purse_office
from shuke.purses.office_routes import office_routes as stored_office
from shuke.purses.pages import pages as purse_pages
from shuke.purses.routes import routes as stored_routes
from shuke.reference import Reference, reference_router
from shuke.refunds.office_pages import office_pages as refund_office_pages
from shuke.refunds.pages import refund_pages
from shuke.refunds.routes import office_routes as refund_office_routes
from shuke.refunds.routes import own_routes as refund_routes
from shuke.rewards.routes import routes as rewards_routes
from shuke.rooms import reactions
from shuke.sales.pages import sales_pages, sales_routes
from shuke.search.pages import search_pages
from shuke.search.routes import search_routes
from shuke.sharing.landing import landing_pages
from shuke.sharing.office import spread_pages
from shuke.sharing.picture import picture_files
from shuke.sharing.routes import share_routes, spread_routes
from shuke.sharing.sheet import sheet_pages
from shuke.shell.pages import files
from shuke.shell.pages import router as shell_router
from shuke.shell.refused import broken, framework_refused, refused
from shuke.shopping.pages import pages as shopping_pages
from shuke.stamps.pages import stamp_pages
from shuke.stamps.routes import routes as stamps_routes
from shuke.statements.earning_pages import earning_pages
from shuke.statements.pages import statement_pages
from shuke.statements.routes import earning_routes, statement_routes
from shuke.storedvalue import Payer
from shuke.talks.group_pages import group_pages as chat_group_pages
from shuke.talks.pages import chat_pages
from shuke.talks.routes import chat_routes
from shuke.testbank import Window
from shuke.testbank.pages import pages as testbank_pages
from shuke.testbank.routes import routes as testbank_routes
from shuke.thanks.routes import thanks_routes
from shuke.treasury.pages import money_pages
from shuke.treasury.party_pages import party_pages
from shuke.treasury.routes import treasury_routes
from shuke.wallet.join_pages import pages as join_pages
from shuke.wallet.pages import pages as wallet_pages
from shuke.wallet.routes import Claimer, Joiner, Scenes, Wallets, create_membership, get_wallet
from shuke.wallet.routes import routes as wallet_routes
from shuke.wallet.scene_pages import pages as scene_pages
from shuke.whereabouts.pages import whereabouts_pages
from shuke.whereabouts.routes import whereabouts_routes

POOL = 12  # connections of one web worker

API: list[ControllerRouterHandler] = [
    people_routes,
    passkey_routes,
    platform_routes,
    platform_refunds,
    platform_cases,
    wallet_routes,
    claims_routes,
    counter_routes,
    *CONSOLE_API,
    insight_routes,
    brand_routes,
    purchases_routes,
    cards_routes,
    rewards_routes,
    stamps_routes,
    statement_routes,
    payout_routes,
    treasury_routes,
    earning_routes,
    payments_routes,
    testbank_routes,
    payment_routes,
    checkout_routes,
    sales_routes,
    deal_routes,
    share_routes,
    spread_routes,
    stored_routes,
    stored_office,
    refund_routes,
    refund_office_routes,
    group_routes,
    album_routes,
    chat_routes,
    gift_routes,
    whereabouts_routes,
    moderation_routes,
    review_routes,
    opinion_office_routes,
    thanks_routes,
    friends_routes,
    profile_routes,
    around_routes,
    feed_routes,
    explore_routes,
    watch_routes,
    search_routes,
    tile_routes,
    outing_routes,
    club_routes,
    tribe_routes,
    topic_routes,
    vote_routes,
]
PAGES: list[ControllerRouterHandler] = [
    shell_router,
    reference_router,
    people_pages,
    me_pages,
    outbox,
    platform_pages,
    files,
    counter_pages,
    bill_pages,
    card_pages,
    till_stamps,
    live_router,
    health,
    demo_pages,
    wallet_pages,
    scene_pages,
    join_pages,
    *CONSOLE_PAGES,
    purse_pages,
    purse_office,
    chooser,
    number_pages,
    member_pages,
    brand_pages,
    welcome_pages,
    stamp_pages,
    payments_pages,
    testbank_pages,
    statement_pages,
    payout_pages,
    money_pages,
    party_pages,
    earning_pages,
    payment_pages,
    deal_pages,
    deal_parts,
    landing_pages,
    picture_files,
    sheet_pages,
    spread_pages,
    founding_pages,
    store_pages,
    staff_pages,
    own_invitations,
    refund_pages,
    platform_refund_pages,
    platform_moderation,
    refund_office_pages,
    group_pages,
    shopping_pages,
    sales_pages,
    album_files,
    moderation_pages,
    review_pages,
    opinion_office,
    map_files,
    feed_pages,
    compose_pages,
    explore_pages,
    watch_pages,
    choice_pages,
    search_pages,
    chat_sockets,
    friend_pages,
    friend_one_pages,
    outing_pages,
    club_pages,
    club_office,
    tribe_pages,
    tribe_forms,
    outing_acts,
    outing_forms,
    chat_pages,
    chat_group_pages,
    gift_pages,
    profile_pages,
    around_pages,
    whereabouts_pages,
]


DEPENDENCIES = {
    "db": provide_db,
    "key": provide_key,
    "raw": provide_raw,
    "viewer": provide_viewer,
    "acting": provide_acting,
}

HOT = [
    create_redemption,
    create_identification,
    create_membership,
    get_wallet,
    create_purchase,
    create_order,
    get_feed,
    create_post,
    get_places,
]


@asynccontextmanager
async def resources(app: Litestar) -> AsyncIterator[None]:
    """What lives as long as the process: the pool, the caches, the live listener."""
    url = os.environ["SHUKE_DATABASE_URL"]
    database = await connect(url, size=POOL)
    live = Live()
    hub = Hub(database, live)
    kept = [
        database,
        live,
        Sessions(database),
        Staffing(database),
        Scenes(database),
        Redeemer(database),
        Joiner(database),
        Wallets(database),
        Feeds(database),
        Nearest(database),
        Claimer(database),
        Recorder(database),
        Ear(database),
        Window(database),
        Taker(database),
        Lines(database),
        Payer(database),
        Sender(database, hub.kept),
        Reader(database),
        hub,
        reference(),
    ]
    for thing in kept:
        app.state[type(thing).__name__] = thing
    caches = [thing for thing in kept if isinstance(thing, Sessions | Staffing | Scenes | Hub)]
    live.hook(TOPIC, hub.heard)
    live.hook(FORGET, lambda owner: [cache.forget(owner) for cache in caches].clear())
    listener = asyncio.create_task(live.listen_forever(url))
    try:
        yield
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
        await database.close()


async def known(connection: AnyConnection) -> Viewer | None:
    """Who calls an operation that is open to all."""
    await anyone(connection, get_places)
    return viewer_of(connection)


def reference() -> Reference:
    """The description of the API."""
    return Reference(API, DEPENDENCIES)


def create_app() -> Litestar:
    """The whole of Shuke as one ASGI application; SHUKE_DATABASE_URL says where its rows are."""
    reactions()
    app = Litestar(
        [*API, *PAGES],
        lifespan=[resources],
        dependencies={name: Provide(function) for name, function in DEPENDENCIES.items()},
        exception_handlers={Refusal: refused, HTTPException: framework_refused, Exception: broken},
        openapi_config=None,
        request_max_body_size=12_000_000,
        logging_config=None,
    )
    others = around_every_request(app.asgi_handler)  # outside the routes, so that an unknown address has it too
    app.asgi_handler = serve_hot(app, others, {signed_in: recognised, anyone: known}, hot("/api/v1", HOT))
    return app
