"""Garbage: what stays for long is set aside from Python's collector, which would hold up everybody while it looks through all of it."""

import gc

SOME = 200  # so many came: they are set aside
MANY = 5_000  # at least so many went, and as many as stand: what they left behind is looked for


class Aside:
    """Counts what comes for long and goes again, such as open sockets. What goes leaves objects behind that hold each other; those that
    were set aside meanwhile are found in one look at everything, seldom."""

    def __init__(self) -> None:
        self._standing = 0
        self._came = 0
        self._went = 0

    def came(self) -> None:
        """One more stands."""
        self._standing += 1
        self._came += 1
        if self._came >= SOME:
            self._came = 0
            gc.collect(1)
            gc.freeze()

    def went(self) -> None:
        """One less."""
        self._standing -= 1
        self._went += 1
        if self._went >= max(MANY, self._standing):
            self._went = 0
            gc.unfreeze()
            gc.collect()
            gc.freeze()
