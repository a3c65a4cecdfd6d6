"""Writes of the profiles room: one's own page, and taking a card that somebody shows on hers."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.album import drop, keep
from shuke.friends import face_of, own_face, relation, set_face
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.moderation import Thing as Read
from shuke.moderation import check_words
from shuke.profiles.queries import cards_seen, may_see, own_profile, wishes_of
from shuke.profiles.types import FOOD_LENGTH, MOST_FOODS, CardLink, Draft, Own
from shuke.shares import Thing, link
from shuke.visits import set_audience


async def save(db: Db, person_id: UUID, draft: Draft) -> Own:
    """Replace one's own page. Refusals: words_refused, not_found (a photo that is not one's own)."""
    foods = named(draft.foods)
    said = "\n".join([draft.about, *foods])
    before = await own_face(db, person_id)
    if draft.photo_id is not None and draft.photo_id != before.photo_id:
        await keep(db, person_id, [draft.photo_id], person_id)
    await check_words(db, person_id, said, "face", Read("face", person_id, person_id))
    await set_face(db, person_id, draft.about, draft.photo_id)
    if before.photo_id is not None and before.photo_id != draft.photo_id:
        await drop(db, person_id, [before.photo_id], person_id)
    await set_audience(db, person_id, draft.places_for)
    await db.run(
        """
        insert into profiles.profiles (person_id, foods, foods_for, cards_for, badges_for, updated_at)
        values (:person, :foods, :foods_for, :cards_for, :badges_for, :now)
        on conflict (person_id) do update set foods = excluded.foods, foods_for = excluded.foods_for, cards_for = excluded.cards_for,
          badges_for = excluded.badges_for, updated_at = excluded.updated_at
        """,
        person=person_id,
        foods=foods,
        foods_for=draft.foods_for,
        cards_for=draft.cards_for,
        badges_for=draft.badges_for,
        now=clock.now(),
    )
    return await own_profile(db, person_id)


def named(foods: Sequence[str]) -> list[str]:
    """A dozen short names at most, each once."""
    plain = [" ".join("".join(letter if letter.isprintable() else " " for letter in food[:200]).split()) for food in foods]
    return list(dict.fromkeys(food[:FOOD_LENGTH] for food in plain if food))[:MOST_FOODS]


async def take_card(db: Db, viewer_id: UUID, person_id: UUID, merchant_id: UUID) -> CardLink:
    """The link of a person who shows this card: who takes it by that is her branch. Refusals: not_found (also for a card that the
    viewer may not see), yourself is not refused: one may pass on one's own."""
    await face_of(db, viewer_id, person_id)
    wishes = await wishes_of(db, person_id)
    if not may_see(wishes.cards_for, await relation(db, viewer_id, person_id)):
        raise NotFound
    if not any(card.merchant_id == merchant_id and card.open for card in await cards_seen(db, viewer_id, person_id)):
        raise NotFound
    share = await link(db, person_id, Thing("card", merchant_id, merchant_id), "profile")
    return CardLink(share.code, share.path)


async def set_picture(db: Db, person_id: UUID, photo_id: UUID | None) -> None:
    """Another picture, all else as it was. Refusal: not_found."""
    mine = await own_profile(db, person_id)
    fields = {name: getattr(mine, name) for name in Draft.__struct_fields__}
    await save(db, person_id, msgspec.convert({**fields, "photo_id": photo_id}, Draft))
