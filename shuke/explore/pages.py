"""Pages."""

from litestar import Router

explore_pages = Router("/", route_handlers=[], include_in_schema=False)
