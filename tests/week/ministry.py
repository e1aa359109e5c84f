"""A ministry that edits, takes down, breaks, repeats itself and renews its ids, and a monitor that watches it.

The clock is ours, everything else is real: the site on the loopback, polls, looks at suspects, the judge, the store.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from monitor.fetch import Fetcher
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.make import judge, judged_by, origin
from tests.poll.site import HOUR, Monitor, Site
from tests.poll.site import words as bulletin
from tests.servers import HttpServer, Reply, http_server

RULES = Rulebook([
    RuleConfig(id="casualties", to=("desk",), terms={"en": ("wounded", "killed")}, unless={"en": ("exercise",)}),
    RuleConfig(id="border", to=("desk",), terms={"en": ("border",)}),
])  # fmt: skip
DAY = timedelta(days=1)
SAID = "Units of the enemy opened fire near Sotk at 14:00. Four servicemen were wounded. The fire lasted for an hour."

# Each is one statement: what was said, what it says later.
THAT_MATTER = {
    "a figure": (SAID, SAID.replace("Four", "Seven")),
    "a term appears": (SAID, SAID.replace("wounded", "wounded, two were killed")),
    "a term disappears": (SAID, SAID.replace("were wounded", "were in the area")),
    "another topic": (SAID, SAID.replace("near Sotk", "near Sotk, on the border")),
    "a guard appears": (SAID, SAID.replace("wounded.", "wounded in an exercise.")),
}
THAT_DO_NOT = {
    "a comma": (SAID, SAID.replace("Sotk at", "Sotk, at")),
    "capitals": (SAID, SAID.replace("The fire", "THE FIRE")),
    "a counter": (f"{SAID}\n\nViews: 12", f"{SAID}\n\nViews: 1480"),
    "a typing error": (SAID.replace("opened", "oppened"), SAID),
    "a stamp": (f"{SAID}\n\nUpdated: 16.11.2021 12:04", f"{SAID}\n\nUpdated: 16.11.2021 15:30"),
}


def _emptied(week: Week) -> None:
    week.show(only=[])


def _cut(week: Week) -> None:
    week.show(only=sorted(week.posts)[-3:])


def _blinks(week: Week) -> None:
    week.show(only=[n for n in sorted(week.posts, reverse=True) if n != week.posts[-3]])


def _turned_round(week: Week) -> None:
    week.show(only=sorted(week.posts))


def _pinned(week: Week) -> None:
    week.show(only=[*sorted(week.posts, reverse=True)[:4], min(week.posts)])


def _answers(status: int) -> Callable[[Week], None]:
    def act(week: Week) -> None:
        week.broken = Reply(status)
        week.show()

    return act


ONLY_SEEMING = {
    "the feed is empty": _emptied,
    "only the newest are shown": _cut,
    "one is not listed for an hour": _blinks,
    "the order is turned round": _turned_round,
    "an old one is pinned": _pinned,
    "everything is 404": _answers(404),
    "everything is 410": _answers(410),
    "everything is forbidden": _answers(403),
    "the server fails": _answers(500),
    "out of order": _answers(503),
}
TAKEN_DOWN = {20: 404, 18: 410, 15: 404, 14: 410, 11: 404}  # post: what its address answers


class Week(Site):
    """`said`: what a post says, if not its bulletin; `taken`: what the addresses of posts answer that are no more."""

    def __init__(self, server: HttpServer, posts: int) -> None:
        self.said: dict[int, str] = {}
        self.taken: dict[int, int] = {}
        super().__init__(server, posts)
        self.size = 40

    def show(self, *, only: list[int] | None = None) -> None:
        super().show(only=only)
        if not self.broken:
            self.server.routes |= {f"/news/{n}": Reply(status) for n, status in self.taken.items()}

    def _item(self, n: int) -> str:
        item = super()._item(n)
        if n not in self.said:
            return item
        title = f"<title>Bulletin {self.moved.get(n, n)}</title>"
        return item.replace(title, "<title>Statement</title>").replace(bulletin(self.moved.get(n, n)), self.said[n])


class Played:
    def __init__(self, week: Week, monitor: Monitor) -> None:
        self.week, self.monitor, self.store = week, monitor, monitor.store
        self.judge = judge(monitor.store, RULES, {"am-mod": origin(official=True)})

    async def poll(self) -> None:
        await self.monitor.poll()
        await judged_by(self.judge)

    async def an_hour(self) -> None:
        """Polled twice, and whoever is suspected is looked at."""
        await self.poll()
        await self.monitor.look(HOUR / 2)
        await self.poll()
        await self.monitor.look(HOUR / 2)

    async def alerts_on(self, n: int) -> int:
        return sum(one.post.key == self.monitor.key(n) for one in await self.store.alerts.recent(200) if not one.notice)

    async def deleted(self) -> set[int]:
        found = {n: await self.monitor.deletion(n) for n in range(40)}
        return {n for n, what in found.items() if what and not what.restored}


@contextlib.asynccontextmanager
async def a_week(store: Store, posts: int) -> AsyncIterator[Played]:
    """Yield a ministry that has published, and a monitor that has polled it twice."""
    async with http_server({}) as server, Fetcher(user_agent="test/0") as fetch:
        week = Week(server, posts)
        week.show()
        played = Played(week, Monitor(week, store, fetch))
        await played.poll()
        await played.poll()
        yield played
