"""`shuke web`: one web worker on the socket that its supervisor opened."""

import argparse
import gc
import logging
import resource
import socket
from collections.abc import Sequence

import uvicorn

from shuke.kit.logs import plain_logs
from shuke.kit.wire import Wire
from shuke.search import sound


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("shuke web", description=__doc__)
    parser.add_argument("--socket", type=int, required=True, help="number of the inherited, listening socket")
    options = parser.parse_args(arguments)
    plain_logs()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a socket is a file
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # it prints a page for each connection that is lost
    config = uvicorn.Config(
        "shuke.main:create_app",
        factory=True,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        ws=Wire,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,  # it would keep 300 kB for each socket
        timeout_graceful_shutdown=5,  # live streams never end by themselves
    )
    config.load()
    sound("拼音")  # its dictionaries take half a second to load: now, not when the first Chinese question comes
    gc.collect()
    gc.freeze()  # what stands now stays: looking through all of it for garbage again and again held up every request for 0.2 s
    server = uvicorn.Server(config)
    server.run(sockets=[socket.socket(fileno=options.socket)])
    return 0 if server.started else 3
