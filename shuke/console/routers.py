"""Routers of the console, for the application to mount."""

from litestar.types import ControllerRouterHandler

from shuke.console.issue import issue_pages
from shuke.console.issue_api import issue_routes, post_vouchers
from shuke.console.scene_api import scene_routes
from shuke.console.scenes import scene_pages
from shuke.console.template_api import template_routes
from shuke.console.templates import template_pages

API: list[ControllerRouterHandler] = [template_routes, scene_routes, issue_routes, post_vouchers]
PAGES: list[ControllerRouterHandler] = [template_pages, scene_pages, issue_pages]
