"""Proof: many processes on one code, one stock, one balance, kills in the middle; then the invariants, by SQL.

The cases put a server of their own under load; the invariants may be asked of any installation, since they only read.
"""

from shuke.proof.run import main

__all__ = ["main"]
