"""Insight: what happened at a merchant, in numbers that each lead to the rows behind them. Only reads.

A visit is a member on a day, however many baskets; a purchase that was taken back and a redemption that was undone don't count.
"""
