"""`shuke openapi`: print the description of the API as JSON."""

import argparse
from collections.abc import Sequence

import msgspec

from shuke.main import reference


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser("shuke openapi", description=__doc__).parse_args(arguments)
    print(msgspec.json.format(reference().encoded, indent=2).decode())
    return 0
