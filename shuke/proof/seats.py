"""Seats: 64 at once for the last place of a meetup; who leaves makes room for who waits longest, whoever comes meanwhile."""

from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.meetups import NewMeetup, propose
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally

MANY = 64


async def last_seat(at: Stage) -> None:
    """A meetup for two: one of 64 gets in, the others wait in order; then half of them leave while the one leaves and others come."""
    async with at.database() as database, database.write() as db:
        host, *guests = await ground.guests(db, MANY + 1)
        late = await ground.guests(db, 8)
        starts = clock.now() + timedelta(days=2)
        new = NewMeetup(
            kind="outing",
            title="Last seat",
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            capacity=2,
            audience="everyone",
            spot="Gate",
        )
        meetup = await propose(db, host.person_id, new)
    path = f"/api/v1/meetups/{meetup.meetup_id}/places"
    comes = {guest.person_id: Call("POST", path, guest.token, {}, "come") for guest in [*guests, *late]}
    answers = at.count(at.crew.send([Errand((comes[guest.person_id],)) for guest in guests]))
    at.claim(tally(answers) == {"201": MANY}, f"the last seat: {dict(tally(answers))}")
    said = [str(answer.body.get("standing")) for answer in answers]
    at.claim(said.count("in") == 1, f"{said.count('in')} have the last seat")
    line = await _line(at, meetup.meetup_id)
    at.claim(len(line) == MANY, "everybody has a place or a number")
    leaving, staying = {line[0], *line[2::2]}, [one for one in line[1:] if one not in set(line[2::2])]
    goes = [Errand((Call("DELETE", path, guest.token, {}, "go"),)) for guest in guests if guest.person_id in leaving]
    at.count(at.crew.send([*goes, *(Errand((comes[guest.person_id],)) for guest in late)]))
    after = await _line(at, meetup.meetup_id)
    at.claim(after[: len(staying)] == staying, "who waits longest moved up, the others stay in order")
    at.claim(len(after) == len(staying) + len(late), "who came meanwhile waits behind them")


async def _line(at: Stage, meetup_id: UUID) -> list[UUID]:
    """Who is in but the host, then who waits, by number."""
    async with at.database() as database, database.read() as db:
        return await db.values(
            UUID,
            """
            select person_id from meetups.guests where meetup_id = :meetup and number > 0 and standing in ('in', 'waiting')
            order by standing = 'waiting', number
            """,
            meetup=meetup_id,
        )
