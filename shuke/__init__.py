"""Shuke (熟客): an open, self-hosted platform for local life."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("shuke")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.1.0"
