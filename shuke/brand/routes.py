"""API of merchants themselves: founding and vetting, stores with hours and photos, staff."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit import clock
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound, Unreadable
from shuke.kit.web import AnyRequest, address, resource
from shuke.merchants import (
    Acting,
    Brand,
    BrandDraft,
    Invitation,
    NewMerchant,
    NewSpecialDay,
    NewSpell,
    OwnInvitation,
    Photo,
    SpecialDay,
    Spell,
    Staffing,
    StaffLine,
    Store,
    StoreDraft,
    VettingStep,
    accept,
    add_photo,
    brand_of,
    change_brand,
    change_role,
    change_store,
    close_store,
    create_store,
    drop_special_day,
    end_job,
    found_merchant,
    hours_of,
    invitations_for,
    invitations_of,
    invite,
    merchant_card,
    opening,
    photos_of,
    picture_of,
    remove_photo,
    set_hours,
    set_special_day,
    special_days_of,
    special_hours_of,
    staff_of,
    staff_of_merchant,
    staff_with,
    store_of,
    stores_of,
    submit,
    vetting_of,
    withdraw_invitation,
)
from shuke.people import Viewer, anyone, signed_in

STORES = [staff_with("stores")]
STAFF = [staff_with("staff")]


class OwnMerchant(msgspec.Struct, frozen=True):
    """A merchant with the steps of its vetting, the last first."""

    merchant: Brand
    vetting: list[VettingStep]


class Submission(msgspec.Struct, frozen=True):
    """A word to those who vet."""

    word: str = ""


class OpeningNow(msgspec.Struct, frozen=True):
    """Open or not, and until when."""

    open: bool
    until: str | None


class StoreShown(msgspec.Struct, frozen=True):
    """A store with its week, exceptions and photos; `now` is null where the hours are not known."""

    store: Store
    hours: list[Spell]
    special_days: list[SpecialDay]
    photos: list[Photo]
    now: OpeningNow | None


class Stores(msgspec.Struct, frozen=True):
    """The open stores of a merchant."""

    items: list[Store]


class NewWeek(msgspec.Struct, frozen=True):
    """A whole week; a weekday that is missing is closed."""

    hours: list[NewSpell]


class Staff(msgspec.Struct, frozen=True):
    """Who works here, and who is asked to."""

    staff: list[StaffLine]
    invitations: list[Invitation]


class NewInvitation(msgspec.Struct, frozen=True):
    """`contact` is a phone number in any writing or an e-mail address; without a store: all of them."""

    contact: str
    role: str
    store_id: UUID | None = None


class NewRole(msgspec.Struct, frozen=True):
    """Another role, another store; without one: all of them."""

    role: str
    store_id: UUID | None = None


class Invitations(msgspec.Struct, frozen=True):
    """What the person is asked."""

    items: list[OwnInvitation]


@post("/merchants", guards=[signed_in], summary="Found a merchant")
async def post_merchant(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewMerchant],
) -> Brand:
    """In draft, with the caller as owner. Refusals: merchant_unreadable, too_many_drafts, idempotency_key_reused."""

    async def founded() -> Brand:
        return await brand_of(db, await found_merchant(db, viewer.person_id, data))

    brand = await once(db, viewer.person_id, key, raw, Brand, founded)
    resource(request, Staffing).forget(str(viewer.person_id))  # the next call must know it, before the notice comes round
    return brand


@get("/merchants/{merchant_id:uuid}", guards=STORES, summary="A merchant and its vetting")
async def get_merchant(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> OwnMerchant:
    """For its own people. Refusals: not_found, not_allowed."""
    return OwnMerchant(await brand_of(db, acting.merchant_id), await vetting_of(db, acting.merchant_id))


@put("/merchants/{merchant_id:uuid}", guards=STORES, summary="Change what a merchant says of itself")
async def put_merchant(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[BrandDraft]) -> Brand:
    """Refusals: merchant_unreadable, licence_vetted, not_found, not_allowed."""
    await change_brand(db, acting.merchant_id, data)
    return await brand_of(db, acting.merchant_id)


@post("/merchants/{merchant_id:uuid}/submission", guards=STORES, summary="Send a merchant to vetting")
async def post_submission(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[Submission]) -> OwnMerchant:
    """Refusals: grounds_missing, wrong_step, word_unreadable, not_found, not_allowed."""
    await submit(db, acting.merchant_id, acting.person_id, data.word)
    return OwnMerchant(await brand_of(db, acting.merchant_id), await vetting_of(db, acting.merchant_id))


async def _shown(db: Db, merchant_id: UUID, store_id: UUID) -> StoreShown:
    store = await store_of(db, merchant_id, store_id)
    if store is None:
        raise NotFound
    now = clock.now()
    spells = [spell for spell in await hours_of(db, merchant_id) if spell.store_id == store_id]
    ahead = await special_hours_of(db, merchant_id, now.date() - timedelta(days=2))
    state = opening(spells, [day for day in ahead if day.store_id == store_id], store.zone, now)
    return StoreShown(
        store,
        spells,
        await special_days_of(db, merchant_id, store_id, now.date()),
        [photo for photo in await photos_of(db, merchant_id) if photo.store_id == store_id],
        OpeningNow(state.open, state.until.isoformat() if state.until else None) if state else None,
    )


@get("/merchants/{merchant_id:uuid}/stores", guards=[staff_of], summary="Stores of a merchant")
async def list_stores(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Stores:
    """By name. Refusals: not_found."""
    return Stores(await stores_of(db, acting.merchant_id))


@post("/merchants/{merchant_id:uuid}/stores", guards=STORES, summary="Open a store")
async def post_store(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[StoreDraft],
) -> StoreShown:
    """Refusals: store_unreadable (facts name the fields), not_found, not_allowed, idempotency_key_reused."""

    async def opened() -> StoreShown:
        return await _shown(db, acting.merchant_id, await create_store(db, acting.merchant_id, data))

    return await once(db, acting.person_id, key, raw, StoreShown, opened)


@get("/merchants/{merchant_id:uuid}/stores/{store_id:uuid}", guards=[staff_of], summary="One store")
async def get_store(db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]) -> StoreShown:
    """With its week, exceptions, photos, and whether it is open. Refusals: not_found."""
    return await _shown(db, acting.merchant_id, store_id)


@put("/merchants/{merchant_id:uuid}/stores/{store_id:uuid}", guards=STORES, summary="Change a store")
async def put_store(
    db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID], data: JSONBody[StoreDraft]
) -> StoreShown:
    """Refusals: store_unreadable, not_found, not_allowed."""
    await change_store(db, acting.merchant_id, store_id, data)
    return await _shown(db, acting.merchant_id, store_id)


@post("/merchants/{merchant_id:uuid}/stores/{store_id:uuid}/closing", guards=STORES, summary="Close a store for good")
async def post_closing(db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]) -> StoreShown:
    """Refusals: not_found, not_allowed, store_closed."""
    await close_store(db, acting.merchant_id, store_id)
    return await _shown(db, acting.merchant_id, store_id)


@put("/merchants/{merchant_id:uuid}/stores/{store_id:uuid}/hours", guards=STORES, summary="Set a store's week")
async def put_hours(
    db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID], data: JSONBody[NewWeek]
) -> StoreShown:
    """In place of the week before. Refusals: hours_unreadable, not_found, not_allowed."""
    await set_hours(db, acting.merchant_id, store_id, data.hours)
    return await _shown(db, acting.merchant_id, store_id)


@put(
    "/merchants/{merchant_id:uuid}/stores/{store_id:uuid}/special-days/{day:date}", guards=STORES, summary="Set one day's hours"
)
async def put_special_day(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    store_id: FromPath[UUID],
    day: FromPath[date],
    data: JSONBody[NewSpecialDay],
) -> StoreShown:
    """In place of its weekday's; no hours: closed. Refusals: hours_unreadable, not_found, not_allowed."""
    await set_special_day(db, acting.merchant_id, store_id, day, data)
    return await _shown(db, acting.merchant_id, store_id)


