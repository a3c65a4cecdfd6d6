"""Pages for the merchant: figures, the rows behind each, the tree, and the tree as a file."""

import csv
import io
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from shuke.cards import programme_of
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.sharing.routes import total
from shuke.sharing.tree import BEHIND, PAGE, figures, tree_of
from shuke.sharing.types import By, Shown, What
from shuke.sharing.words import channel_words, kind_words

MAY = [staff_with("members")]
FILE = 100_000  # nodes
SHOWN = 120  # on the first page
COLUMNS = ("level", "number", "name", "brought_by", "channel", "at", "brought")


async def _zone(db: Db, merchant_id: UUID) -> str:
    programme = await programme_of(db, merchant_id)
    return programme.zone if programme else "UTC"


@get("/sharing", guards=MAY)
async def spread_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    by: FromQuery[By] = "month",
    root: FromQuery[UUID | None] = None,
    level: FromQuery[str] = "",
) -> Response[str]:
    """Figures by month, channel or scene; below them who brought whom."""
    parts = await figures(db, acting.merchant_id, by, await _zone(db, acting.merchant_id))
    tree = await tree_of(db, acting.merchant_id, root)
    only = int(level) if level.isdigit() and len(level) < 4 else None
    fitting = [node for node in tree.nodes if only is None or node.level == only]
    return office_page(
        request,
        acting,
        "sharing/spread.html",
        by=by,
        total=Shown.of(total(parts, by)),
        figures=[(Shown.of(part), _part(by, part.part, part.label)) for part in parts],
        nodes=fitting[:SHOWN],
        names={node.person_id: node.name for node in tree.nodes},
        cut=tree.cut or len(fitting) > SHOWN,
        levels=[("", _("All levels")), *((str(one), str(one)) for one in sorted({node.level for node in tree.nodes}))],
        level=only,
        root=root,
        channels=channel_words(),
    )


def _part(by: By, part: str, label: str) -> str:
    if by == "channel":
        return channel_words().get(part, part)
    if by == "scene":
        return label or (_("Brought by a member") if part == "friend" else _("No scene"))
    return part


@get("/sharing/rows", guards=MAY)
async def rows_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    what: FromQuery[What] = "brought",
    by: FromQuery[By] = "month",
    part: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """The rows behind one number."""
    zone = await _zone(db, acting.merchant_id)
    rows = await BEHIND[what](db, acting.merchant_id, by, part, zone, read_cursor(cursor or ""))
    label = next((one.label for one in await figures(db, acting.merchant_id, by, zone) if one.part == part), "")
    return office_page(
        request,
        acting,
        "sharing/rows.html",
        what=what,
        by=by,
        part=part,
        part_word=_part(by, part, label) if part is not None else "",
        rows=rows,
        next=Cursor(rows[-1].at, rows[-1].row_id).text if len(rows) == PAGE else "",
        first=cursor is None,
        channels=channel_words(),
        kinds=kind_words(),
        zone_of=zone,
    )


@get("/sharing/tree.csv", guards=MAY)
async def tree_file(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[bytes]:
    """The whole tree for spreadsheets: a line for each node, in the order in which it is drawn."""
    tree = await tree_of(db, acting.merchant_id, None, FILE)
    numbers = {node.person_id: node.number for node in tree.nodes}
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for node in tree.nodes:
        above = numbers.get(node.giver_id, "") if node.giver_id else ""
        at = node.at.isoformat() if node.at else ""
        lines.writerow([node.level, node.number, _plain(node.name), above, node.channel, at, node.brought])
    return Response(
        ("\ufeff" + text.getvalue()).encode(),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="sharing.csv"', "cache-control": "private, no-store"},
    )


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


spread_pages = Router(
    "/console/{merchant_id:uuid}", route_handlers=[spread_page, rows_page, tree_file], include_in_schema=False
)
