"""What kinds, rules and outcomes are called."""

from shuke.kit.i18n import gettext as _


def kind_words() -> dict[str, str]:
    """Kinds of things."""
    return {
        "post": _("Post"),
        "comment": _("Comment"),
        "review": _("Review"),
        "reply": _("Merchant's reply"),
        "message": _("Message"),
        "topic": _("Topic"),
        "topic_reply": _("Reply in a tribe"),
        "meetup": _("Meetup"),
        "face": _("Profile"),
        "tribe": _("Tribe"),
        "photo": _("Photo"),
        "place": _("Place"),
        "activity": _("Activity"),
        "member_group": _("Member group"),
        "gift_note": _("Words with a gift"),
    }


def rule_words() -> dict[str, str]:
    """Reasons of reports, which are the rules of decisions."""
    return {
        "spam": _("Advertising or repeated"),
        "untrue": _("Untrue, or not from a visit"),
        "insult": _("Insult or harassment"),
        "hate": _("Hatred against a group"),
        "sexual": _("Sexual"),
        "violence": _("Violence or danger"),
        "privacy": _("Somebody's private details"),
        "illegal": _("Against the law"),
        "fraud": _("Fraud"),
        "copyright": _("Somebody else's work"),
        "other": _("Another rule"),
    }


def cause_words() -> dict[str, str]:
    """What brought a thing into the queue."""
    return {"reports": _("Reported"), "filter": _("A filter was unsure"), "unread": _("Not read by the filter")}


def outcome_words() -> dict[str, tuple[str, str]]:
    """Outcomes of decisions and appeals, with the kind of their badge."""
    return {
        "keep": (_("Kept"), "good"),
        "hide": (_("Hidden"), "bad"),
        "upheld": (_("Stays hidden"), "bad"),
        "overturned": (_("Shown again"), "good"),
    }
