"""Wallet: what a person holds, over all shops, and the way in by a scanned code."""
