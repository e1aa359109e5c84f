"""A ministry's site on the loopback, with a feed and a page for each statement, and a monitor that watches it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor import poll
from monitor.fetch import Fetcher
from monitor.model import Alert, Deletion, Reading, post_key
from monitor.poll import Looks, Polled
from monitor.sources import rss
from monitor.store import Store
from tests.make import NOON
from tests.poll.ministry import waiting
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, http_server

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GONE = 9  # of 11 … 4 that the feed shows
SUBJECTS = ("shelling", "convoys", "exercises", "prisoners", "corridor", "drone", "ceasefire", "minefield")


def words(n: int) -> str:
    subject = SUBJECTS[n % len(SUBJECTS)]
    return f"Bulletin number{n} about {subject}: officials report{n} that situation{n} near village{n} is {subject}{n}."


class Site:
    """`posts`: the numbers of what is published; `size`: of the feed; `head`: what else stands in it.

    `moved`: new ids of old posts. `broken`: what is answered everywhere instead.
    """

    def __init__(self, server: HttpServer, posts: int = 12) -> None:
        self.server = server
        self.posts = list(range(posts))
        self.size = 8
        self.head = ""
        self.moved: dict[int, int] = {}
        self.broken: Reply | None = None
        self.show()

    def show(self, *, only: list[int] | None = None) -> None:
        """Publish: the feed has the newest posts, the newest first, or `only` these; each post has its page."""
        listed = sorted(self.posts, reverse=True)[: self.size] if only is None else only
        items = "".join(self._item(n) for n in [*self.moved, *listed])
        feed = f"<rss version='2.0'><channel><title>MoD</title>{self.head}{items}</channel></rss>"
        pages = {
            f"/news/{n}": Reply(body=f"<p>{words(self.moved.get(n, n))}</p>".encode())
            for n in (*self.posts, *self.moved)
        }
        self.server.routes.clear()
        self.server.routes |= pages | {"/feed": Reply(body=feed.encode())}
        if self.broken:
            self.server.routes |= dict.fromkeys(self.server.routes, self.broken)

    def _item(self, n: int) -> str:
        said = self.moved.get(n, n)
        date = f"{NOON - timedelta(days=1) + said * MINUTE:%a, %d %b %Y %H:%M:%S} GMT"
        link = f"{self.server.url}/news/{n}"
        return (
            f"<item><guid isPermaLink='false'>{n}</guid><title>Bulletin {said}</title><link>{link}</link>"
            f"<pubDate>{date}</pubDate><description>{words(said)}</description></item>"
        )


def taken_down(site: Site) -> None:
    site.posts.remove(GONE)
    site.show()


def a_soft_404(site: Site) -> None:
    taken_down(site)
    site.server.routes[f"/news/{GONE}"] = Reply(body=b"<h1>Nothing is here</h1><p>Other news of the day.</p>")


async def looked(looks: Looks, now: datetime, until: timedelta) -> datetime:
    """Look, minute by minute, at whatever is due; return the time at the end."""
    end = now + until
    while now < end:
        now += MINUTE
        while await looks.round(now):
            pass
    return now


class Monitor:
    """Polls the site and looks at suspects, by a clock of its own. `heard`: what the operators' channel got."""

    def __init__(self, site: Site, store: Store, fetch: Fetcher, now: datetime = NOON, **given: Any) -> None:
        self.site, self.store, self.now, self.fetch = site, store, now, fetch
        self.settings: rss.Config = rss.Config(
            id="am-mod", url=f"{site.server.url}/feed", allow_private=ALLOW_LOOPBACK, name="Ministry", **given
        )
        self.source = rss.Source(self.settings, fetch, self._read)
        self.restart()

    def restart(self) -> None:
        """Begin the looks anew, as another process would."""
        self.looks = Looks(self.store, self.fetch, lambda: {"am-mod": self.settings}, lambda: ["ops"])

    async def _read(self, body: bytes, headers: Mapping[str, str], url: str) -> Reading:
        return rss.read(body, headers, url, self.settings)

    async def poll(self) -> Polled:
        self.now += MINUTE
        return await poll.poll(self.settings, self.source, self.store, self.now, ops=["ops"])

    async def look(self, until: timedelta) -> None:
        """Let time pass, and look at whatever is due."""
        self.now = await looked(self.looks, self.now, until)

    async def suspects(self) -> dict[int, str]:
        held = await self.store.gone.of("am-mod")
        return {n: held[self.key(n)].suspect.state for n in range(40) if self.key(n) in held}

    async def deletion(self, n: int) -> Deletion | None:
        history = await self.store.posts.history(self.key(n))
        return history[0].deletion if history else None

    async def heard(self) -> list[Alert]:
        """Return the notices that the operators' channel got, the oldest first."""
        return sorted(await waiting(self.store, "ops"), key=lambda one: one.raised)

    @staticmethod
    def key(n: int | str) -> str:
        return post_key("am-mod", str(n))


@contextlib.asynccontextmanager
async def watched(store: Store, **given: Any) -> AsyncIterator[tuple[Site, Monitor]]:
    """Yield a site and a monitor that has polled it twice."""
    async with http_server({}) as server, Fetcher(user_agent="test/0") as fetch:
        site = Site(server)
        monitor = Monitor(site, store, fetch, **given)
        await monitor.poll()
        await monitor.poll()
        yield site, monitor
