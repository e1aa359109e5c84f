"""An AppView on the loopback that speaks as much of Bluesky's API as is asked of it, and posts to say there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import Batch
from tests.servers import HttpServer, Reply, Request
from tests.sources import follower
from tests.sources.watcher import query, said

View = dict[str, Any]
DID = "did:plc:ministry"
FIRST = datetime(2026, 11, 22, 6, tzinfo=UTC)
FEED, NAMES = "/xrpc/app.bsky.feed.getAuthorFeed", "/xrpc/com.atproto.identity.resolveHandle"


def at(number: int) -> str:
    return (FIRST + timedelta(minutes=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uri(number: int, did: str = DID) -> str:
    return f"at://{did}/app.bsky.feed.post/3k{number:04}"


def view(number: int, words: str = "", *, record: View | None = None, embed: View | None = None, **fields: Any) -> View:
    """Return a post as it stands in a feed; `record` and `embed` go into it, `fields` beside it (`reason`)."""
    written = {"$type": "app.bsky.feed.post", "text": words or f"Statement {number}.", "createdAt": at(number)}
    post: View = {
        "uri": uri(number),
        "cid": f"bafy{number}",
        "author": {"did": DID, "handle": "mod.example", "displayName": "Ministry"},
        "record": written | (record or {}),
        "indexedAt": at(number),
        "labels": [],
    }
    return {"post": post | ({"embed": embed} if embed else {}), **fields}


def repost(number: int, of: View, **fields: Any) -> View:
    by = {"did": DID, "handle": "mod.example"}
    own = f"at://{DID}/app.bsky.feed.repost/3r{number:04}"
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "uri": own, "indexedAt": at(number), **fields}
    return of | {"reason": reason}


class AppView:
    """One account and its feed, the oldest first. Change them, and the server has changed.

    failures  replies to give instead of a page, the first first; None lets one through
    """

    def __init__(self, server: HttpServer) -> None:
        self.server = server
        self.names = {"mod.example": DID}
        self.feed: list[View] = []
        self.failures: list[Reply | None] = []
        server.routes |= {FEED: self._page, NAMES: self._resolve}

    @property
    def asked(self) -> list[str]:
        """What was asked for, in few words: `name`, or the limit of a page and its cursor."""
        found = []
        for request in self.server.requests:
            asked = query(request)
            found.append(" ".join(filter(None, (asked.get("limit"), asked.get("cursor")))) or "name")
        return found

    def _resolve(self, request: Request) -> Reply:
        did = self.names.get(query(request)["handle"])
        wrong = {"error": "InvalidRequest", "message": "Unable to resolve handle"}
        return said({"did": did}) if did else said(wrong, 400)

    def _page(self, request: Request) -> Reply:
        if self.failures and (failure := self.failures.pop(0)):
            return failure
        asked = query(request)
        if asked["actor"] != DID or asked["includePins"] != "false":
            return said({"error": "InvalidRequest", "message": "Profile not found"}, 400)
        limit, shown = int(asked["limit"]), self.feed[::-1]
        begin = int(asked.get("cursor", "0"))
        page = shown[begin : begin + limit]
        more = {"cursor": str(begin + limit)} if begin + limit < len(shown) else {}
        return said({"feed": page, **more})


class Follower(follower.Follower):
    """Follows an account of the AppView."""

    def __init__(self, view: AppView, name: str = "mod.example", **settings: object) -> None:
        given = {"url": f"https://bsky.app/profile/{name}", "api": view.server.url}
        super().__init__(view.server, "bluesky", {**given, **settings})


def texts(batch: Batch) -> list[str]:
    return [post.text for post in batch.posts]
