"""The far side: sources of several kinds, each on a server of its own, that publish posts by number.

Whatever the kind, the words of a post say its number after `Statement` or `Post`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from monitor.sources import SourceConfig, rss
from tests.cuts.weather import Weather, weathered
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, Request
from tests.sources import bluesky_server, channel, mastodon_server, newsroom, wordpress_site

Say = Callable[[int], None]


@dataclass(eq=False)
class Place:
    """`page`: posts on the newest page. `goes_back`: whether there are older pages. `published`: when, by number."""

    settings: SourceConfig
    page: int
    say: Say
    goes_back: bool = True
    published: list[float] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.settings.id

    @property
    def burst(self) -> int:
        """The most posts to publish at once: pages of them, or little more than is shown where none is older."""
        return int(self.page * (2.6 if self.goes_back else 1.3))

    def publish(self, posts: int = 1) -> None:
        for _ in range(posts):
            self.published.append(time.time())
            self.say(len(self.published))

    def came(self, since: float, until: float) -> int:
        """Return how many posts were published between two moments."""
        return sum(since <= one <= until for one in self.published)


@dataclass
class Feed:
    """An RSS feed with `page` posts on a page; older ones at `?page=2` and so on, if it `goes_back`."""

    server: HttpServer
    page: int
    goes_back: bool
    items: list[str] = field(default_factory=list)

    def say(self, number: int) -> None:
        date = format_datetime(datetime.now(UTC))
        self.items.insert(
            0, f"<item><guid>n{number}</guid><title>Statement {number}.</title><pubDate>{date}</pubDate></item>"
        )

    def __call__(self, request: Request) -> Reply:
        number = int(parse_qs(urlsplit(request.path).query).get("page", ["1"])[0])
        shown = self.items[(number - 1) * self.page : number * self.page]
        older = self.goes_back and len(self.items) > number * self.page
        link = f'<a:link rel="next" href="{self.server.url}/feed?page={number + 1}"/>' if older else ""
        head = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Feed</title>'
        return Reply(200, f"{head}{link}{''.join(shown)}</channel></rss>".encode())


def _feed(server: HttpServer, id_: str, page: int = 20, *, goes_back: bool = True) -> Place:
    feed = Feed(server, page, goes_back)
    server.routes["/feed"] = feed
    given = {"id": id_, "url": f"{server.url}/feed", "allow_private": ALLOW_LOOPBACK}
    return Place(rss.Config.model_validate(given), page, feed.say, goes_back)


def _window(server: HttpServer, id_: str) -> Place:
    return _feed(server, id_, 30, goes_back=False)


def _mastodon(server: HttpServer, id_: str) -> Place:
    instance = mastodon_server.Instance(server)
    settings = mastodon_server.Follower(instance, id=id_).settings
    return Place(settings, 40, lambda number: instance.statuses.append(mastodon_server.status(number)))


def _bluesky(server: HttpServer, id_: str) -> Place:
    view = bluesky_server.AppView(server)
    settings = bluesky_server.Follower(view, id=id_).settings
    return Place(settings, 50, lambda number: view.feed.append(bluesky_server.view(number)))


def _wordpress(server: HttpServer, id_: str) -> Place:
    site = wordpress_site.Site(server, config={"id": id_})

    def say(number: int) -> None:
        guid = {"rendered": f"{server.url}/?p={number}"}
        site.posts.append(wordpress_site.thing(number, datetime.now(UTC).replace(microsecond=0), guid=guid))

    return Place(site.settings, 50, say)


def _telegram(server: HttpServer, id_: str) -> Place:
    here = channel.Channel()
    server.routes["/s/ministry"] = here
    settings = channel.settings(id=id_, url=f"{server.url}/s/ministry", allow_private=ALLOW_LOOPBACK)
    return Place(settings, channel.PAGE, here.say)


def _webpage(server: HttpServer, id_: str) -> Place:
    room = newsroom.Newsroom(server, per_list=10)
    return Place(room.source(id=id_).settings, room.per_list, room.publish)


KINDS: dict[str, Callable[[HttpServer, str], Place]] = {
    "rss": _feed,
    "mastodon": _mastodon,
    "bluesky": _bluesky,
    "wordpress": _wordpress,
    "telegram": _telegram,
    "webpage": _webpage,
    "window": _window,
}


@contextlib.asynccontextmanager
async def places(weather: Weather, each: int, kinds: Sequence[str] = tuple(KINDS)) -> AsyncIterator[list[Place]]:
    """Serve so many sources of each kind, with one post each to begin with."""
    async with contextlib.AsyncExitStack() as stack:
        here = []
        for id_, make in _named(each, kinds):
            here.append(make(await stack.enter_async_context(weathered(weather)), id_))
            here[-1].publish()
        yield here


def _named(each: int, kinds: Sequence[str]) -> Iterator[tuple[str, Callable[[HttpServer, str], Place]]]:
    for kind in kinds:
        for number in range(1, each + 1):
            yield f"{kind}-{number}", KINDS[kind]
