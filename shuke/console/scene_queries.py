"""Reads about scenes that join rooms: who became a member by which code, and what a poster says."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.cards import benefits, programme_of
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.kit.i18n import CHINESE, ENGLISH, _, gettext, use_locale
from shuke.merchants import Acting, HungScene
from shuke.posters import Poster
from shuke.rewards import welcome_gifts
from shuke.shell.filters import grouped
from shuke.terms import face_of

COLOUR = "#c8321b"


class Joins(msgspec.Struct, frozen=True):
    """How many cards began at a scene."""

    scene_id: UUID
    joins: int


class JoinRow(msgspec.Struct, frozen=True):
    """Somebody who became a member by a scene."""

    person_id: UUID
    person: str
    number: str
    at: datetime
    left_at: datetime | None


async def joins_of(db: Db, merchant_id: UUID, scenes: Sequence[UUID]) -> dict[UUID, int]:
    """How many cards began at each of these scenes."""
    found = await db.all(
        Joins,
        """
        select scene_id, count(*) as joins from cards.memberships
        where merchant_id = :merchant and scene_id = any(:scenes) group by scene_id
        """,
        merchant=merchant_id,
        scenes=list(scenes),
    )
    counts = {row.scene_id: row.joins for row in found}
    return {scene: counts.get(scene, 0) for scene in scenes}


async def join_rows(db: Db, merchant_id: UUID, scene_id: UUID, before: Cursor | None, most: int = 50) -> list[JoinRow]:
    """Who became a member by a scene, the last first."""
    return await db.all(
        JoinRow,
        """
        select m.person_id, p.name as person, m.number, m.joined_at as at, m.left_at
        from cards.memberships m join people.people p on p.person_id = m.person_id
        where m.merchant_id = :merchant and m.scene_id = :scene
          and (:at::timestamptz is null or (m.joined_at, m.person_id) < (:at, :person::uuid))
        order by m.joined_at desc, m.person_id desc limit :most
        """,
        merchant=merchant_id,
        scene=scene_id,
        at=before.at if before else None,
        person=before.row_id if before else None,
        most=most,
    )


async def poster_maker(db: Db, acting: Acting, address: str) -> "PosterMaker":
    """What all posters of a merchant have in common: its colour and what its card offers, in both languages."""
    programme = await programme_of(db, acting.merchant_id)
    lines: list[str] = []
    for gift in [gift for gift in await welcome_gifts(db, acting.merchant_id) if gift.manner == "welcome"][:2]:
        with use_locale(ENGLISH):
            face = face_of(gift.kind, gift.value, acting.currency).big if gift.value else ""
        lines.append(f"{gift.title} · {face}" if face and face not in gift.title else gift.title)
    if programme is not None:
        for language in (CHINESE, ENGLISH):
            with use_locale(language):
                lines += benefits(programme, acting.currency)[:1]
    return PosterMaker(address, acting.merchant_name, programme.colour if programme else COLOUR, lines)


class PosterMaker(msgspec.Struct, frozen=True):
    """Makes the poster of each scene of one merchant."""

    address: str
    shop: str
    colour: str
    lines: list[str]

    def poster(self, scene: HungScene) -> Poster:
        """The poster of one scene: it opens the scene's page, also typed by hand."""
        call = _("Scan for your member card")
        calls = []
        for language in (CHINESE, ENGLISH):
            with use_locale(language):
                calls.append(gettext(call))
        where = " · ".join(part for part in (scene.store, scene.label) if part)
        typed = f"{self.address.split('://')[-1]}/s/{scene.code}   {grouped(scene.code)}"
        return Poster(f"{self.address}/s/{scene.code}", self.shop, where, calls, self.lines, typed, self.colour)
