"""Opinions: how reviews are read and written on pages and by the API: friends' first, with the numbers and the rows behind them."""
