"""Whoever looks from a thousand places, for many days, with many accounts, gets no nearer than 300 metres."""

import math
import random
import secrets
from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import pytest

from shuke.around.actions import stand
from shuke.around.queries import steps_to
from shuke.around.spots import displaced, grain_of, middle_of, shaking, square_of
from shuke.around.types import STEPS
from shuke.kit.db import Database
from shuke.kit.geo import Point, metres
from tests import world

pytestmark = [pytest.mark.row("7.7"), pytest.mark.slow]

TOWN = Point(24.94, 60.17)
NORTH = 111_194.93  # metres of a degree
EAST = NORTH * math.cos(math.radians(TOWN.latitude))
PROMISE = 300.0
Table = npt.NDArray[np.float64]


def plane(point: Point) -> tuple[float, float]:
    return (point.longitude - TOWN.longitude) * EAST, (point.latitude - TOWN.latitude) * NORTH


def at(east: float, north: float) -> Point:
    return Point(TOWN.longitude + east / EAST, TOWN.latitude + north / NORTH)


def best(seen_from: Table, steps: Table, middle: Table, side: float, grain: float) -> Table:
    """Of all points of a lattice the mean of those that contradict the fewest looks: where the person must be shown."""
    along = np.arange(-side, side + grain / 2, grain)
    lattice = np.stack(np.meshgrid(middle[0] + along, middle[1] + along), axis=-1).reshape(-1, 2)
    lower = np.select([steps == step for step in STEPS], [0, *STEPS[:-1]], default=STEPS[-1])
    upper = np.where(np.isinf(steps), np.inf, steps)
    wrong = np.zeros(len(lattice))
    for place, low, high in zip(seen_from, lower, upper, strict=True):
        away = np.hypot(lattice[:, 0] - place[0], lattice[:, 1] - place[1])
        wrong += np.clip(low - away, 0, None) + np.clip(away - high, 0, None)
    fit: Table = lattice[wrong <= wrong.min() + 1e-9].mean(axis=0)
    return fit


async def test_a_thousand_places_tell_where_she_is_shown_and_not_where_she_is(database: Database) -> None:
    luck = random.Random(7)
    async with database.write() as db:
        eve = await world.person(db, "Eve")
        where: dict[UUID, tuple[float, float]] = {}
        for _n in range(24):
            target = await world.person(db)
            where[target] = (luck.uniform(-3000, 3000), luck.uniform(-3000, 3000))
            await stand(db, target, middle_of(*square_of(at(*where[target]))))
        seen_from, looks = [], []
        for _n in range(1000):  # without the limit, which would make it take seven weeks
            here = at(luck.uniform(-13_000, 13_000), luck.uniform(-13_000, 13_000))
            looks.append(await steps_to(db, eve, here))
            seen_from.append(plane(here))
    places = np.array(seen_from)
    errors = []
    for target, truth in where.items():
        steps = np.array([look.get(target, math.inf) for look in looks], dtype=float)
        rough = best(places[:200], steps[:200], np.zeros(2), 6000, 150)
        middle = best(places, steps, rough, 450, 30)
        guess = best(places, steps, middle, 60, 5)
        errors.append(math.dist(guess, truth))
    assert min(errors) >= PROMISE, sorted(errors)[:3]
    assert max(errors) < 2700, "the attack works: it finds where she is shown"


def test_no_place_is_shown_within_the_promise() -> None:
    luck = random.Random(8)
    day = date(2026, 11, 22)
    for _n in range(5000):
        point = Point(luck.uniform(-180, 180), luck.uniform(-70, 70))
        secret, viewer = secrets.token_bytes(32), uuid4()
        shown = displaced(secret, point)
        moved = shaking(grain_of(secret), viewer, day)
        shrunk = math.cos(math.radians(shown.latitude))
        seen = Point(shown.longitude + moved[0] / NORTH / shrunk, shown.latitude + moved[1] / NORTH)
        assert metres(seen, point) >= PROMISE


def test_days_accounts_and_her_ways_give_no_better_mean() -> None:
    luck = random.Random(9)
    for _n in range(200):
        home = (luck.uniform(-3000, 3000), luck.uniform(-3000, 3000))
        secret = secrets.token_bytes(32)
        still, walking = [], []
        for n in range(100):  # another day and another account each
            east, north = shaking(grain_of(secret), uuid4(), date(2026, 1, 1) + timedelta(days=n))
            one = plane(displaced(secret, at(*home)))
            still.append((one[0] + east, one[1] + north))
            turn, far = luck.uniform(0, 2 * math.pi), luck.uniform(0, 1000)
            step = (far * math.cos(turn), far * math.sin(turn))
            ways = (step, (-step[0], -step[1]))  # as far to one side as to the other
            walking += [plane(displaced(secret, at(home[0] + way[0], home[1] + way[1]))) for way in ways]
        for looks in (still, walking):
            mean = np.mean(looks, axis=0)
            assert math.dist(mean, home) >= PROMISE
