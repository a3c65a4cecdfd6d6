"""Words of the feed's pages."""

from collections.abc import Sequence

from shuke.feed.types import Audience, Post, PostKind
from shuke.kit.i18n import gettext as _

AUDIENCES: tuple[Audience, ...] = ("friends", "everyone", "me")


def did(kind: PostKind) -> str:
    """What somebody did by a post, after her name; empty for plain words."""
    return {
        "words": "",
        "check_in": _("is here"),
        "review": _("wrote a review"),
        "topic": _("wrote in a tribe"),
        "meetup": _("proposes a meetup"),
        "forward": _("passed this on"),
    }[kind]


def title_of(post: Post) -> str:
    """A post in a line."""
    name = post.name or _("Somebody")
    if post.kind == "check_in" and post.place_name:
        return _("%(name)s at %(place)s") % {"name": name, "place": post.place_name}
    return _("Post by %(name)s") % {"name": name}


def audience_words(audiences: Sequence[Audience]) -> list[tuple[Audience, str]]:
    """Who may see something, to choose from."""
    words = {"everyone": _("Everyone"), "friends": _("Friends"), "me": _("Only me")}
    return [(audience, words[audience]) for audience in audiences]
