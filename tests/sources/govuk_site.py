"""GOV.UK on the loopback: its search with filters and pages, the texts of its pages, and errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers import HttpServer, Reply, Request
from tests.sources.watcher import START, said

SEARCH, CONTENT = "/api/search.json", "/api/content"
MOD = {"title": "Ministry of Defence", "slug": "ministry-of-defence"}


def uuid(number: int) -> str:
    return f"5f5e1bb5-7631-11e4-a3cb-{number:012d}"


@dataclass
class Paper:
    """One page of the site. `first`: when it was first published; `stamp`: when its latest version was."""

    number: int
    stamp: datetime = START
    first: datetime | None = None
    text: str = ""
    path: str = ""
    found: dict[str, Any] = field(default_factory=dict)  # more that the search tells of it
    more: dict[str, Any] = field(default_factory=dict)  # more that its own page tells
    details: dict[str, Any] = field(default_factory=dict)
    organisations: tuple[str, ...] = ("ministry-of-defence",)
    told: datetime | None = None  # of the version the text shows, where a cache holds another

    @property
    def link(self) -> str:
        return self.path or f"/government/news/statement-{self.number}"

    def result(self) -> dict[str, Any]:
        return {
            "title": f"Statement {self.number}",
            "link": self.link,
            "content_id": uuid(self.number),
            "description": f"About {self.number}.",
            "public_timestamp": self.stamp.isoformat().replace("+00:00", "Z"),
            "organisations": [MOD],
            "index": "government",
            "es_score": None,
            "_id": self.link,
            **self.found,
        }

    def page(self) -> dict[str, Any]:
        return {
            "base_path": self.link,
            "content_id": uuid(self.number),
            "document_type": "news_story",
            "schema_name": "news_article",
            "locale": "en",
            "title": f"Statement {self.number}",
            "description": f"About {self.number}.",
            "first_published_at": (self.first or self.told or self.stamp).isoformat(),
            "public_updated_at": (self.told or self.stamp).isoformat(),
            "withdrawn_notice": {},
            "links": {"organisations": [MOD]},
            "details": {"body": f"<div class='govspeak'><p>{self.text or f'Words of {self.number}.'}</p></div>"}
            | self.details,
            **self.more,
        }


@dataclass
class GovUk:
    """The site. `instead`: what the search answers instead; `broken`: what single addresses answer."""

    server: HttpServer
    papers: list[Paper] = field(default_factory=list)
    instead: Reply | None = None
    broken: dict[str, Reply] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.routes[SEARCH] = self.search

    def search(self, request: Request) -> Reply:
        asked = parse_qs(urlsplit(request.path).query)
        start, count = int(asked.get("start", ["0"])[0]), int(asked["count"][0])
        if answer := self.instead or self.broken.get(f"{SEARCH}?{start}"):
            return answer
        wanted = set(asked.get("filter_organisations", []))
        found = [one for one in self.papers if not wanted or wanted & set(one.organisations)]
        found.sort(key=lambda one: one.stamp, reverse=True)
        for one in found:
            self.server.routes[CONTENT + urlsplit(one.link).path] = self.content
        page = [one.result() for one in found[start : start + count]]
        return said({"results": page, "total": len(found), "start": start, "suggested_queries": []})

    def content(self, request: Request) -> Reply:
        path = urlsplit(request.path).path.removeprefix(CONTENT)
        (paper,) = (one for one in self.papers if one.link == path)
        return self.broken.get(path) or said(paper.page())
