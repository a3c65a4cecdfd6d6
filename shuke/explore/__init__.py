"""Explore: the map and the list, the page of a place, what friends like, and offers near where somebody is.

Where somebody is comes with her question and is not kept.
"""
