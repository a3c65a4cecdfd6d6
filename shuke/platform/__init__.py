"""Platform: the office of whoever operates this installation. Vetting of merchants, dead letters, health, operators.

An operator is a person with a row of her own; the first one is made by a token that only the server's console shows.
"""

from shuke.platform.guards import operator

__all__ = ["operator"]
