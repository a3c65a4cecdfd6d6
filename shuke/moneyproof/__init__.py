"""Moneyproof: the proof's cases of money. Last units, places and balances, notices, kills, silent banks, refunds, settling, clocks that jump."""
