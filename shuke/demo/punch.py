"""The chain's punch card: the rule is ours, the stamps are the households' own purchases of the year's last days."""

from datetime import datetime

from shuke.demo.chain import CHAIN
from shuke.demo.identity import stable_id
from shuke.demo.journey import ZONE
from shuke.demo.logins import OPERATOR, person_of
from shuke.demo.rules import LoadedTemplate, load_templates
from shuke.kit.db import Db
from shuke.stamps import StampCardDraft, set_card
from shuke.stamps.load import load_stamps

SINCE = datetime(2017, 12, 22, tzinfo=ZONE)
NEEDED, MINIMUM = 15, 10_00
"""No household has filled it by the end of the year: no reward is given out that nobody had."""

REWARD = LoadedTemplate(
    merchant_id=CHAIN,
    template_id=stable_id("punch card", "reward"),
    kind="money_off",
    title="A full punch card",
    terms="For demonstration: the chain of the data had no punch card.",
    zone=ZONE.key,
    value=5_00,
    valid_days=60,
)


async def punch(db: Db) -> None:
    """Open the card, with the stamps that are on it already."""
    await load_templates(db, [REWARD], await person_of(db, OPERATOR))
    await set_card(db, CHAIN, StampCardDraft(REWARD.template_id, NEEDED, MINIMUM))
    await load_stamps(db, CHAIN, SINCE)
