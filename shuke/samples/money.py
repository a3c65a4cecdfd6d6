"""What makes a shop's money flow: top-ups with an offer, the platform's part, a city agent who earns."""

from uuid import UUID

from shuke.agreements import AgreementDraft, PartyDraft, TermsDraft, agree, create_party, link_person, set_terms
from shuke.kit.db import Db
from shuke.merchants import Acting, merchant_card
from shuke.storedvalue import OfferDraft, RulesDraft, add_offer, set_rules

PLATFORM_PART, STORED_PART, AGENT_PART = 500, 100, 150
"""Basis points of what is used, of what is paid from cards, and of what is used again."""

TOP_UPS = (OfferDraft(20_00, 1_00), OfferDraft(50_00, 5_00))


async def let_money_flow(db: Db, merchant_id: UUID, operator: UUID, owner: UUID, agent: str) -> None:
    """Terms, an agent (a contact of somebody with an account) and top-ups at a shop that has none of them."""
    card = await merchant_card(db, merchant_id)
    assert card is not None
    acting = Acting(owner, merchant_id, card.tag, card.name, card.currency, "owner", None)
    await set_rules(db, acting, RulesDraft(open=True, free_amounts=True, smallest=5_00, largest=200_00, most=300_00))
    for offer in TOP_UPS:
        await add_offer(db, acting, offer)
    await set_terms(db, operator, merchant_id, TermsDraft(PLATFORM_PART, STORED_PART))
    party = await create_party(db, operator, PartyDraft("Demo city agent of Helsinki", ["Helsinki"]))
    await link_person(db, operator, party.party_id, agent)
    await agree(db, operator, AgreementDraft(merchant_id, party.party_id, "agent", AGENT_PART))
