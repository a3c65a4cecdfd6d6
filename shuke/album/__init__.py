"""Album: pictures that people put into posts, reviews, messages and on their profile, made anew without what a camera wrote.

A picture's id is random: whoever was shown a page with it may load it. What is put into nothing goes after a day,
and what was in something with the last thing that it was in.
"""

from shuke.album.actions import add, drop, hide, keep, take_up
from shuke.album.served import served
from shuke.album.types import PhotoAdded, address, addresses

__all__ = ["PhotoAdded", "add", "address", "addresses", "drop", "hide", "keep", "served", "take_up"]
