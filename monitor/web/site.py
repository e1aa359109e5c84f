"""What every answer is made from: the store's reading side, the templates, and the visitor's question."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor import __version__
from monitor.model import Alert, Entry, Origin, Post, Verdict, encode
from monitor.web import Reads, clocks, marks
from monitor.web.rows import entry_of, origin_of, row

if TYPE_CHECKING:
    from monitor.web.live import Live

HERE = Path(__file__).parent
STATIC = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_MOST = 200  # entries in one answer
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PLACE = re.compile(r"[0-9A-Za-z:._-]{1,80}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The question in a request's query: how many, older than what, of which source, only what was alerted."""

    count: int = 50
    before: str | None = None
    source: str | None = None
    alerts: bool = False

    @classmethod
    def of(cls, request: Request, count: int = 50) -> Asked:
        """Read the query. Raises HTTPException 400 with a sentence that says what would be right."""
        query = request.query_params
        given = query.get("count", str(count))
        if not given.isascii() or not given.isdecimal() or not 1 <= int(given[:9]) <= _MOST:
            raise HTTPException(400, f"count is a number from 1 to {_MOST}.")
        before, source = query.get("before") or None, query.get("source") or None
        if before and not _PLACE.fullmatch(before):
            raise HTTPException(400, "before is the `next` of an earlier answer.")
        if source and not _SOURCE.fullmatch(source):
            raise HTTPException(400, "source is the id of a source, as the page of sources shows it.")
        return cls(int(given), before, source, query.get("alerts", "") not in ("", "0", "false"))

    def link(self, path: str, **other: str | None) -> str:
        """Return the address of the same question, with something changed or, by None, left out."""
        said = {"source": self.source, "alerts": "1" if self.alerts else None, "before": self.before} | other
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{path}?{query}" if query else path


class Pages:
    """The templates. Every value is escaped; a name the template does not know is an error, not an empty place."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            minute=clocks.minute,
            day=clocks.day,
            utc=clocks.utc,
            machine=clocks.machine,
            span=clocks.span,
            one_line=marks.one_line,
            web_link=marks.web_link,
        )
        self._environment.globals.update(static=static_address, ago=clocks.ago, there=clocks.there, version=__version__)

    def html(self, template: str, /, **values: Any) -> str:
        return self._environment.get_template(template).render(values)

    def page(self, template: str, /, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(self.html(template, now=datetime.now(UTC), **values), status)


@dataclass(frozen=True, slots=True)
class Site:
    """What the daemon hands to the web. `sources` and `channels` are asked each time: a reload may change them.

    explain  the verdict of the rules now in force; pure
    metrics  the metrics in the Prometheus text format 0.0.4
    ready    sentences that say why the daemon is not ready; empty when it is
    """

    store: Reads
    sources: Callable[[], Sequence[Origin]]
    channels: Callable[[], Sequence[str]]
    explain: Callable[[Post, Origin], Verdict]
    metrics: Callable[[], Awaitable[bytes]]
    ready: Callable[[], Awaitable[list[str]]]
    pages: Pages
    live: Live

    def origin(self, post: Post) -> Origin:
        return origin_of(post, next((each for each in self.sources() if each.id == post.source), None))


def row_html(pages: Pages, origin: Callable[[Post], Origin], item: Entry | Alert) -> str:
    """Return one row as the timeline shows it, for the live stream."""
    if isinstance(item, Alert):
        return pages.html("row.html", row=row(entry_of(item), item.origin)).strip()
    return pages.html("row.html", row=row(item, origin(item.post))).strip()


def json(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status, media_type="application/json")


@cache
def static_address(name: str) -> str:
    """Return a file's address with its own hash in it, so that a browser may keep it for good."""
    mark = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


async def static(_site: Site, request: Request) -> Response:
    """Send one of the three files. Nothing else can be asked for, whatever the path says."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404, "There is no such file.")
    lasting = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    body = (HERE / "static" / name).read_bytes()
    return Response(body, media_type=STATIC[name], headers={"Cache-Control": lasting})
