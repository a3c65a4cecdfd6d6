"""`shuke openapi`: print the description of the API as JSON."""

import argparse
import json
from collections.abc import Sequence

from shuke.main import create_app


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser("shuke openapi", description=__doc__).parse_args(arguments)
    print(json.dumps(create_app().openapi_schema.to_schema(), ensure_ascii=False, indent=2))
    return 0
