"""Run: the cases one after another on a server of their own, the invariants after each; or the invariants of an installation."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from shuke.kit.db import connect
from shuke.proof.cases import CASES, LONG, Case
from shuke.proof.invariants import COUNT, Breach, breaches
from shuke.stage.crew import Crew
from shuke.stage.served import Served, served
from shuke.stage.stage import Stage

CREW = 64
AGAIN_SECONDS = 5.0


class Verdict(msgspec.Struct, frozen=True):
    """The last line: calls made, invariants looked at, claims and invariants that did not hold."""

    calls: int
    invariants: int
    broken: int


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke proof", description=__doc__, epilog=EPILOG)
    parser.add_argument("names", nargs="*", help="only the cases of these names")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, about a minute")
    parser.add_argument("--url", help="a PostgreSQL address: only read, to check the invariants of that installation")
    options = parser.parse_args(arguments)
    if options.url:
        verdict = asyncio.run(_look(options.url))
    else:
        left_out = LONG if options.quick and not options.names else ()
        cases = [case for case in CASES if case not in left_out and (not options.names or _name(case) in options.names)]
        for name in set(options.names) - set(map(_name, cases)):
            parser.error(f"there is no case {name!r}; there are {', '.join(map(_name, CASES))}")
        verdict = _prove(cases, quick=options.quick)
    print(msgspec.json.encode(verdict).decode(), flush=True)
    return 1 if verdict.broken else 0


EPILOG = (
    "The cases write, so they run on a temporary server of their own that is removed afterwards, never on an installation. "
    "With --url nothing is written and no case is run: the invariants of the installation's database are checked as it is."
)


def _prove(cases: Sequence[Case], *, quick: bool) -> Verdict:
    folder = Path(tempfile.mkdtemp(prefix="shuke-proof-"))
    try:
        with served(folder) as server, _crew(server) as crew:
            verdict = Verdict(0, 0, 0)
            known: set[str] = set()
            for case in cases:
                done = asyncio.run(_case(case, Stage(server, crew, server.postgres().url, quick=quick), known))
                verdict = Verdict(*(mine + more for mine, more in zip(_parts(verdict), _parts(done), strict=True)))
            return verdict
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _crew(server: Served) -> Crew:
    return Crew(CREW, server.port, server.postgres().url, ["shuke.proof.cases"])


async def _case(case: Case, stage: Stage, known: set[str]) -> Verdict:
    """One case and what it broke; places that were broken before it are `known`."""
    begun = time.monotonic()
    await case(stage)
    found = await _once_quiet(stage)
    if found:  # a job that comes round announces something new between the quiet and the look: what is broken twice is broken
        found = [_both(breach, found) for breach in await _once_quiet(stage)]
        found = [breach for breach in found if breach.places]
    broken = [*stage.broken, *(_told(breach) for breach in found if not known.issuperset(breach.places))]
    known |= {place for breach in found for place in breach.places}
    state = "broken" if broken else "holds"
    print(f"{state:6}  {_name(case):28} {stage.calls:6} calls {time.monotonic() - begun:6.1f} s", flush=True)
    for line in broken[:20]:
        print(f"        {line}", flush=True)
    return Verdict(stage.calls, COUNT, len(broken))


async def _once_quiet(stage: Stage) -> list[Breach]:
    """What is broken once every event is delivered."""
    await stage.quiet()
    async with stage.database() as database, database.read() as db:
        return await breaches(db, settled=0)


async def _look(url: str) -> Verdict:
    database = await connect(url, size=1)
    try:
        async with database.read() as db:
            found = await breaches(db)
        if found:  # which may be on its way to being whole: what is broken twice is broken
            await asyncio.sleep(AGAIN_SECONDS)
            async with database.read() as db:
                found = [_both(breach, found) for breach in await breaches(db)]
        found = [breach for breach in found if breach.places]
    finally:
        await database.close()
    for breach in found:
        print(_told(breach), file=sys.stderr)
    return Verdict(0, COUNT, len(found))


def _both(breach: Breach, before: Sequence[Breach]) -> Breach:
    """The places where it was broken before, too."""
    then = {place for one in before if one.name == breach.name for place in one.places}
    return msgspec.structs.replace(breach, places=[place for place in breach.places if place in then])


def _told(breach: Breach) -> str:
    return "\n          ".join((f"{breach.name}: {breach.says}", *breach.places))


def _name(case: Case) -> str:
    return getattr(case, "__name__", "")


def _parts(verdict: Verdict) -> tuple[int, int, int]:
    return verdict.calls, verdict.invariants, verdict.broken
