"""The application: wiring only."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from shuke import __version__
from shuke.cards.types import JoinCall, Joined
from shuke.kit.batch import Batcher
from shuke.kit.cache import FORGET
from shuke.kit.db import Database, connect
from shuke.kit.live import Live
from shuke.kit.refusals import Refusal
from shuke.kit.web import around_every_request, problem, provide_db, provide_key, provide_raw
from shuke.merchants.guards import Staffing, provide_acting
from shuke.people.guards import Sessions, provide_viewer
from shuke.people.routes import routes as people_routes
