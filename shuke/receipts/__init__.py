"""Receipts: letters about money that came, went back or is paid out, each once, in the reader's language, to her own contact.

They say what happened and where to look, and nothing else: no offers. Who is erased, or can't be reached here, gets none.
"""

from shuke.letterbox import Words
from shuke.receipts.posting import write

__all__ = ["Words", "write"]
