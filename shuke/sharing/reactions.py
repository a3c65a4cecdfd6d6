"""What sharing does when others announce something: new members take their place in the tree, gifts go out by message."""

from uuid import UUID

from shuke.cards import MemberJoined
from shuke.chat import NewMessage, pair_with, send
from shuke.gifts import GiftGiven
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.people import Shortcut, shows
from shuke.shares import Thing
from shuke.sharing.actions import hang


@on(MemberJoined)
async def hang_member(db: Db, event: MemberJoined) -> None:
    """Whichever way she joined: was she brought by a link within 30 days, it counts."""
    await hang(db, event.merchant_id, event.person_id)


@on(GiftGiven)
async def send_gift(db: Db, event: GiftGiven) -> None:
    """The friend finds the gift in the conversation of the two; one who is a friend no more finds it in her wallet."""
    if event.to_id is None:
        return
    conversation_id = await pair_with(db, event.giver_id, event.to_id)
    thing = Thing("voucher", event.merchant_id, event.gift_id)
    try:
        await send(db, NewMessage(conversation_id, event.giver_id, event.gift_id.hex, "gift", thing=thing))
    except Refusal:
        return


@shows("sharing")
async def _own(db: Db, person_id: UUID) -> list[Shortcut]:
    del db, person_id
    return [Shortcut("share-2", _("What I recommended"), "/me/sharing")]
