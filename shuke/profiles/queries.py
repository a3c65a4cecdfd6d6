"""Reads of the profiles room: a person as a viewer may see her."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shuke.album import address
from shuke.friends import Audience, Relation, about, face_of, own_face, relation
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.places import places_of
from shuke.profiles.types import Badge, Own, Shown, ShownCard, ShownPlace, Was, Wishes
from shuke.visits import audience_of

LATER = timedelta(hours=3)  # a visit is shown so long afterwards
LATELY = timedelta(days=180)
MOST_PLACES = 12
MOST_CARDS = 30
MOST_REGULAR = 6


async def shown_to(db: Db, viewer_id: UUID | None, person_id: UUID) -> Shown:
    """The page of a person. Refusal: not_found, also where either blocked the other."""
    face = await face_of(db, viewer_id, person_id)
    stands = await relation(db, viewer_id, person_id) if viewer_id is not None else None
    own = viewer_id == person_id
    looks = await own_face(db, person_id)
    wishes = await wishes_of(db, person_id)
    picture = address(person_id, looks.photo_id) if looks.photo_id and (own or not looks.hidden) else None
    return Shown(
        face,
        picture,
        await about(db, person_id, own=own),
        stands,
        wishes.foods if may_see(wishes.foods_for, stands) and (own or not looks.hidden) else None,
        await places_seen(db, person_id) if may_see(await audience_of(db, person_id), stands) else None,
        await cards_seen(db, viewer_id, person_id) if may_see(wishes.cards_for, stands) else None,
        await badges_of(db, person_id, shops=may_see(wishes.cards_for, stands)) if may_see(wishes.badges_for, stands) else None,
    )


def may_see(audience: Audience, stands: Relation | None) -> bool:
    """Whether somebody who stands so with a person is among those who may see something of her; None: not signed in."""
    if audience == "everyone":
        return True
    standing = stands.standing if stands else "none"
    return standing == "self" or (audience == "friends" and standing == "friends")


async def wishes_of(db: Db, person_id: UUID) -> Wishes:
    """What she wrote and chose; who chose nothing shows all of it to friends alone."""
    found = await db.one(
        Wishes,
        "select foods, foods_for, cards_for, badges_for from profiles.profiles where person_id = :person",
        person=person_id,
    )
    return found or Wishes()


async def own_profile(db: Db, person_id: UUID) -> Own:
    """One's own, to be changed."""
    looks, wishes = await own_face(db, person_id), await wishes_of(db, person_id)
    return Own(
        looks.photo_id,
        looks.about,
        wishes.foods,
        wishes.foods_for,
        await audience_of(db, person_id),
        wishes.cards_for,
        wishes.badges_for,
        looks.hidden,
    )


async def places_seen(db: Db, person_id: UUID) -> list[ShownPlace]:
    """Where she was lately, each place once, the last first; not what was only just now."""
    last = await db.all(
        Was,
        """
        select place_id, max(at) as at from visits.visits
        where person_id = :person and undone_at is null and at between :since and :until
        group by place_id order by max(at) desc, place_id limit :most
        """,
        person=person_id,
        since=clock.now() - LATELY,
        until=clock.now() - LATER,
        most=MOST_PLACES,
    )
    known = await places_of(db, [was.place_id for was in last])
    return [
        ShownPlace(place.place_id, place.name, place.category, place.city, was.at.astimezone(ZoneInfo(place.zone)).date())
        for was in last
        if (place := known.get(was.place_id)) is not None
    ]


async def cards_seen(db: Db, viewer_id: UUID | None, person_id: UUID) -> list[ShownCard]:
    """The cards she holds, the newest first."""
    return await db.all(
        ShownCard,
        """
        select w.merchant_id, m.name, coalesce(p.colour, '') as colour, coalesce(p.open, false) as open,
          exists (select from cards.wallet_cards v where v.person_id = :viewer::uuid and v.merchant_id = w.merchant_id) as mine
        from cards.wallet_cards w
        join merchants.merchants m on m.merchant_id = w.merchant_id and m.status = 'approved'
        left join cards.programmes p on p.merchant_id = w.merchant_id
        where w.person_id = :person order by w.joined_at desc, w.merchant_id limit :most
        """,
        viewer=viewer_id,
        person=person_id,
        most=MOST_CARDS,
    )


async def badges_of(db: Db, person_id: UUID, *, shops: bool) -> list[Badge]:
    """What she earned; where her cards are not shown, the shops where she is a regular are not either."""
    return await db.all(
        Badge,
        """
        (select 'member' as kind, '' as name, to_char(created_at, 'YYYY') as value from people.people where person_id = :person)
        union all
        (select 'reviews', '', count(*)::text from reviews.reviews
          where person_id = :person and hidden_at is null and taken_back_at is null and removed_at is null having count(*) > 0)
        union all
        (select 'regular', m.name, t.name from cards.wallet_cards w
          join cards.memberships c on c.merchant_id = w.merchant_id and c.person_id = w.person_id and c.left_at is null and c.tier > 0
          join cards.tiers t on t.merchant_id = c.merchant_id and t.position = c.tier
          join merchants.merchants m on m.merchant_id = c.merchant_id and m.status = 'approved'
          where w.person_id = :person and :shops::boolean order by c.tier desc, w.joined_at limit :most)
        """,
        person=person_id,
        shops=shops,
        most=MOST_REGULAR,
    )
