"""A server on the loopback that speaks as much of X's API v2 as is asked of it, and posts to say there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from monitor.model import Batch
from monitor.sources.x.posts import id_at
from tests.servers import HttpServer, Reply, Request
from tests.sources import follower
from tests.sources.watcher import query, said

Said = dict[str, Any]
FIRST = datetime(2026, 11, 22, 6, tzinfo=UTC)
USER = "1001"


def tweet_id(number: int) -> str:
    """Return the id of a number: one a minute."""
    return id_at(FIRST + timedelta(minutes=number))


def tweet(number: int, words: str = "", **fields: object) -> Said:
    given: Said = {
        "id": tweet_id(number),
        "edit_history_tweet_ids": [tweet_id(number)],
        "author_id": USER,
        "created_at": (FIRST + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": "en",
        "possibly_sensitive": False,
        "text": words or f"Statement {number}.",
    }
    return given | fields


def user(name: str = "mod", id_: str = USER) -> Said:
    return {"id": id_, "name": "Ministry of Tests", "username": name}


def error(title: str, detail: str) -> Said:
    return {"title": title, "detail": detail, "type": "https://api.twitter.com/2/problems/resource-not-found"}


class Api:
    """One account and its posts. Change them, and the server has changed.

    beside    further posts that come along with those that refer to them
    failures  replies to give instead, one for each request for posts, the first first; None lets one through
    headers   of each page of posts
    cost      dollars that would have been charged, were nothing free
    """

    token = "tok-of-the-app"

    def __init__(self, server: HttpServer) -> None:
        self.server = server
        self.user: Said | None = user()
        self.tweets: list[Said] = []
        self.beside: list[Said] = []
        self.failures: list[Reply | None] = []
        self.headers: dict[str, str] = {}
        self.cost = 0.0
        server.routes["/2/users/by/username/mod"] = self._guarded(self._look_up)
        server.routes["/2/users/by/username/mod_new"] = self._guarded(self._look_up)
        server.routes[f"/2/users/{USER}/tweets"] = self._guarded(self._page)

    @property
    def asked(self) -> list[str]:
        """What was asked for, in few words: `lookup`, or how many posts, since and until which and how far."""
        names = ("max_results", "since_id", "until_id", "pagination_token", "exclude")
        found = []
        for request in self.server.requests:
            asked = query(request)
            found.append(" ".join(_short(asked[name]) for name in names if name in asked) or "lookup")
        return found

    def _guarded(self, answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
        def route(request: Request) -> Reply:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                return said({"title": "Unauthorized", "status": 401}, 401)
            return answer(request)

        return route

    def _look_up(self, request: Request) -> Reply:
        name = urlsplit(request.path).path.rpartition("/")[2]
        if self.user is None or self.user["username"] != name:
            return said({"errors": [error("Not Found Error", f"Could not find user with username: [{name}].")]})
        self.cost += 0.01
        return said({"data": self.user})

    def _page(self, request: Request) -> Reply:
        if self.failures and (failure := self.failures.pop(0)):
            return failure
        asked = query(request)
        since, until = int(asked.get("since_id", 0)), int(asked.get("until_id", 1 << 63))
        until = min(until, int(asked.get("pagination_token", "t9223372036854775807")[1:]))
        shown = sorted(self.tweets, key=lambda one: -int(one["id"]))
        shown = [one for one in shown if since < int(one["id"]) < until]
        many = int(asked["max_results"])
        assert 5 <= many <= 100
        page = shown[:many]
        meta: Said = {"result_count": len(page)}
        if not page:
            return said({"meta": meta}, headers=self.headers)
        more = {"next_token": f"t{page[-1]['id']}"} if len(shown) > many else {}
        meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"], **more}
        wanted = {ref["id"] for one in page for ref in one.get("referenced_tweets", ())}
        beside = [one for one in self.beside if one["id"] in wanted]
        self.cost += (len(page) + len(beside)) * 0.005 + 0.01
        included = {"users": [self.user], **({"tweets": beside} if beside else {})}
        return said({"data": page, "includes": included, "meta": meta}, headers=self.headers)


def _short(value: str) -> str:
    if not value.lstrip("t").isdigit() or len(value) < 6:
        return value
    minutes = (int(value.lstrip("t")) - int(tweet_id(0))) / (60_000 << 22)
    return f"{'t' * (value[0] == 't')}#{minutes:g}"


class Follower(follower.Follower):
    """Follows the account of the API."""

    def __init__(self, api: Api, **settings: object) -> None:
        given = {"url": "https://x.com/mod", "token": api.token, "api": api.server.url}
        super().__init__(api.server, "x", {**given, **settings})


def numbers(batch: Batch) -> list[int]:
    """Return the numbers of the posts, in order."""
    first = int(tweet_id(0))
    return sorted((int(post.native_id) - first) // (60_000 << 22) for post in batch.posts)
