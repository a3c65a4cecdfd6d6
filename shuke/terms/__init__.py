"""Terms: the rules of a voucher as data, what is wrong with a draft of them, and what they say in words.

What is displayed is what is enforced: the till, the guest and the console read the same sentences. No tables: vouchers keeps them.
"""

from shuke.terms.drafts import MOST_STOCK, Draft, Stacking, TemplateUnreadable, check, faults, storable
from shuke.terms.types import Kind, Rules
from shuke.terms.words import Face, Reach, day_names, face_of, kind_names, sentences

__all__ = [
    "MOST_STOCK",
    "Draft",
    "Face",
    "Kind",
    "Reach",
    "Rules",
    "Stacking",
    "TemplateUnreadable",
    "check",
    "day_names",
    "face_of",
    "faults",
    "kind_names",
    "sentences",
    "storable",
]
