"""Reviews: proved by a visit, one for each person and place, changed after another visit, taken back with it; score with a prior."""

import asyncio
import csv
import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.ids import uuid7
from shuke.kit.refusals import Refusal
from shuke.moderation import MODERATED
from shuke.people import PersonErased
from shuke.places import follow, place_of
from shuke.reviews import (
    Chosen,
    NewReview,
    Review,
    ReviewDraft,
    change,
    own_review,
    rating_of,
    remove,
    reply,
    reviews_of_place,
    write,
)
from shuke.reviews.queries import replies_of, versions_of
from shuke.reviews.reactions import forget, take_back
from shuke.reviews.scores import LEAST, NEUTRAL, SAMPLE, WEIGHT, price_of, score_of
from shuke.reviews.types import MENDED_FOR, PROVED_FOR
from shuke.visits import VisitUndone
from shuke.visits.actions import Seen, note
from shuke.visits.actions import take_back as undo_visit
from tests import world
from tests.world import Shop

SAMPLES = Path(os.environ.get("SHUKE_SAMPLES", "../shared/data/asap-samples"))


async def visited(db: Db, shop: Shop, person_id: UUID, at: datetime | None = None) -> UUID:
    """Somebody was at the shop; what proves it."""
    reference = uuid7()
    await note(db, "purchase", [Seen(shop.merchant_id, shop.store_id, person_id, reference, at or clock.now())])
    return reference


def said(shop: Shop, overall: int = 4, text: str = "Good rye bread.") -> NewReview:
    """A review of the bakery."""
    return NewReview(shop.store_id, overall, "none", {"taste": overall}, text)


async def guest(db: Db, shop: Shop, name: str = "Mia") -> UUID:
    """Somebody with an old account who was there."""
    with clock.at(clock.now() - timedelta(days=30)):
        person_id = await world.person(db, name)
    await visited(db, shop, person_id)
    return person_id


async def rated(db: Db, shop: Shop, *stars: int) -> list[Review]:
    """Reviews by as many guests."""
    return [await write(db, await guest(db, shop), said(shop, given)) for given in stars]


def samples() -> list[tuple[str, int]]:
    """Texts and stars of real reviews."""
    texts = []
    for file in sorted(SAMPLES.glob("*.csv")):
        with file.open(encoding="utf-8-sig") as opened:
            texts += [(row["reviewbody"], int(float(row["star"]))) for row in csv.DictReader(opened)]
    return texts


