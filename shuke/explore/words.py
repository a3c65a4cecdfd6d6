"""Words of the map: icons of categories, order, who went."""

from collections.abc import Sequence

from shuke.friends import Face
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import ngettext

NAMED = 2  # friends by name, the others by their number


def who_went(friends: Sequence[Face]) -> str:
    """Friends who were there, in a line."""
    names = [face.name for face in friends]
    if not names:
        return ""
    more = len(names) - NAMED
    if more > 0:
        words = ngettext("%(names)s and %(num)s more friend went here", "%(names)s and %(num)s more friends went here", more)
        return words % {"names": _(", ").join(names[:NAMED]), "num": more}
    if len(names) == NAMED:
        return _("%(one)s and %(other)s went here") % {"one": names[0], "other": names[1]}
    return _("%(name)s went here") % {"name": names[0]}
