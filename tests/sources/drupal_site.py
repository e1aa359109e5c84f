"""A Drupal site on the loopback: its JSON:API with filters, pages, what it withholds, and errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.servers import HttpServer, Reply, Request
from tests.sources.watcher import START, query, said

API = "/jsonapi/node/news"
MIME = "application/vnd.api+json"


def uuid(number: int) -> str:
    return f"6a2f0000-93c1-4c7e-8d11-{number:012d}"


def node(number: int, created: datetime = START, changed: datetime | None = None, **more: Any) -> dict[str, Any]:
    """One post as the API shows it; `more`: attributes."""
    return {
        "type": "node--news",
        "id": uuid(number),
        "links": {"self": {"href": f"https://ministry.example/jsonapi/node/news/{uuid(number)}"}},
        "attributes": {
            "drupal_internal__nid": number,
            "langcode": "hy",
            "status": True,
            "title": f"Statement {number}",
            "created": created.isoformat(),
            "changed": (changed or created).isoformat(),
            "path": {"alias": f"/news/{number}", "pid": number, "langcode": "hy"},
            "body": {"value": "x", "format": "full_html", "processed": f"<p>Words of {number}.</p>", "summary": ""},
            **more,
        },
        "relationships": {},
    }


def edited(post: dict[str, Any], words: str, changed: datetime) -> None:
    post["attributes"]["body"] = {"processed": f"<p>{words}</p>"}
    post["attributes"]["changed"] = changed.isoformat()


def seconds(post: dict[str, Any], name: str) -> int:
    return int(datetime.fromisoformat(post["attributes"][name]).timestamp())


@dataclass
class Drupal:
    """The site.

    size      nodes on a page at the most; `hidden`: ids it withholds, which leave a hole in their page
    instead   what it answers instead; `broken`: what single pages answer
    """

    server: HttpServer
    nodes: list[dict[str, Any]] = field(default_factory=list)
    size: int = 50
    hidden: tuple[str, ...] = ()
    instead: Reply | None = None
    broken: dict[int, Reply] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server.routes[API] = self.api

    def api(self, request: Request) -> Reply:
        asked = query(request)
        size, offset = min(int(asked.get("page[limit]", "50")), self.size), int(asked.get("page[offset]", "0"))
        if answer := self.instead or self.broken.get(offset):
            return answer
        by = asked.get("sort", "created").partition(",")[0].lstrip("-")
        found = sorted(self._filtered(asked), key=lambda one: (-seconds(one, by), one["id"]))
        page = found[offset : offset + size]
        told: dict[str, Any] = {"data": [one for one in page if one["id"] not in self.hidden], "links": {}}
        if withheld := [one for one in page if one["id"] in self.hidden]:
            why = {"detail": "The 'view' permission is required.", "rel": "item"}
            items = {f"item--{n}": {"href": one["id"], "meta": why} for n, one in enumerate(withheld)}
            told["meta"] = {"omitted": {"detail": "Some.", "links": {"help": {"href": "https://x.example"}, **items}}}
        if offset + size < len(found):
            more = {**asked, "page[offset]": str(offset + size), "page[limit]": str(size)}
            told["links"]["next"] = {"href": f"http://behind-a-proxy.example{API}?{urlencode(more)}"}
        return said(told, headers={"Content-Type": MIME})

    def _filtered(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        """As Drupal does: strictly, by whole seconds."""

        def limit(name: str, default: int) -> int:
            return int(asked.get(f"filter[{name}][condition][value]", default))

        path = asked.get("filter[since][condition][path]", asked.get("filter[before][condition][path]", "created"))
        since, before = limit("since", 0), limit("before", 2**40)
        name = asked.get("filter[id]")
        shown = [one for one in self.nodes if one["attributes"]["status"] and name in (None, one["id"])]
        return [one for one in shown if since < seconds(one, path) < before]
