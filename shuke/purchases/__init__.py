"""Purchases: what was bought at a till, by whom where known, with its lines."""
