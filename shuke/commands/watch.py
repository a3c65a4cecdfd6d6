"""A child ends when its supervisor does, however that ended: it watches a pipe that nobody else can close."""

import os
import signal
import threading
import time

PIPE = "SHUKE_SUPERVISOR_PIPE"
GRACE_SECONDS = 8


def end_with_supervisor() -> None:
    """Begin to watch, if a supervisor started us."""
    descriptor = os.environ.get(PIPE)
    if descriptor is not None:
        threading.Thread(target=_watch, args=[int(descriptor)], name="watch", daemon=True).start()


def _watch(descriptor: int) -> None:
    try:
        os.read(descriptor, 1)  # returns at the end of the pipe: nothing is ever written to it
    except OSError:
        return  # we are a child's child, and the pipe was not handed down
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
