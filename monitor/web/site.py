"""What every answer is made from: the store's reading side, the templates, and the visitor's question."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
from monitor.model import Alert, Entry, Marked, Origin, Post, Verdict, encode
from monitor.web import Rooms, clocks, marks, noise, standing
from monitor.web.rows import entry_of, origin_of, row

if TYPE_CHECKING:
    from monitor.sources import SourceConfig
    from monitor.web.access import Access
    from monitor.web.live import Live
    from monitor.web.lookback import Lookback
    from monitor.web.orders import Orders
    from monitor.web.written import Written

HERE = Path(__file__).parent
STATIC = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_MOST, _USUAL = 200, 50  # entries in one answer
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PLACE = re.compile(r"\d{1,18}-\d{1,18}|[0-9a-f]{20}")  # of a line in the stream of posts, or of an alert


@dataclass(frozen=True, slots=True)
class Asked:
    """The question in a request's query: how many, older than what, of which source, only what was alerted."""

    count: int = _USUAL
    before: str | None = None
    source: str | None = None
    alerts: bool = False

    @classmethod
    def of(cls, request: Request) -> Asked:
        """Read the query. Raises HTTPException 400 with a sentence that says what would be right."""
        query = request.query_params
        given = query.get("count", str(_USUAL))
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
        count = str(self.count) if self.count != _USUAL else None
        said = {
            "count": count,
            "source": self.source,
            "alerts": "1" if self.alerts else None,
            "before": self.before,
        } | other
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{path}?{query}" if query else path


@cache
def _templates() -> Environment:
    """Return the templates. Every value is escaped; a name a template does not know is an error, not an empty place."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        minute=clocks.minute,
        clock=clocks.clock,
        day=clocks.day,
        short_day=clocks.short_day,
        percent=noise.percent,
        utc=clocks.utc,
        machine=clocks.machine,
        span=clocks.span,
        exactly=clocks.exactly,
        size=standing.size,
        brought=standing.brought,
        one_line=marks.one_line,
        web_link=marks.web_link,
    )
    environment.globals.update(static=static_address, ago=clocks.ago, there=clocks.there, version=__version__)
    return environment


def render(template: str, /, **values: Any) -> str:
    return _templates().get_template(template).render(values)


def respond(template: str, status: int = 200, /, **values: Any) -> Response:
    return HTMLResponse(render(template, now=datetime.now(UTC), **values), status)


@dataclass(frozen=True, slots=True)
class Site:
    """What the daemon hands to the web. `sources` and `channels` are asked each time: a reload may change them.

    explain  the verdict of the rules now in force; pure
    metrics  the metrics in the Prometheus text format 0.0.4
    ready    sentences that say why the daemon is not ready; empty when it is
    settings those of the sources by their ids, as far as they are at hand
    written  what the rules are
    lookback what the newest alerts and posts show of them
    orders   where alerts go, and what belongs together
    access   who may write
    """

    store: Rooms
    sources: Callable[[], Sequence[Origin]]
    channels: Callable[[], Sequence[str]]
    explain: Callable[[Post, Origin], Verdict]
    metrics: Callable[[], Awaitable[bytes]]
    ready: Callable[[], Awaitable[list[str]]]
    live: Live
    settings: Callable[[], Mapping[str, SourceConfig]]
    written: Callable[[], Written]
    lookback: Lookback
    orders: Callable[[], Orders]
    access: Access

    def origin(self, post: Post) -> Origin:
        return origin_of(post, next((each for each in self.sources() if each.id == post.source), None))

    def row(self, item: Entry | Alert | Marked) -> str:
        """Return one row as the timeline shows it, for the live stream."""
        if isinstance(item, Alert):
            shown = row(entry_of(item), item.origin)
        else:
            entry = item.entry if isinstance(item, Marked) else item
            shown = row(entry, self.origin(entry.post))
        return render("row.html", row=shown).strip()


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
