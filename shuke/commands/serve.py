"""`shuke serve`: PostgreSQL, migrations, web workers and reactions, until it is told to stop."""

import argparse
import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

from shuke.commands.database import postgres_directory
from shuke.commands.supervisor import Child, Supervisor
from shuke.kit import embedded_postgres
from shuke.kit.installation import InstallationRefused, data_directory, given_database_url, only_server, secret_key
from shuke.kit.migrate import migrate
from shuke.platform.set_up import new_token

BIND_SECONDS = 12  # workers whose supervisor was killed need a moment to let go of the port


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor takes over: undo what was begun
    data = data_directory(options.data)
    data.mkdir(parents=True, exist_ok=True)
    with only_server(data), _listening(options.host, options.port) as listening:
        postgres = None if given_database_url() else embedded_postgres.start(postgres_directory(data))
        try:
            url = postgres.url if postgres else given_database_url() or ""
            applied = asyncio.run(migrate(url))
            if applied:
                print(f"Migrations applied: {len(applied)}", flush=True)
            environment = {
                **os.environ,
                "SHUKE_DATABASE_URL": url,
                "SHUKE_SECRET": secret_key(data).hex(),
                "SHUKE_DATA": str(data),
            }
            _announce(options.host, listening.getsockname()[1], time.monotonic() - begun, asyncio.run(new_token(url)))
            supervisor = Supervisor(_children(options, listening), environment, postgres)
            supervisor.run()
            postgres = supervisor.postgres
        finally:
            if postgres is not None:
                embedded_postgres.stop(postgres)
    print("Stopped", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("shuke serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 lets phones nearby in")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", help="the installation's folder (SHUKE_DATA, .shuke)")
    parser.add_argument("--workers", type=int, default=1, help="web processes")
    parser.add_argument(
        "--demo", nargs="?", const="", metavar="FIRST", help="import the demo city behind it; FIRST is a command to run before"
    )
    return parser


def _children(options: argparse.Namespace, listening: socket.socket) -> list[Child]:
    shuke = [sys.executable, "-m", "shuke"]
    web = [*shuke, "web", "--socket", str(listening.fileno())]
    children = [Child(f"web {number + 1}", web, inherits=[listening.fileno()]) for number in range(max(1, options.workers))]
    children.append(Child("work", [*shuke, "work"]))
    if options.demo is not None:
        first = f"{options.demo}; " if options.demo else ""
        children.append(Child("demo", ["sh", "-c", f'{first}exec "$0" -m shuke demo', sys.executable], once=True))
    return children


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    end = time.monotonic() + BIND_SECONDS
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            try:
                listening.bind(address)
                break
            except OSError as problem:
                if time.monotonic() > end:
                    raise InstallationRefused(f"Port {port} on {host}: {problem.strerror}; choose another --port") from problem
                time.sleep(0.2)
        listening.listen(4096)  # who comes back after a crash waits here while the worker starts
        listening.set_inheritable(True)
        yield listening


def _announce(host: str, port: int, seconds: float, token: str) -> None:
    names = ["127.0.0.1", *_own_addresses()] if _is_any(host) else [f"[{host}]" if ":" in host else host]
    for name in names:
        print(f"Shuke is at http://{name}:{port} (after {seconds:.1f} s)", flush=True)
    if token:
        print(f"Nobody operates it yet: open http://{names[0]}:{port}/setup?token={token}", flush=True)


def _own_addresses() -> list[str]:
    """The address that others nearby reach us at; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        found: str = probe.getsockname()[0]
        return [found]


def _is_any(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False
