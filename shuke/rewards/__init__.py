"""Rewards: what members may take for their points, and what new members get.

For points it is a voucher each; points and voucher change hands together or not at all.
"""

from shuke.rewards.actions import set_rewards, take_reward
from shuke.rewards.queries import rewards_of
from shuke.rewards.types import Reward, RewardDraft, RewardTaken
from shuke.rewards.welcomes import WelcomeDraft, WelcomeGift, set_welcomes, welcome_gifts

__all__ = [
    "Reward",
    "RewardDraft",
    "RewardTaken",
    "WelcomeDraft",
    "WelcomeGift",
    "rewards_of",
    "set_rewards",
    "set_welcomes",
    "take_reward",
    "welcome_gifts",
]
