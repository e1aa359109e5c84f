"""A WordPress site on the loopback: its API with filters, pages and errors, and its feed of ten posts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from monitor.fetch import Fetcher
from monitor.model import Batch, Bookmark, Reading, decode, encode
from monitor.sources import wordpress
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, Request

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOCAL = timedelta(hours=4)  # the site's own clock, by which it filters
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
API, FEED = "/wp-json/wp/v2/posts", "/feed/"


def written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def thing(number: int, date: datetime = START, modified: datetime | None = None, **more: Any) -> dict[str, Any]:
    """One post as the API shows it."""
    later = modified or date
    return {
        "id": number,
        "guid": {"rendered": f"https://ministry.example/?p={number}"},
        "date": written(date + LOCAL),
        "date_gmt": written(date),
        "modified": written(later + LOCAL),
        "modified_gmt": written(later),
        "link": f"https://ministry.example/{number}/",
        "title": {"rendered": f"Statement {number}"},
        "content": {"rendered": f"<p>Words of statement {number}.</p>", "protected": False},
        **more,
    }


def edited(post: dict[str, Any], words: str, modified: datetime) -> None:
    post["content"] = {"rendered": f"<p>{words}</p>", "protected": False}
    post["modified"], post["modified_gmt"] = written(modified + LOCAL), written(modified)


@dataclass
class Site:
    """The site, the source that watches it, and the hour on the wall.

    closed  what the API answers instead; `broken`: what single pages answer; `deaf`: it knows no filters
    """

    server: HttpServer
    config: dict[str, Any] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)
    closed: Reply | None = None
    broken: dict[int, Reply] = field(default_factory=dict)
    deaf: bool = False
    totals: bool = True
    hour: datetime = START
    bookmark: Bookmark | None = None

    def __post_init__(self) -> None:
        self.server.routes |= {API: self.api, FEED: self.feed}

    @property
    def settings(self) -> wordpress.Config:
        return wordpress.Config.model_validate(
            {"id": "mod", "url": self.server.url, "allow_private": ALLOW_LOOPBACK, **self.config}
        )

    @property
    def source(self) -> wordpress.Source:
        settings = self.settings

        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            return wordpress.read(body, headers, url, settings)

        source = wordpress.Source(settings, Fetcher(user_agent="test-monitor/1.0"), read)
        source.now = lambda: self.hour
        return source

    async def poll(self, after: timedelta = MINUTE) -> Batch:
        """Poll `after` the last time. The bookmark goes through its stored form."""
        self.hour += after
        self.server.requests.clear()
        batch = await self.source.poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        return batch

    @property
    def asked(self) -> list[dict[str, str]]:
        """The parameters of the last poll's requests, with `path`."""
        parts = [urlsplit(request.path) for request in self.server.requests]
        return [{"path": one.path, **dict(parse_qsl(one.query))} for one in parts]

    def api(self, request: Request) -> Reply:
        asked = dict(parse_qsl(urlsplit(request.path).query))
        number, size = int(asked["page"]), int(asked["per_page"])
        if answer := self.closed or self.broken.get(number):
            return answer
        found = sorted(self._filtered(asked), key=lambda one: (one[asked["orderby"]], one["id"]), reverse=True)
        pages = -(-len(found) // size)
        if number > max(pages, 1):
            return Reply(400, b'{"code":"rest_post_invalid_page_number"}', {"Content-Type": "application/json"})
        totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)} if self.totals else {}
        return shown(found[(number - 1) * size : number * size], **totals)

    def _filtered(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        """As WordPress does: strictly, and by the local time of the moment that was asked for."""

        def local(name: str, default: str) -> str:
            return written(datetime.fromisoformat(asked[name]) + LOCAL) if name in asked else default

        if self.deaf:
            return self.posts
        after, before, changed = local("after", ""), local("before", "9"), local("modified_after", "")
        return [one for one in self.posts if after < one["date"] < before and changed < one["modified"]]

    def feed(self, request: Request) -> Reply:
        page = int(dict(parse_qsl(urlsplit(request.path).query)).get("paged", "1"))
        latest = sorted(self.posts, key=lambda one: str(one["date"]), reverse=True)[(page - 1) * 10 : page * 10]
        items = "".join(
            f"<item><title>{one['title']['rendered']}</title><link>{one['link']}</link>"
            f'<guid isPermaLink="false">{escape(one["guid"]["rendered"])}</guid>'
            f"<pubDate>{datetime.fromisoformat(one['date_gmt']):%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
            f"<description>{escape(one['content']['rendered'])} First on our site.</description></item>"
            for one in latest
        )
        if page > 1 and not latest:
            return Reply(404)
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>M</title>{items}</channel></rss>'
        return Reply(200, body.encode(), {"Content-Type": "application/rss+xml"})


def shown(things: object, **headers: str) -> Reply:
    return Reply(200, json.dumps(things).encode(), {"Content-Type": "application/json", **headers})


def ids(batch: Batch) -> list[str]:
    return [post.native_id for post in batch.posts]
