"""The tests: folders mirror `shuke/`; `rules/` keeps the house in order."""
