"""Talks: the API and the pages of conversations. What a conversation is, and its socket, are in the room below: chat."""