@pytest.mark.row("8.3")
async def test_only_who_was_there_in_the_last_sixty_days_reviews(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.person(db)
        with pytest.raises(Refusal, match="no_visit"):
            await write(db, mia, said(shop))
        await visited(db, shop, mia, clock.now() - timedelta(days=61))
        with pytest.raises(Refusal, match="no_visit"):
            await write(db, mia, said(shop))
        await visited(db, shop, mia, clock.now() - timedelta(days=59))
        review = await write(db, mia, said(shop))
        assert (review.overall, review.visit_kind, review.number, review.standing) == (4, "purchase", 1, True)
        assert await db.values(str, "select name from kit.events where name like 'reviews.%'") == ["reviews.ReviewPublished"]


@pytest.mark.row("8.3")
async def test_who_works_there_does_not_review(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        cashier = await world.staff(db, shop)
        await visited(db, shop, cashier.person_id)
        with pytest.raises(Refusal, match="own_work"):
            await write(db, cashier.person_id, said(shop))
        with pytest.raises(Refusal, match="aspect_unknown"):
            await write(db, await guest(db, shop), NewReview(shop.store_id, 5, "none", {"music": 5}))


@pytest.mark.row("8.3")
@pytest.mark.race
async def test_two_reviews_at_once_are_one(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await guest(db, shop)

    async def one(stars: int) -> Review:
        async with database.write() as db:
            return await write(db, mia, said(shop, stars))

    outcomes = await asyncio.gather(*[one(stars) for stars in (1, 2, 3, 4, 5)], return_exceptions=True)
    assert len([outcome for outcome in outcomes if isinstance(outcome, Review)]) == 1
    assert {outcome.name for outcome in outcomes if isinstance(outcome, Refusal)} == {"already_reviewed"}
    async with database.read() as db:
        rating = await rating_of(db, shop.store_id)
        assert rating is not None
        assert rating.count == 1
        assert await db.value(int, "select count(*) from reviews.own") == 1


@pytest.mark.row("8.3")
@pytest.mark.race
async def test_a_review_and_the_undoing_of_its_visit_at_once(database: Database) -> None:
    """Whichever is first: in the end there is no review that stands on nothing."""
    for _turn in range(6):
        async with database.write() as db:
            shop = await world.shop(db)
            mia = await guest(db, shop)
            reference = await db.value(UUID, "select reference from visits.visits where person_id = :person", person=mia)
            visit = await db.value(UUID, "select visit_id from visits.visits where person_id = :person", person=mia)
        assert reference is not None
        assert visit is not None

        async def tell(mia: UUID = mia, shop: Shop = shop) -> None:
            async with database.write() as db:
                await write(db, mia, said(shop))

        async def undo(mia: UUID = mia, reference: UUID = reference) -> None:
            async with database.write() as db:
                await undo_visit(db, "purchase", [mia], [reference])

        await asyncio.gather(tell(), undo(), return_exceptions=True)
        async with database.write() as db:  # what the announced event does once it is delivered
            await take_back(db, VisitUndone(mia, visit, shop.store_id))
            rating = await rating_of(db, shop.store_id)
            assert rating is None or rating.count == 0
            assert (await reviews_of_place(db, None, shop.store_id, Chosen())).reviews == []


@pytest.mark.row("8.3")
async def test_a_review_is_taken_back_with_its_visit_unless_another_stands(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.person(db)
        earlier = await visited(db, shop, mia, clock.now() - timedelta(days=5))
        later = await visited(db, shop, mia)
        review = await write(db, mia, said(shop))
    for reference, stands in ((later, True), (earlier, False)):
        async with database.write() as db:
            visit = await db.value(UUID, "select visit_id from reviews.reviews")
            assert visit is not None
            await undo_visit(db, "purchase", [mia], [reference])
            assert await db.value(int, "select count(*) from kit.events where name = 'visits.VisitUndone'") == (
                1 if stands else 2
            )
            await take_back(db, VisitUndone(mia, visit, shop.store_id))
            assert (await own_review(db, mia, review.review_id)).standing is stands
            assert len((await reviews_of_place(db, None, shop.store_id, Chosen())).reviews) == stands
    async with database.write() as db:  # she comes again
        await visited(db, shop, mia, clock.now() + timedelta(hours=3))
        with clock.at(clock.now() + timedelta(hours=4)):
            again = await change(db, mia, review.review_id, ReviewDraft(5, "none"))
        assert (again.standing, again.number) == (True, 2)


@pytest.mark.row("8.3")
async def test_a_later_visit_lets_her_change_it_and_the_past_is_kept(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await guest(db, shop)
        review = await write(db, mia, said(shop))
        await change(db, mia, review.review_id, ReviewDraft(3, "voucher", text="A typo mended."))
        with clock.at(clock.now() + timedelta(days=3)):
            with pytest.raises(Refusal, match="no_later_visit"):
                await change(db, mia, review.review_id, ReviewDraft(1, "none"))
            await visited(db, shop, mia)
            changed = await change(db, mia, review.review_id, ReviewDraft(2, "none", text="Not as it was."))
        assert (changed.overall, changed.number, changed.incentive) == (2, 3, "none")
        assert [(one.number, one.overall, one.text) for one in await versions_of(db, changed)] == [
            (2, 3, "A typo mended."),
            (1, 4, "Good rye bread."),
        ]
        rating = await rating_of(db, shop.store_id)
        assert rating is not None
        assert (rating.count, rating.stars) == (1, {"overall": {"2": 1}})


@pytest.mark.row("8.3")
async def test_what_was_taken_away_is_written_again_after_another_visit(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await guest(db, shop)
        review = await write(db, mia, said(shop))
        await remove(db, mia, review.review_id)
        assert await db.value(str, "select text from reviews.reviews") == ""
        with pytest.raises(Refusal, match="no_later_visit"):
            await write(db, mia, said(shop))
        with clock.at(clock.now() + timedelta(hours=5)):
            await visited(db, shop, mia)
            again = await write(db, mia, said(shop, 1, "Stale."))
        assert (again.text, again.standing) == ("Stale.", True)
        assert await versions_of(db, again) == []


@pytest.mark.row("8.3")
def test_one_five_star_review_does_not_lead() -> None:
    assert score_of(0, 0, NEUTRAL) == 0
    assert score_of(1, 5, NEUTRAL) < score_of(30, 30 * 4, NEUTRAL)
    assert score_of(1, 5, 4.2) == round((WEIGHT * 4.2 + 5) / (WEIGHT + 1), 2)
    assert score_of(500, 500 * 5, NEUTRAL) > 4.9


@pytest.mark.row("8.3")
async def test_the_prior_is_what_the_like_in_the_city_have(database: Database) -> None:
    async with database.write() as db:
        many, one = await world.shop(db), await world.shop(db, "New Bakery")
        await rated(db, many, *[4] * 20)
        await rated(db, one, 5)
        old, new = await rating_of(db, many.store_id), await rating_of(db, one.store_id)
        assert old is not None
        assert new is not None
        assert new.score == round((WEIGHT * 4 + 5) / (WEIGHT + 1), 2)
        assert (old.count, old.mean, old.given("taste", 4)) == (20, 4.0, 20)


@pytest.mark.row("8.3")
async def test_what_does_not_stand_does_not_count(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        first, second, third, _fourth = await rated(db, shop, 5, 5, 5, 1)
        await MODERATED["review"].hide(db, first.person_id, first.review_id, hidden=True)
        await forget(db, PersonErased(second.person_id))
        await db.run(  # whoever came to work there later
            """
            insert into merchants.staff (merchant_id, person_id, role, added_by, added_at)
            values (:merchant, :person, 'cashier', :person, :now)
            """,
            merchant=shop.merchant_id,
            person=third.person_id,
            now=clock.now(),
        )
        await MODERATED["review"].hide(db, first.person_id, first.review_id, hidden=True)
        rating = await rating_of(db, shop.store_id)
        assert rating is not None
        assert (rating.count, rating.total) == (1, 1)
        await MODERATED["review"].hide(db, first.person_id, first.review_id, hidden=False)
        assert len((await reviews_of_place(db, None, shop.store_id, Chosen())).reviews) == 3


@pytest.mark.row("8.3")
async def test_friends_come_first_then_the_newest_page_by_page(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        made = await rated(db, shop, *[3] * 25)
        mia, friend, hidden = await world.person(db), made[2].person_id, made[24].person_id
        for one, other in ((mia, friend), (friend, mia)):
            await db.run(
                "insert into friends.friends (person_id, friend_id, since) values (:one, :other, :now)",
                one=one,
                other=other,
                now=clock.now(),
            )
        await db.run(
            "insert into friends.hidden (person_id, other_id, mine, theirs, at) values (:one, :other, false, true, :now)",
            one=mia,
            other=hidden,
            now=clock.now(),
        )
        pages, cursor = [], None
        while True:
            page = await reviews_of_place(db, mia, shop.store_id, Chosen(cursor=cursor))
            pages += page.reviews
            cursor = page.next
            if cursor is None:
                break
        wanted = [made[2], *[one for one in reversed(made) if one.person_id not in (friend, hidden)]]
        assert [one.review_id for one in pages] == [one.review_id for one in wanted]
        filtered = await reviews_of_place(db, None, shop.store_id, Chosen("taste", 5))
        assert filtered.reviews == []


@pytest.mark.row("8.3")
async def test_the_merchant_replies_once_and_a_change_is_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUKE_DEV", "1")  # letters are written, not sent
    async with database.write() as db:
        shop = await world.shop(db)
        other = await world.shop(db, "Other")
        (review,) = await rated(db, shop, 2)
        with pytest.raises(Refusal, match="not_found"):
            await reply(db, other.merchant_id, other.owner_id, review.review_id, "Not ours")
        await reply(db, shop.merchant_id, shop.owner_id, review.review_id, "We are sorry.")
        changed = await reply(db, shop.merchant_id, shop.owner_id, review.review_id, "Come again, coffee is on us.")
        assert (changed.reply, changed.reply_number) == ("Come again, coffee is on us.", 2)
        assert [one.text for one in await replies_of(db, changed)] == ["Come again, coffee is on us.", "We are sorry."]
    await drain(database)
    async with database.read() as db:
        assert await db.values(str, "select subject from kit.letters") == ["Kaisla Bakery has replied to your review."]


@pytest.mark.row("8.3")
@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample reviews are not here")
async def test_real_texts_are_kept_as_they_are(database: Database) -> None:
    texts = samples()
    async with database.write() as db:
        shop = await world.shop(db)
        for text, stars in texts[:120]:
            review = await write(db, await guest(db, shop), said(shop, stars, text[:4000]))
            assert review.text == text[:4000].strip()


@pytest.mark.row("8.3")
def test_how_the_score_is_made_is_told() -> None:
    told = (Path(__file__).parents[2] / "docs/reviews.md").read_text("utf-8")
    assert f"({WEIGHT} x prior + sum of stars) / ({WEIGHT} + number of reviews)" in told
    for number in (LEAST, f"{SAMPLE:,}", NEUTRAL, PROVED_FOR.days, int(MENDED_FOR.total_seconds()) // 3600):
        assert f"**{number}**" in told, number
    assert score_of(1, 5, NEUTRAL) == 3.67


@pytest.mark.row("8.1")
@pytest.mark.row("8.3")
async def test_guests_say_how_dear_a_place_is(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        await db.run(
            "update merchants.stores set longitude = 24.94, latitude = 60.17 where store_id = :store", store=shop.store_id
        )
        await follow(db, [shop.merchant_id])
        for level in (1, 2, 2, 4):
            await write(db, await guest(db, shop), NewReview(shop.store_id, 4, "none", {"price": level}))
        found = await place_of(db, shop.store_id)
        rating = await rating_of(db, shop.store_id)
        assert found is not None
        assert rating is not None
        assert (found.price, rating.given("price", 2), rating.given("price", 4)) == (2, 2, 1)
        with pytest.raises(Refusal, match="aspect_unknown"):
            await write(db, await guest(db, shop), NewReview(shop.store_id, 4, "none", {"price": 5}))
    assert price_of({}) is None
    assert price_of({"1": 1, "4": 1}) == 1
