"""Batches: vouchers given to many members at once, from a list or a filter, in chunks that resume where they stopped.

Each line is done once: its outcome is written in the transaction that made its voucher.
"""

from shuke.batches.actions import Given, give, give_out, outcome_words, start_batch, start_filtered, steer_batch
from shuke.batches.queries import Batch, BatchLine, batch_lines, batch_of, batches_of
from shuke.batches.recipients import Line

__all__ = [
    "Batch",
    "BatchLine",
    "Given",
    "Line",
    "batch_lines",
    "batch_of",
    "batches_of",
    "give",
    "give_out",
    "outcome_words",
    "start_batch",
    "start_filtered",
    "steer_batch",
]
