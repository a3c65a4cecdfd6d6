"""JSON API: what there is for points, and what new members get."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.merchants import Acting, staff_with
from shuke.people import Viewer, anyone, signed_in
from shuke.rewards.actions import set_rewards, take_reward
from shuke.rewards.queries import rewards_of
from shuke.rewards.types import NewReward, RewardDraft, Rewards, RewardTaken, Welcomes
from shuke.rewards.welcomes import WelcomeGift, set_welcomes, welcome_gifts

MAY = [staff_with("templates")]


@post("/rewards", guards=[signed_in], summary="Take a voucher for points")
async def create_reward(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewReward],
) -> RewardTaken:
    """Points go and the voucher comes together. Refusals: no_such_reward, not_enough_points, out_of_stock, limit_reached,
    phone_needed, idempotency_key_reused."""

    async def take() -> RewardTaken:
        return await take_reward(db, viewer.person_id, data.merchant_id, data.template_id)

    return await once(db, viewer.person_id, key, raw, RewardTaken, take)


@get("/merchants/{merchant_id:uuid}/rewards", guards=[anyone], summary="What a merchant gives for points")
async def get_rewards(db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Rewards:
    """Only what can be taken now, the cheapest first; empty for a merchant that is not public."""
    return Rewards(await rewards_of(db, merchant_id))


@put("/merchants/{merchant_id:uuid}/rewards", guards=MAY, summary="Set what there is for points")
async def put_rewards(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[list[RewardDraft]]) -> Rewards:
    """Replaces all of them. Refusals: reward_twice, not_found, not_allowed, unreadable."""
    return Rewards(await set_rewards(db, acting.merchant_id, data))


@get("/merchants/{merchant_id:uuid}/welcomes", guards=MAY, summary="What new members get")
async def get_welcomes(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> list[WelcomeGift]:
    """Only what is given out at the moment. Refusals: not_found, not_allowed."""
    return await welcome_gifts(db, acting.merchant_id)


@put("/merchants/{merchant_id:uuid}/welcomes", guards=MAY, summary="Set what new members get")
async def put_welcomes(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[Welcomes]) -> list[WelcomeGift]:
    """Replaces all of them. Refusals: odds_above_certain, welcome_twice, not_found, not_allowed, unreadable."""
    return await set_welcomes(db, acting.merchant_id, data.welcomes)


routes = Router(
    "/api/v1", route_handlers=[create_reward, get_rewards, put_rewards, get_welcomes, put_welcomes], tags=["rewards"]
)
