"""A server on the loopback that speaks as much of VK's API as is asked of it, and posts to say there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.model import Batch
from tests.servers import HttpServer, Reply, Request
from tests.sources import follower
from tests.sources.watcher import query, said

Item = dict[str, Any]
OWNER = -1001
TOKEN = "0123456789abcdef" * 4  # as long as VK's
FIRST = 1_795_327_200  # 2026-11-22T06:00:00Z


def item(number: int, words: str = "", **fields: object) -> Item:
    """Return the post of a number: its id and its time, a minute each, follow from it."""
    given: Item = {
        "id": number,
        "owner_id": OWNER,
        "from_id": OWNER,
        "date": FIRST + 60 * number,
        "text": words or f"Statement {number}.",
        "post_type": "post",
        "marked_as_ads": 0,
        "attachments": [],
        "likes": {"count": 3, "can_like": 0, "user_likes": 0},
    }
    return given | fields


def group(name: str = "mod", id_: int = -OWNER) -> Item:
    return {"id": id_, "name": "Ministry of Defence", "screen_name": name, "is_closed": 0, "type": "page"}


def answer(items: Sequence[object], *, count: int | None = None, name: str = "mod") -> Item:
    total = len(items) if count is None else count
    return {"response": {"count": total, "items": items, "groups": [group(name)], "profiles": []}}


def failure(code: int, words: str = "what VK says of it") -> Item:
    given = [{"key": "method", "value": "wall.get"}, {"key": "v", "value": "5.199"}]
    return {"error": {"error_code": code, "error_msg": words, "request_params": given}}


class Api:
    """One community and its wall. Change them, and the server has changed.

    names     whom `utils.resolveScreenName` finds
    watched   views are counted, so that no two answers are the same
    pinned    a post that comes first, and counts for `offset`
    failures  replies to give instead, one for each request for the wall, the first first; None lets one through
    """

    def __init__(self, server: HttpServer) -> None:
        self.server = server
        self.names: dict[str, Item] = {"mod": {"type": "group", "object_id": -OWNER}}
        self.name = "mod"
        self.looks = 0
        self.watched = True
        self.items: list[Item] = []
        self.pinned: Item | None = None
        self.failures: list[Reply | None] = []
        server.routes |= {"/method/utils.resolveScreenName": self._resolve, "/method/wall.get": self.wall}

    @property
    def asked(self) -> list[str]:
        """What was asked for, in few words: `name`, or the count of a page and where it begins."""
        found = []
        for request in self.server.requests:
            asked = query(request)
            found.append(f"{asked['count']} {asked.get('offset', '')}".strip() if "count" in asked else "name")
        return found

    def _resolve(self, request: Request) -> Reply:
        return self._refused(request) or said({"response": self.names.get(query(request)["screen_name"], [])})

    def wall(self, request: Request) -> Reply:
        if refused := self._refused(request):
            return refused
        if self.failures and (failed := self.failures.pop(0)):
            return failed
        asked = query(request)
        if asked["owner_id"] != str(OWNER) or asked["filter"] != "owner" or asked["extended"] != "1":
            return said(failure(100))
        shown = [self.pinned | {"is_pinned": 1}] if self.pinned else []
        shown += sorted(self.items, key=lambda one: -int(one["id"]))
        begin = int(asked.get("offset", "0"))
        self.looks += self.watched
        shown = [one | {"views": {"count": self.looks}} for one in shown]
        page = shown[begin : begin + min(int(asked["count"]), 100)]
        return said(answer(page, count=len(shown), name=self.name))

    def _refused(self, request: Request) -> Reply | None:
        if query(request).get("v") != "5.199":
            return said(failure(8, "Invalid request: v is required"))
        known = request.headers.get("authorization") == f"Bearer {TOKEN}"
        return None if known else said(failure(5, "User authorization failed: no access_token passed."))


class Follower(follower.Follower):
    """Follows the wall of a page."""

    def __init__(self, api: Api, page: str = "mod", **settings: object) -> None:
        given = {"url": f"https://vk.com/{page}", "api": api.server.url, "token": TOKEN}
        super().__init__(api.server, "vk", {**given, **settings})


def numbers(batch: Batch) -> list[int]:
    """Return the numbers of the posts, in order."""
    return sorted(int(post.native_id.rpartition("_")[2]) for post in batch.posts)
