"""What the album does when others announce something."""

from shuke.album import actions
from shuke.kit.events import on
from shuke.people import PersonErased

on(PersonErased)(actions.forget)
