"""Posters: a code on paper with a few words around it, as PDF or SVG. Knows nothing of shops: what stands on it is given."""

from shuke.posters.draw import Poster, Size, pdf, pieces, svg

__all__ = ["Poster", "Size", "pdf", "pieces", "svg"]
