"""Rewards: what members may take for their points, a voucher each; points and voucher change hands together or not at all."""

from shuke.rewards.actions import set_rewards, take_reward
from shuke.rewards.queries import rewards_of
from shuke.rewards.types import Reward, RewardDraft, RewardTaken

__all__ = ["Reward", "RewardDraft", "RewardTaken", "rewards_of", "set_rewards", "take_reward"]
