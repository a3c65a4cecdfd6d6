"""The kit: machinery without one word of business, on which every room stands."""
