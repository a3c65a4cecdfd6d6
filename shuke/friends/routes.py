"""API of the friends room."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.friends import actions, own, queries
from shuke.friends.types import (
    Blocked,
    Code,
    FriendPage,
    Group,
    GroupDraft,
    NewBlock,
    NewPhoneRequest,
    NewRequest,
    PhoneAsked,
    Relation,
    Remark,
    Requests,
    Settings,
    Waiting,
)
from shuke.friends.waiting import waiting_for
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.people import Viewer, signed_in


@get("/", guards=[signed_in], summary="List friends")
async def get_friends(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    text: FromQuery[str] = "",
    group: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
    letter: FromQuery[str] = "",
) -> FriendPage:
    """By name, Chinese as Pinyin among Latin names, a hundred at a time: those whose remark or name holds `text`, or of one `group`; `after`
    is `next` of the page before, `letter` one of `letters` to begin at."""
    return await queries.friends_of(db, viewer.person_id, after, text=text[:80], group=group, under=letter[:1])


@put("/{person_id:uuid}", guards=[signed_in], summary="Set the remark name of a friend")
async def put_remark(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], data: JSONBody[Remark]
) -> Relation:
    """Only the viewer sees it; empty for her own name. Refusals: not_found, unreadable."""
    await own.set_remark(db, viewer.person_id, person_id, data.remark)
    return await queries.relation(db, viewer.person_id, person_id)


@delete("/{person_id:uuid}", guards=[signed_in], summary="End a friendship")
async def delete_friend(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> None:
    """On both sides. Refusal: not_found."""
    await actions.remove(db, viewer.person_id, person_id)


@get("/{person_id:uuid}/relation", guards=[signed_in], summary="How I stand with a person")
async def get_relation(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Relation:
    """Self, friends, asked, asks_me or none. Refusal: not_found (also where either blocked the other)."""
    await queries.demand_not_blocked(db, viewer.person_id, person_id)
    return await queries.relation(db, viewer.person_id, person_id)


@get("/requests", guards=[signed_in], summary="List friend requests")
async def get_requests(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Requests:
    """Those that wait for an answer, received and sent."""
    return await queries.requests_of(db, viewer.person_id)


@post("/requests", guards=[signed_in], summary="Ask somebody to be friends")
async def create_request(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewRequest],
) -> Relation:
    """By the person's id or her personal code. Whoever was asked by her already is her friend at once. Refusals: not_found, yourself,
    you_block_her, too_many_open, too_many_requests, idempotency_key_reused, unreadable."""

    async def work() -> Relation:
        by_code = await own.person_by_code(db, data.code) if data.code else None
        other_id = by_code or data.person_id
        if other_id is None or (data.code and by_code is None):
            raise NotFound
        return await actions.ask(db, viewer.person_id, other_id, "code" if by_code else "page")

    return await once(db, viewer.person_id, key, raw, Relation, work)


@post("/requests/by-phone", guards=[signed_in], summary="Ask whoever has a phone number", status_code=202)
async def create_phone_request(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewPhoneRequest],
) -> PhoneAsked:
    """Reaches the person only where both allow being found by phone; the answer is the same for every number. Refusals:
    phone_unreadable, not_findable_yourself, too_many_requests, idempotency_key_reused, unreadable."""

    async def work() -> PhoneAsked:
        return await own.ask_by_phone(db, viewer.person_id, data.phone)

    return await once(db, viewer.person_id, key, raw, PhoneAsked, work)


@delete("/requests/{person_id:uuid}", guards=[signed_in], summary="Take a request back")
async def delete_request(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> None:
    """One's own that waits. Refusal: no_request."""
    await actions.withdraw(db, viewer.person_id, person_id)


