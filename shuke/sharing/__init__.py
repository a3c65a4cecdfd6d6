"""Sharing: passing things on, the landing page of a link, and how a merchant's card spreads from one to the next.

A link says what it shows to everybody; who takes a card by it, or within 30 days in any other way, becomes a branch under its giver.
"""
