"""Lets `python -m shuke` be the same as `shuke`."""

import sys

from shuke.cli import main

if __name__ == "__main__":
    sys.exit(main())
