"""Samples: offers of the demo that show how money flows. Prices and contents are made up and say so; nobody is said to have bought them."""

from shuke.samples.money import let_money_flow
from shuke.samples.offers import ALONE, FLASH, OFFERS, TOGETHER, follow_up, put_on_sale
from shuke.samples.queries import Sample, samples

__all__ = ["ALONE", "FLASH", "OFFERS", "TOGETHER", "Sample", "follow_up", "let_money_flow", "put_on_sale", "samples"]