@post("/requests/{person_id:uuid}/acceptance", guards=[signed_in], summary="Accept a friend request")
async def create_acceptance(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Relation:
    """Once more gives the same. Refusals: no_request, not_found."""
    return await actions.accept(db, viewer.person_id, person_id)


@post("/requests/{person_id:uuid}/refusal", guards=[signed_in], summary="Refuse a friend request", status_code=204)
async def create_refusal(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> None:
    """Nobody is told. Refusal: no_request."""
    await actions.refuse(db, viewer.person_id, person_id)


@get("/blocks", guards=[signed_in], summary="List whom I blocked")
async def get_blocks(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[Blocked]:
    """The newest first."""
    return await queries.blocked_by(db, viewer.person_id)


@post("/blocks", guards=[signed_in], summary="Block somebody", status_code=204)
async def create_block(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewBlock]) -> None:
    """Neither finds, sees or reaches the other from now on; a friendship ends. Once more does nothing. Refusals: yourself, not_found,
    unreadable."""
    await actions.block(db, viewer.person_id, data.person_id)


@delete("/blocks/{person_id:uuid}", guards=[signed_in], summary="Take a block back")
async def delete_block(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> None:
    """They are strangers then. Refusal: not_found."""
    await actions.unblock(db, viewer.person_id, person_id)


@get("/groups", guards=[signed_in], summary="List my groups of friends")
async def get_groups(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[Group]:
    """By name; nobody else sees them."""
    return await own.groups_of(db, viewer.person_id)


@post("/groups", guards=[signed_in], summary="Make a group of friends")
async def create_group(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[GroupDraft],
) -> Group:
    """Refusals: group_without_name, group_there, too_many_groups, idempotency_key_reused, unreadable."""

    async def work() -> Group:
        return await own.set_group(db, viewer.person_id, None, data)

    return await once(db, viewer.person_id, key, raw, Group, work)


@put("/groups/{group_id:uuid}", guards=[signed_in], summary="Change a group of friends")
async def put_group(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], group_id: FromPath[UUID], data: JSONBody[GroupDraft]
) -> Group:
    """Its name and all its members. Refusals: group_without_name, group_there, not_found, unreadable."""
    return await own.set_group(db, viewer.person_id, group_id, data)


@delete("/groups/{group_id:uuid}", guards=[signed_in], summary="Take a group of friends away")
async def delete_group(db: NamedDependency[Db], viewer: NamedDependency[Viewer], group_id: FromPath[UUID]) -> None:
    """Its members stay friends. Refusal: not_found."""
    await own.drop_group(db, viewer.person_id, group_id)


@get("/code", guards=[signed_in], summary="My personal code", opt={"writes": True})
async def get_code(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Code:
    """Whoever scans it or opens its address may ask me to be friends. It is made when it is first asked for."""
    return await own.own_code(db, viewer.person_id)


@post("/code/renewal", guards=[signed_in], summary="Get a new personal code")
async def create_code_renewal(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Code:
    """The old one leads nowhere from now on. Refusal: too_many_requests."""
    return await own.renew_code(db, viewer.person_id)


@get("/settings", guards=[signed_in], summary="How I can be found")
async def get_settings(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Settings:
    """Nobody is found by her phone number unless she allows it."""
    return await queries.settings_of(db, viewer.person_id)


@put("/settings", guards=[signed_in], summary="Set how I can be found")
async def put_settings(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[Settings]) -> Settings:
    """Refusal: unreadable."""
    return await own.set_settings(db, viewer.person_id, data)


@get("/waiting", guards=[signed_in], summary="What waits for me")
async def get_waiting(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Waiting:
    """Unread chats, requests and so on, by what they are."""
    return await waiting_for(db, viewer.person_id)


routes = Router(
    "/api/v1/friends",
    route_handlers=[
        get_friends,
        put_remark,
        delete_friend,
        get_relation,
        get_requests,
        create_request,
        create_phone_request,
        delete_request,
        create_acceptance,
        create_refusal,
        get_blocks,
        create_block,
        delete_block,
        get_groups,
        create_group,
        put_group,
        delete_group,
        get_code,
        create_code_renewal,
        get_settings,
        put_settings,
        get_waiting,
    ],
    tags=["friends"],
)
