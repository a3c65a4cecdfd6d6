"""Letterbox: letters to people, each in her language, to the first of her contacts that this installation can write to.

Her row is kept as it is until the end of the transaction: who is erased meanwhile has the letter taken away with the others.
"""

from shuke.letterbox.writing import Reader, Words, reader_of, write, write_to

__all__ = ["Reader", "Words", "reader_of", "write", "write_to"]
