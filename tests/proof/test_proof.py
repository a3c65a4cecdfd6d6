"""The proof as anybody runs it: every case holds, the last line says so; what it is asked in the wrong way it refuses."""

import subprocess
import sys

import msgspec
import pytest

from shuke.kit.db import connect
from shuke.proof.run import Verdict, main

pytestmark = [pytest.mark.proof, pytest.mark.row("11.3")]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shuke", "proof", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.row("3.4")
@pytest.mark.row("11.2")
@pytest.mark.row("11.6")
def test_every_case_holds() -> None:
    done = _run("--quick")
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = msgspec.json.decode(done.stdout.splitlines()[-1], type=Verdict)
    assert verdict.broken == 0
    assert verdict.calls > 1000
    assert verdict.invariants > 100


async def test_an_installation_is_only_read(own_db_url: str) -> None:
    done = _run("--url", own_db_url)
    assert done.returncode == 0, done.stderr
    assert msgspec.json.decode(done.stdout, type=Verdict).calls == 0
    database = await connect(own_db_url, size=1)
    async with database.write() as db:
        await db.run(
            "insert into people.people (name, created_at, erased_at) values ('', now(), now() - interval '1 day')",
        )
        await db.run(
            "insert into cards.wallet_cards (person_id, merchant_id, joined_at) select person_id, person_id, now() from people.people"
        )
    await database.close()
    broken = _run("--url", own_db_url)
    assert broken.returncode == 1
    assert "erased_hold_nothing" in broken.stderr
    assert msgspec.json.decode(broken.stdout, type=Verdict).broken == 2


def test_an_unknown_case_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["dance"])
    assert refused.value.code == 2
    assert "one_code" in capsys.readouterr().err