@delete(
    "/merchants/{merchant_id:uuid}/stores/{store_id:uuid}/special-days/{day:date}", guards=STORES, summary="Drop an exception"
)
async def delete_special_day(
    db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID], day: FromPath[date]
) -> None:
    """The weekday's hours hold again. Refusals: not_found, not_allowed."""
    await drop_special_day(db, acting.merchant_id, store_id, day)


@post("/merchants/{merchant_id:uuid}/stores/{store_id:uuid}/photos", guards=STORES, summary="Add a photo of a store")
async def post_photo(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], store_id: FromPath[UUID]
) -> Photo:
    """As multipart with a part `photo` in JPEG, PNG or WebP. Refusals: photo_too_large, photo_unreadable, too_many_photos, not_found,
    not_allowed."""
    form = await request.form()
    part = form.get("photo")
    if not isinstance(part, UploadFile):
        raise Unreadable("photo_unreadable")
    return await add_photo(db, acting.merchant_id, acting.person_id, await part.read(), "store", store_id)


@delete("/merchants/{merchant_id:uuid}/photos/{photo_id:uuid}", guards=STORES, summary="Remove a photo")
async def delete_photo(db: NamedDependency[Db], acting: NamedDependency[Acting], photo_id: FromPath[UUID]) -> None:
    """Refusals: not_found, not_allowed."""
    await remove_photo(db, acting.merchant_id, photo_id)


