"""The supervisor: keeps children and PostgreSQL running, and stops them in order."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import msgspec

from shuke.commands.watch import PIPE
from shuke.kit import embedded_postgres
from shuke.kit.embedded_postgres import Postgres
from shuke.kit.installation import InstallationRefused

LOOK_SECONDS = 0.1
STEADY_SECONDS = 30.0  # a child that lived this long starts its back-off anew
LONGEST_PAUSE = 30.0
STOP_SECONDS = 15.0
REFUSED = 2  # how a command ends that can't do its work here: trying again would not help
MOST_TRIES = 3


class Child(msgspec.Struct):
    """A process to keep running; `once` is one that may come to its end, and is tried a few times until then."""

    name: str
    command: list[str]
    once: bool = False
    inherits: list[int] = []
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = 0.0


class Supervisor:
    def __init__(self, children: Sequence[Child], environment: Mapping[str, str], postgres: Postgres | None) -> None:
        self.children = list(children)
        self.postgres = postgres
        self._watched, self._held = os.pipe()  # children watch one end; ours closes when we end, however we do
        self._environment = {**environment, PIPE: str(self._watched)}
        self._stopping = threading.Event()

    def run(self) -> None:
        """Keep everything running until SIGTERM or SIGINT, then stop the children, last started first."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self._stopping.is_set():
                self._keep_postgres()
                for child in self.children:
                    self._keep(child)
                self._stopping.wait(LOOK_SECONDS)
        finally:
            self._stop_children()
            os.close(self._watched)
            os.close(self._held)
            for number, was in before.items():
                signal.signal(number, was)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _keep_postgres(self) -> None:
        if self.postgres is None or embedded_postgres.alive(self.postgres):
            return
        _say("PostgreSQL died and is started again")
        try:
            self.postgres = embedded_postgres.start(self.postgres.directory)
        except InstallationRefused as refusal:
            _say(str(refusal))
            self._stopping.wait(5)

    def _keep(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                self._start(child, now)
            return
        ended = child.process.poll()
        if ended is None:
            return
        child.deaths = 1 if now - child.started_at > STEADY_SECONDS else child.deaths + 1
        if child.once and (ended in {0, REFUSED} or child.deaths > MOST_TRIES):
            self.children.remove(child)
            return
        pause = min(LONGEST_PAUSE, 0.25 * 2 ** (child.deaths - 1))
        _say(f"{child.name} died ({ended}) and is started again in {pause:g} s")
        child.process, child.start_at = None, now + pause

    def _start(self, child: Child, now: float) -> None:
        child.started_at = now
        child.process = subprocess.Popen(
            child.command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[self._watched, *child.inherits],
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone, and we stop them in order
        )

    def _stop_children(self) -> None:
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                _signal(child.process, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _say(f"{child.name} does not stop and is killed")
                _signal(child.process, signal.SIGKILL)
                child.process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the child and what it started: each child leads a process group of its own."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _say(text: str) -> None:
    print(f"shuke: {text}", file=sys.stderr, flush=True)
