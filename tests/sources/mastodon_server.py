"""A server on the loopback that speaks as much of Mastodon's API as is asked of it, and statuses to say there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from monitor.model import Batch
from tests.servers import HttpServer, Reply, Request
from tests.sources import follower
from tests.sources.watcher import query, said

Status = dict[str, Any]
FIRST = datetime(2026, 11, 22, 6, tzinfo=UTC)
FIRST_ID = 117_000_000_000_000_000


def account(name: str = "mod", id_: str = "1001", **fields: object) -> dict[str, object]:
    return {"id": id_, "username": name.split("@", maxsplit=1)[0], "acct": name, "display_name": "Ministry", **fields}


def status(number: int, words: str = "", **fields: object) -> Status:
    """Return the public status of a number: its id and its time, a minute each, follow from it."""
    id_ = str(FIRST_ID + number)
    given: Status = {
        "id": id_,
        "uri": f"https://social.example/users/mod/statuses/{id_}",
        "url": f"https://social.example/@mod/{id_}",
        "created_at": (FIRST + timedelta(minutes=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "edited_at": None,
        "content": f"<p>{words or f'Statement {number}.'}</p>",
        "spoiler_text": "",
        "sensitive": False,
        "visibility": "public",
        "language": "en",
        "in_reply_to_id": None,
        "reblog": None,
        "quote": None,
        "poll": None,
        "media_attachments": [],
        "account": account(),
    }
    return given | fields


class Instance:
    """One account and its statuses. Change them, and the server has changed.

    needs     the token without which nothing is shown
    failures  replies to give instead, one for each request for statuses, the first first; None lets one through
    tag       the ETag, which is honoured
    """

    def __init__(self, server: HttpServer) -> None:
        self.server = server
        self.account: dict[str, object] | None = account()
        self.statuses: list[Status] = []
        self.needs: str | None = None
        self.failures: list[Reply | None] = []
        self.tag: str | None = None
        self.statuses_of("1001")
        server.routes["/api/v1/accounts/lookup"] = self._guarded(self._look_up)

    def statuses_of(self, id_: str) -> None:
        self.server.routes[f"/api/v1/accounts/{id_}/statuses"] = self._guarded(self._page)

    @property
    def asked(self) -> list[str]:
        """What was asked for, in few words: `lookup`, or the query of a page without its limit."""
        paths = [urlsplit(request.path) for request in self.server.requests]
        return ["lookup" if p.path.endswith("lookup") else p.query.removeprefix("limit=40") for p in paths]

    def _guarded(self, answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
        def route(request: Request) -> Reply:
            if self.needs and request.headers.get("authorization") != f"Bearer {self.needs}":
                return said({"error": "This API requires an authenticated user"}, 401)
            return answer(request)

        return route

    def _look_up(self, request: Request) -> Reply:
        wanted = query(request)["acct"]
        if self.account is None or self.account["acct"] != wanted:
            return said({"error": "Record not found"}, 404)
        return said(self.account)

    def _page(self, request: Request) -> Reply:
        if self.failures and (failure := self.failures.pop(0)):
            return failure
        if self.tag and request.headers.get("if-none-match") == self.tag:
            return Reply(304, b"", {"ETag": self.tag})
        asked = query(request)
        limit = min(int(asked.get("limit", "20")), 40)
        shown = sorted(self.statuses, key=lambda one: int(one["id"]))
        if asked.get("exclude_reblogs") == "true":
            shown = [one for one in shown if not one["reblog"]]
        if "max_id" in asked:
            shown = [one for one in shown if int(one["id"]) < int(asked["max_id"])]
        if "min_id" in asked:
            shown = [one for one in shown if int(one["id"]) > int(asked["min_id"])][:limit]
        return said(shown[-limit:][::-1], headers={"ETag": self.tag} if self.tag else {})


class Follower(follower.Follower):
    """Follows the account of the instance."""

    def __init__(self, instance: Instance, **settings: object) -> None:
        super().__init__(instance.server, "mastodon", {"url": f"{instance.server.url}/@mod", **settings})


def numbers(batch: Batch) -> list[int]:
    """Return the numbers of the posts, in order."""
    return sorted(int(post.native_id) - FIRST_ID for post in batch.posts)
