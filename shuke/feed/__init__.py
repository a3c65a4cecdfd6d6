"""Feed: what people tell their friends or everyone: words, photos, check-ins, reviews, what tribes and meetups bring.

A post's id is its place in every list. A page gives friends' posts and one's own, newest first; a walk from page to page gives each
post that was there when it began once, also one that was being written then. Comments and likes are seen by the post's author, by the
friends of who made them, and by everyone on a public post. A position that proves a check-in is compared and never kept.
"""

from shuke.feed.actions import publish
from shuke.feed.cursor import read_mark
from shuke.feed.queries import page_of, post_of, posts_of, unread
from shuke.feed.shown import posts_shown
from shuke.feed.types import Audience, NewPost, Page, Post, PostKind, PostPublished, PostRemoved, PostShown
from shuke.feed.words import did

__all__ = [
    "Audience",
    "NewPost",
    "Page",
    "Post",
    "PostKind",
    "PostPublished",
    "PostRemoved",
    "PostShown",
    "did",
    "page_of",
    "post_of",
    "posts_of",
    "posts_shown",
    "publish",
    "read_mark",
    "unread",
]
