"""Three sources of one country on the loopback, and a monitor that watches them by a clock of its own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

from monitor import poll
from monitor.fetch import Fetcher
from monitor.model import Alert, Origin, Reading
from monitor.policy.settings import Policy
from monitor.poll import Looks
from monitor.rules import Rulebook, RuleConfig
from monitor.sources import Read, rss
from monitor.store import Store
from tests.make import NOON, judge, judged_by, origin
from tests.night import Night
from tests.poll.ministry import waiting
from tests.poll.site import HOUR, MINUTE, Monitor
from tests.rules.gazetteer.shipped import PLACES
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, http_server
from tests.week.ministry import Week

MINISTRY, RUSSIAN, AGENCY = "am-mod", "am-mod-ru", "agency"
ORIGINS: Mapping[str, Origin] = {
    MINISTRY: origin(MINISTRY, official=True),
    RUSSIAN: origin(RUSSIAN, official=True),
    AGENCY: origin(AGENCY, official=False),
}
RULES = Rulebook(
    [
        RuleConfig(
            id="casualties",
            to=("desk",),
            terms={"en": ("wounded", "killed"), "ru": ("ранен*",)},
            unless={"en": ("exercise",)},
        ),
        RuleConfig(id="border", to=("desk",), terms={"en": ("border",)}),
    ],
    (),
    PLACES,
)


class Press(Week):
    """What one source has published: `at`, when. `ids`: what its ids begin with."""

    def __init__(self, server: HttpServer) -> None:
        self.at: dict[int, datetime] = {}
        self.ids = ""
        super().__init__(server, 0)
        self.size = 100

    def publish(self, text: str, at: datetime) -> int:
        n = len(self.at)
        self.at[n], self.said[n] = at, text
        self.posts.append(n)
        self.show()
        return n

    @property
    def listed(self) -> list[int]:
        return sorted(self.posts, reverse=True)[: self.size]

    def show(self, *, only: list[int] | None = None) -> None:
        items = "".join(map(self._item, self.listed if only is None else only))
        feed = f"<rss version='2.0'><channel><title>Press</title>{items}</channel></rss>"
        routes = {f"/news/{self.ids}{n}": Reply(body=f"<p>{self.said[n]}</p>".encode()) for n in self.posts}
        routes |= {f"/news/{self.ids}{n}": Reply(status) for n, status in self.taken.items()}
        routes["/feed"] = Reply(body=feed.encode())
        self.server.routes.clear()
        self.server.routes |= dict.fromkeys(routes, self.broken) if self.broken else routes

    def move(self, server: HttpServer, ids: str) -> None:
        """Go to another host, give every post another id, and send everybody on who asks at the old one."""
        for path in self.server.routes:
            there = f"{server.url}{path.replace('/news/', f'/news/{ids}')}"
            self.server.routes[path] = Reply(301, headers={"Location": there})
        self.server, self.ids = server, ids
        self.show()

    def _item(self, n: int) -> str:
        link, date = f"{self.server.url}/news/{self.ids}{n}", f"{self.at[n]:%a, %d %b %Y %H:%M:%S} GMT"
        return (
            f"<item><guid isPermaLink='false'>{self.ids}{n}</guid><title>Statement</title><link>{link}</link>"
            f"<pubDate>{date}</pubDate><description>{self.said[n]}</description></item>"
        )


class Room(Monitor):
    """Polls all three, looks, judges, and has its desk told. `press`: by source."""

    def __init__(self, store: Store, fetch: Fetcher, press: Mapping[str, Press]) -> None:
        super().__init__(press[MINISTRY], store, fetch)
        self.press = press
        self.watched = {name: self._settings(name) for name in press}
        self.sources = {name: rss.Source(one, fetch, self._reads(one)) for name, one in self.watched.items()}
        self.looks = Looks(store, fetch, lambda: self.watched, lambda: ["ops"])
        self.judge = judge(store, RULES, ORIGINS)
        self.night = Night(store, Policy(), now=self.now, pause=0)

    async def hour(self) -> None:
        """Let an hour pass in which all are polled twice."""
        for _ in range(2):
            self.now += MINUTE
            for name, settings in self.watched.items():
                await poll.poll(settings, self.sources[name], self.store, self.now, ops=["ops"])
            await judged_by(self.judge)
            await self.look(29 * MINUTE)
        self.night.now = self.now
        if await waiting(self.store, "desk"):
            await self.night.work(steps=9)

    @property
    def told(self) -> list[Alert]:
        """What the desk got, in the order of its coming."""
        return [alert for _, alert in self.night.far.messages]

    async def look(self, until: timedelta) -> None:
        """Let time pass, ten minutes at a time, and look at whatever is due."""
        end = self.now + until
        while self.now < end:
            self.now = min(end, self.now + 10 * MINUTE)
            while await self.looks.round(self.now):
                pass

    def _settings(self, name: str) -> rss.Config:
        return rss.Config(
            id=name, url=f"{self.press[name].server.url}/feed", allow_private=ALLOW_LOOPBACK, name=name.title()
        )

    @staticmethod
    def _reads(settings: rss.Config) -> Read:
        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            return rss.read(body, headers, url, settings)

        return read


@contextlib.asynccontextmanager
async def a_room(store: Store) -> AsyncIterator[tuple[Room, HttpServer]]:
    """Yield a room that has polled all three twice, and a host to which one of them may move."""
    async with contextlib.AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(http_server({})) for _ in range(4)]
        fetch = await stack.enter_async_context(Fetcher(user_agent="test/0"))
        press = {name: Press(server) for name, server in zip((MINISTRY, RUSSIAN, AGENCY), servers, strict=False)}
        for name, one in press.items():
            for n in range(5):
                one.publish(
                    f"Number {n} of {name}: officials of group{n} visited school{n} and its teachers.",
                    NOON - (9 - n) * HOUR,
                )
        room = Room(store, fetch, press)
        await room.hour()
        yield room, servers[3]
