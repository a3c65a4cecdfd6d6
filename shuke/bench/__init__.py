"""Bench: each hot path through HTTP and, in the same run, the same SQL by pgbench on the same server, one JSON object a line.

Ratios are what counts; seconds differ from machine to machine.
"""

from shuke.bench.run import main

__all__ = ["main"]
