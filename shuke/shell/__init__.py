"""Shell: how everything looks. Page frames, components, styles and the way from a template to a page.

Other rooms keep their templates in their own `pages/` folder, extend a frame of this room and answer with `render`.
"""

from shuke.shell.render import Flash, Page, asset, page_of, redirect, render, text_of

__all__ = ["Flash", "Page", "asset", "page_of", "redirect", "render", "text_of"]
