"""Writes of the rewards room."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import balance_of, spend
from shuke.rewards.queries import rewards_of
from shuke.rewards.types import Reward, RewardDraft, RewardTaken
from shuke.vouchers import IssueCall, issue


async def set_rewards(db: Db, merchant_id: UUID, wanted: Sequence[RewardDraft]) -> list[Reward]:
    """What members may take from now on. Refusals: reward_twice, not_found (a template of somebody else)."""
    if len({draft.template_id for draft in wanted}) < len(wanted):
        raise Refusal("reward_twice", _("Every voucher can be there for points once."))
    await db.run("delete from rewards.rewards where merchant_id = :merchant", merchant=merchant_id)
    written = await db.run(
        """
        insert into rewards.rewards (merchant_id, template_id, points)
        select t.merchant_id, t.template_id, w.points from unnest(:templates::uuid[], :points::int[]) as w(template_id, points)
        join vouchers.templates t on t.merchant_id = :merchant and t.template_id = w.template_id
        """,
        templates=[draft.template_id for draft in wanted],
        points=[draft.points for draft in wanted],
        merchant=merchant_id,
    )
    if written < len(wanted):
        raise NotFound
    return await rewards_of(db, merchant_id)


async def take_reward(db: Db, person_id: UUID, merchant_id: UUID, template_id: UUID) -> RewardTaken:
    """A voucher for points. Refusals: no_such_reward, not_enough_points, and those of issuing: out_of_stock, limit_reached..."""
    offered = {reward.template_id: reward for reward in await rewards_of(db, merchant_id)}
    reward = offered.get(template_id)
    if reward is None:
        raise NotFound("no_such_reward", _("This shop does not offer this for points at the moment."))
    await spend(db, merchant_id, person_id, reward.points, "reward", template_id)
    [issued] = await issue(db, [IssueCall(merchant_id, template_id, person_id, "claim")])
    if isinstance(issued, Refusal):
        raise issued
    left = await balance_of(db, merchant_id, person_id)
    return RewardTaken(merchant_id, template_id, issued.voucher_id, issued.code, reward.points, left.active, issued.ends_at)
