"""Outings: the pages and the API of meetups, over the places they are at and the feeds they are told in."""
