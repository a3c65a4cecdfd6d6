"""The installation's database for a command that runs beside the server, or alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shuke.kit import embedded_postgres
from shuke.kit.installation import given_database_url


def postgres_directory(data: Path) -> Path:
    return data / "postgres"


@contextmanager
def database(data: Path) -> Iterator[str]:
    """The address of the database; an embedded server that doesn't run yet runs for as long as the block.

    Inside the block SHUKE_DATABASE_URL holds it too, for whatever reads the environment.
    """
    given = given_database_url()
    if given is not None:
        yield given
        return
    directory = postgres_directory(data)
    was_running = embedded_postgres.find(directory) is not None
    server = embedded_postgres.start(directory)
    os.environ["SHUKE_DATABASE_URL"] = server.url
    try:
        yield server.url
    finally:
        del os.environ["SHUKE_DATABASE_URL"]
        if not was_running:
            embedded_postgres.stop(server)