@get("/stores/{merchant_id:uuid}/{store_id:uuid}", guards=[anyone], summary="A store of an approved merchant")
async def get_public_store(db: NamedDependency[Db], merchant_id: FromPath[UUID], store_id: FromPath[UUID]) -> StoreShown:
    """For everybody. Refusal: not_found, also while the merchant is not approved or the store is closed."""
    card = await merchant_card(db, merchant_id)
    if card is None or card.status != "approved":
        raise NotFound
    shown = await _shown(db, merchant_id, store_id)
    if shown.store.closed_at is not None:
        raise NotFound
    return shown


@get("/photos/{merchant_id:uuid}/{photo_id:uuid}", guards=[anyone], summary="A photo of an approved merchant")
async def get_public_photo(db: NamedDependency[Db], merchant_id: FromPath[UUID], photo_id: FromPath[UUID]) -> Response[bytes]:
    """For everybody, never a licence. Refusal: not_found."""
    picture = await picture_of(db, merchant_id, photo_id, public=True)
    return Response(picture.body, media_type=picture.content_type, headers={"cache-control": "public, max-age=3600"})


@get("/merchants/{merchant_id:uuid}/staff", guards=STAFF, summary="Staff of a merchant")
async def list_staff(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Staff:
    """Who works here now, and who is asked. Refusals: not_found, not_allowed."""
    return Staff(await staff_of_merchant(db, acting.merchant_id), await invitations_of(db, acting.merchant_id))


@post("/merchants/{merchant_id:uuid}/invitations", guards=STAFF, summary="Ask somebody to work here")
async def post_invitation(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewInvitation],
) -> Staff:
    """Whoever signs in with the contact may accept. Refusals: contact_unreadable, role_unreadable, already_staff, channel_unavailable,
    not_found, not_allowed, idempotency_key_reused."""

    async def asked() -> Staff:
        await invite(db, acting, data.contact, data.role, data.store_id, address(request))
        return Staff(await staff_of_merchant(db, acting.merchant_id), await invitations_of(db, acting.merchant_id))

    return await once(db, acting.person_id, key, raw, Staff, asked)


@delete("/merchants/{merchant_id:uuid}/invitations/{invitation_id:uuid}", guards=STAFF, summary="Withdraw an invitation")
async def delete_invitation(db: NamedDependency[Db], acting: NamedDependency[Acting], invitation_id: FromPath[UUID]) -> None:
    """Refusals: not_found, not_allowed."""
    await withdraw_invitation(db, acting, invitation_id)


@put("/merchants/{merchant_id:uuid}/staff/{person_id:uuid}", guards=STAFF, summary="Change somebody's role")
async def put_role(
    db: NamedDependency[Db], acting: NamedDependency[Acting], person_id: FromPath[UUID], data: JSONBody[NewRole]
) -> Staff:
    """It holds at once. Refusals: role_unreadable, last_owner, not_found, not_allowed."""
    await change_role(db, acting, person_id, data.role, data.store_id)
    return Staff(await staff_of_merchant(db, acting.merchant_id), await invitations_of(db, acting.merchant_id))


@delete("/merchants/{merchant_id:uuid}/staff/{person_id:uuid}", guards=STAFF, summary="End somebody's job")
async def delete_staff(db: NamedDependency[Db], acting: NamedDependency[Acting], person_id: FromPath[UUID]) -> None:
    """It holds at once; what she did stays. Refusals: last_owner, not_found, not_allowed."""
    await end_job(db, acting, person_id)


@get("/me/invitations", guards=[signed_in], summary="Who asks me to work there")
async def list_own_invitations(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Invitations:
    """By any of the person's contacts. Refusal: not_signed_in."""
    return Invitations(await invitations_for(db, viewer.person_id))


@post("/me/invitations/{merchant_id:uuid}/{invitation_id:uuid}/acceptance", guards=[signed_in], summary="Begin to work there")
async def post_acceptance(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    invitation_id: FromPath[UUID],
) -> Invitations:
    """An invitation is accepted once, by whoever holds its contact. Refusals: not_found, already_staff."""
    await accept(db, viewer.person_id, merchant_id, invitation_id)
    resource(request, Staffing).forget(str(viewer.person_id))
    return Invitations(await invitations_for(db, viewer.person_id))


brand_routes = Router(
    "/api/v1",
    route_handlers=[
        *(post_merchant, get_merchant, put_merchant, post_submission, list_stores, post_store, get_store, put_store),
        *(post_closing, put_hours, put_special_day, delete_special_day, post_photo, delete_photo),
        *(get_public_store, get_public_photo, list_staff, post_invitation, delete_invitation, put_role, delete_staff),
        *(list_own_invitations, post_acceptance),
    ],
    tags=["merchants"],
)
