"""A WordPress site on the loopback: its API with filters, pages and errors, and its feed of ten posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any

from tests.servers import Reply, Request
from tests.sources.watcher import START, Watcher, query, said

LOCAL = timedelta(hours=4)  # the site's own clock, by which it filters
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
class Site(Watcher):
    """The site, beside the source that watches it.

    closed  what the API answers instead; `broken`: what single pages answer; `deaf`: it knows no filters
    """

    kind: str = "wordpress"
    posts: list[dict[str, Any]] = field(default_factory=list)
    closed: Reply | None = None
    broken: dict[int, Reply] = field(default_factory=dict)
    deaf: bool = False
    totals: bool = True

    def __post_init__(self) -> None:
        self.server.routes |= {API: self.api, FEED: self.feed}

    def api(self, request: Request) -> Reply:
        asked = query(request)
        number, size = int(asked["page"]), int(asked["per_page"])
        if answer := self.closed or self.broken.get(number):
            return answer
        found = sorted(self._filtered(asked), key=lambda one: (one[asked["orderby"]], one["id"]), reverse=True)
        pages = -(-len(found) // size)
        if number > max(pages, 1):
            return Reply(400, b'{"code":"rest_post_invalid_page_number"}', {"Content-Type": "application/json"})
        totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)} if self.totals else {}
        return said(found[(number - 1) * size : number * size], headers=totals)

    def _filtered(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        """As WordPress does: strictly, and by the local time of the moment that was asked for."""

        def local(name: str, default: str) -> str:
            return written(datetime.fromisoformat(asked[name]) + LOCAL) if name in asked else default

        if self.deaf:
            return self.posts
        after, before, changed = local("after", ""), local("before", "9"), local("modified_after", "")
        return [one for one in self.posts if after < one["date"] < before and changed < one["modified"]]

    def feed(self, request: Request) -> Reply:
        page = int(query(request).get("paged", "1"))
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
