"""Posters: a code on paper with a few words around it, as PDF or SVG; a picture to share. Knows nothing of shops: what stands on it
is given."""

from shuke.posters.draw import Poster, Size, pdf, pieces, svg
from shuke.posters.picture import CardPicture, SharePicture, card_picture, share_picture

__all__ = ["CardPicture", "Poster", "SharePicture", "Size", "card_picture", "pdf", "pieces", "share_picture", "svg"]
