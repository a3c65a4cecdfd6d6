"""The command line: finds a verb's module and runs it. Each module has `main(arguments) -> exit code`."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from shuke import __version__
from shuke.commands.watch import end_with_supervisor
from shuke.kit.installation import InstallationRefused

VERBS = {
    "serve": ("shuke.commands.serve", "serve everything: PostgreSQL, migrations, web workers, reactions"),
    "work": ("shuke.commands.work", "run the reactions to events, without serving"),
    "migrate": ("shuke.commands.migrate", "bring the database up to this version"),
    "demo": ("shuke.commands.demo", "import the demo city from open data"),
    "places": ("shuke.commands.places", "bring places in from open data, or build their index anew"),
    "search": ("shuke.commands.search", "make the index of the search anew"),
    "openapi": ("shuke.commands.openapi", "print the description of the API"),
    "doctor": ("shuke.commands.doctor", "tell what is wrong with this installation, and what to do"),
    "backup": ("shuke.commands.backup", "write everything into one file, while running"),
    "restore": ("shuke.commands.restore", "bring a backup into an empty installation"),
    "map": ("shuke.commands.map", "make the base map of a city"),
    "proof": ("shuke.proof", "prove with several processes that nothing happens twice or is lost"),
    "bench": ("shuke.bench", "measure the hot paths against pgbench"),
}
INNER = {"web": "shuke.commands.web"}  # what `serve` starts


def main(arguments: Sequence[str] | None = None) -> int:
    verb, *rest = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if verb in {"--help", "-h", "help"}:
        print(_usage())
        return 0
    if verb == "--version":
        print(f"shuke {__version__}")
        return 0
    module = INNER.get(verb) or VERBS.get(verb, ("", ""))[0]
    if not module:
        print(f"shuke: there is no verb {verb!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    if find_spec(module) is None:
        return _comes_without(verb)
    end_with_supervisor()
    run: Callable[[Sequence[str]], int] | None = getattr(import_module(module), "main", None)
    if run is None:
        return _comes_without(verb)
    try:
        return run(rest)
    except InstallationRefused as refusal:
        print(f"shuke {verb}: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _comes_without(verb: str) -> int:
    print(f"shuke: this installation comes without {verb!r}", file=sys.stderr)
    return 2


def _usage() -> str:
    lines = [f"  {verb:9} {summary}" for verb, (_, summary) in VERBS.items()]
    return "\n".join(["Usage: shuke VERB [--help]", "", *lines])
