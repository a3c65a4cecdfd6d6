"""The command line as its users have it: serving from nothing, kills and recovery, backup and restore."""

import os
import re
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shuke.kit import embedded_postgres
from shuke.stage.served import SHUKE, Served, command_of, plain_environment, until
from shuke.stage.served import served as installation

pytestmark = pytest.mark.proof


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with installation(tmp_path) as server:
        yield server


def _gone(pid: int) -> bool:
    return not command_of(pid)  # a zombie has none either


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SHUKE, *arguments], capture_output=True, text=True, check=False, env=plain_environment(), timeout=600
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_serves_from_nothing_and_mends_what_is_killed(served: Served) -> None:
    key = served.data / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32

    webs, works = served.children("web"), served.children("work")
    assert (len(webs), len(works)) == (2, 1)
    for pid in (webs[0], works[0]):
        os.kill(pid, signal.SIGKILL)
    assert served.answers()  # the other worker has the same socket
    until(lambda: len(served.children("web")) == 2 and len(served.children("work")) == 1, seconds=120)
    assert webs[0] not in served.children("web")

    killed = served.postgres().pid
    os.kill(killed, signal.SIGKILL)
    until(lambda: (again := embedded_postgres.find(served.data / "postgres")) is not None and again.pid != killed, seconds=120)
    until(served.answers, seconds=120)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_children_end_with_a_killed_supervisor_and_the_next_one_adopts_postgres(served: Served) -> None:
    postgres = served.postgres().pid
    children = [*served.children("web"), *served.children("work")]
    assert len(children) == 3
    served.supervisor.kill()
    served.supervisor.wait()
    until(lambda: all(_gone(pid) for pid in children), seconds=120)
    served.start()
    assert served.postgres().pid == postgres


def test_stops_everything_in_order(served: Served) -> None:
    postgres = served.postgres()
    served.supervisor.send_signal(signal.SIGINT)
    assert served.supervisor.wait(120) == 0
    assert not embedded_postgres.alive(postgres)
    assert not served.answers()
    assert "Stopped" in served.log.read_text()
    assert "database system is shut down" in (served.data / "postgres" / "server.log").read_text()


def test_a_second_server_on_the_same_installation_is_refused(served: Served) -> None:
    second = run("serve", "--port", "0", "--data", str(served.data))
    assert second.returncode == 2
    assert "runs on" in second.stderr


def test_backup_while_running_and_restore_into_an_empty_installation(served: Served, tmp_path: Path) -> None:
    url = served.postgres().url
    embedded_postgres.run_program(
        "psql", "-Xqc", "create table public.kept as select generate_series(1, 1000) as n", f"--dbname={url}"
    )
    archive, elsewhere = tmp_path / "shuke.backup", tmp_path / "elsewhere"

    written = run("backup", str(archive), "--data", str(served.data))
    assert written.returncode == 0, written.stderr
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".backup-*"))

    over = run("restore", str(archive), "--data", str(served.data))
    assert (over.returncode, "stop it" in over.stderr) == (2, True)

    restored = run("restore", str(archive), "--data", str(elsewhere))
    assert restored.returncode == 0, restored.stderr
    assert (elsewhere / "secret.key").read_bytes() == (served.data / "secret.key").read_bytes()
    copy = embedded_postgres.start(elsewhere / "postgres")
    try:
        out = tmp_path / "counted"
        with out.open("wb") as file:
            embedded_postgres.run_program("psql", "-XAtc", "select count(*) from kept", f"--dbname={copy.url}", stdout=file)
        assert out.read_text().strip() == "1000"
        twice = run("restore", str(archive), "--data", str(elsewhere))
        assert (twice.returncode, "not empty" in twice.stderr) == (2, True)
    finally:
        embedded_postgres.stop(copy)


def test_serves_on_a_postgresql_of_the_operators_own(tmp_path: Path, empty_db_url: str) -> None:
    server = Served(tmp_path, SHUKE_DATABASE_URL=empty_db_url, SHUKE_SECRET="ab" * 32)
    try:
        assert not (server.data / "postgres").exists()
        assert not (server.data / "secret.key").exists()
    finally:
        server.supervisor.terminate()
        assert server.supervisor.wait(120) == 0


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    refused = run("restore", str(tmp_path / "letter.txt"), "--data", str(tmp_path / "data"))
    assert refused.returncode == 2
    assert "can't be read as a backup" in refused.stderr


def test_doctor_finds_nothing_wrong_beside_a_running_server(served: Served) -> None:
    told = run("doctor", "--data", str(served.data), "--port", str(served.port))
    lines = [line for line in told.stdout.splitlines() if not line.startswith((" ", "problem  pages"))]
    assert lines
    assert all(line.startswith("ok ") for line in lines), told.stdout
    assert re.search(r"migrations: \d+ applied, 0 pending", told.stdout)


def test_migrating_from_nothing_leaves_a_complete_installation(tmp_path: Path) -> None:
    assert "applied 0001_kit" in run("migrate", "--data", str(tmp_path / "data")).stdout
    assert run("migrate", "--data", str(tmp_path / "data")).stdout == "up to date\n"
    assert "ok       secret key: present" in run("doctor", "--data", str(tmp_path / "data"), "--port", "0").stdout


def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = run("doctor", "--data", str(tmp_path), "--port", str(taken.getsockname()[1]))
    assert told.returncode == 1
    for word in ("another program has it", "bring secret.key back", "written by PostgreSQL 17"):
        assert word in told.stdout


def test_an_unknown_verb_and_a_missing_one() -> None:
    assert run("dance").returncode == 2
    assert run("--version").stdout.startswith("shuke ")
    assert "backup" in run("--help").stdout
