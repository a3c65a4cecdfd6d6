"""Purses: the pages and lists of stored value. What a guest has at a shop, and what a shop owes its guests.

A card can't be given back while the guest's own money is on it.
"""
