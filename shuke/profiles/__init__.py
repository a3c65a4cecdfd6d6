"""Profiles: the page of a person, as far as each viewer may see it: places, foods, cards, badges, each with an audience of its own.

Nothing is invented: places and badges come from what happened at tills and from reviews. A visit is shown a few hours later and by its
day, so that nobody is followed. A card that is seen here is taken by a link of the person who shows it: the taker is her branch.
"""
