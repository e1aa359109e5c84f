"""Ministries' sites of the kinds whose whole windows are known, all on the loopback, and a monitor that watches one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.fetch import Fetcher
from monitor.model import Deletion, post_key
from monitor.poll import Looks, Polled
from monitor.store import Store
from tests.poll.site import MINUTE, looked, words
from tests.servers import HttpServer, Reply
from tests.sources import drupal_site, govuk_site, wordpress_site
from tests.sources.test_sitemap import SITE, news, urls
from tests.sources.test_youtube import feed, video
from tests.sources.watcher import START, Watcher, query, said

GONE = 6  # of 8 … 1
WINDOW = 16 * MINUTE  # after which a site with an API is asked again what it still shows


class Place:
    """`posts`: the numbers of those that are published; `unlisted`: those that the list leaves out all the same.

    `pages`: what single posts' addresses answer, else their words, or 404 where they are not published. `anew`: what
    was published again since, where a kind tells it.
    """

    kind = ""
    config: dict[str, Any] = {}  # noqa: RUF012  # none of them changes it

    def __init__(self, server: HttpServer) -> None:
        self.server = server
        self.posts = list(range(8, 0, -1))
        self.unlisted: set[int] = set()
        self.pages: dict[int, Reply] = {}
        self.anew: tuple[int, ...] = ()
        self.show()

    @property
    def listed(self) -> list[int]:
        return [n for n in sorted(self.posts, reverse=True) if n not in self.unlisted]

    def show(self) -> None:
        """Publish the list, and the page of each post."""
        self.server.routes.clear()
        self.server.routes |= {self.path(n): Reply(body=f"<p>{words(n)}</p>".encode()) for n in self.posts}
        self.server.routes |= {self.path(n): reply for n, reply in self.pages.items()}
        self.publish()

    def publish(self) -> None:
        raise NotImplementedError

    def path(self, n: int) -> str:
        return f"/news/{n}"

    def name(self, n: int) -> str:
        """Return the publisher's id of a post."""
        return f"{self.server.url}{self.path(n)}"

    @staticmethod
    def date(n: int) -> Any:
        return START - timedelta(hours=10 - n)


class WordPress(Place):
    kind = "wordpress"

    def publish(self) -> None:
        wordpress_site.Site(self.server, posts=[self._thing(n) for n in self.listed])

    def _thing(self, n: int) -> dict[str, Any]:
        content = {"rendered": f"<p>{words(n)}</p>", "protected": False}
        return wordpress_site.thing(n, self.date(n), link=f"{self.server.url}{self.path(n)}", content=content)

    def name(self, n: int) -> str:
        return str(n)


class Drupal(Place):
    """Its API is asked for single posts, too: `unlisted` are of another category, by which only its list is filtered.

    `pages`: what stands there in its place, an error, say; or an answer that withholds a post.
    """

    kind = "drupal"
    config = {"type": "news", "query": {"filter[kind]": "army"}}  # noqa: RUF012

    def publish(self) -> None:
        site = drupal_site.Drupal(self.server, [self._node(n) for n in self.posts])
        listed = drupal_site.Drupal(self.server, [self._node(n) for n in self.listed])

        def answer(request: Any) -> Reply:
            asked = query(request)
            one = next((n for n in self.pages if asked.get("filter[id]") == drupal_site.uuid(n)), None)
            return self.pages[one] if one else (listed if "filter[kind]" in asked else site).api(request)

        self.server.routes[drupal_site.API] = answer

    def _node(self, n: int) -> dict[str, Any]:
        return drupal_site.node(n, self.date(n), body={"processed": f"<p>{words(n)}</p>"})

    def name(self, n: int) -> str:
        return drupal_site.uuid(n)


class GovUk(Place):
    kind = "govuk"
    config = {"organisations": ["ministry-of-defence"]}  # noqa: RUF012

    def publish(self) -> None:
        govuk_site.GovUk(self.server, [self._paper(n) for n in self.listed])

    def _paper(self, n: int) -> govuk_site.Paper:
        stamp = START if n in self.anew else self.date(n)
        return govuk_site.Paper(n, stamp, first=self.date(n), text=words(n), path=self.path(n))

    def path(self, n: int) -> str:
        return f"/government/news/statement-{n}"

    def name(self, n: int) -> str:
        return govuk_site.uuid(n)


class Sitemap(Place):
    kind = "sitemap"

    def publish(self) -> None:
        told = (news(self.path(n).lstrip("/"), words(n), at=self.date(n).isoformat()) for n in self.listed)
        self.server.routes["/"] = Reply(body=urls(*told).replace(SITE.encode(), self.server.url.encode()))


class WebPage(Place):
    kind = "webpage"

    def publish(self) -> None:
        items = "".join(
            f"<article><a href='{self.path(n)}'><h2>{words(n)}</h2></a><time datetime='{self.date(n).isoformat()}'>"
            "</time></article>"
            for n in self.listed
        )
        self.server.routes["/"] = Reply(body=f"<html><body>{items}</body></html>".encode())

    def name(self, n: int) -> str:
        return super().name(n).replace("http:", "https:")


class YouTube(Place):
    """Its pages answer 200 whatever is there; what counts is what it tells those who embed videos."""

    kind = "youtube"

    def publish(self) -> None:
        videos = (
            video(f"v{n}", f"Briefing {n}", words(n), link=f"{self.server.url}/watch?v=v{n}", at=f"{n:02}")
            for n in self.listed
        )
        self.server.routes["/"] = Reply(body=feed(*videos))
        self.server.routes["/oembed"] = self._embedded

    def _embedded(self, request: Any) -> Reply:
        n = int(query(request)["url"].rpartition("v=v")[2])
        there = said({"title": f"Briefing {n}"}) if n in self.posts else Reply(404, b"Not Found")
        return self.pages.get(n, there)

    def name(self, n: int) -> str:
        return f"yt:video:v{n}"


KINDS = (WordPress, Drupal, GovUk, Sitemap, WebPage, YouTube)


class Watch:
    """Polls a place into a store and looks at suspects, by a clock of its own."""

    def __init__(self, place: Place, store: Store, fetch: Fetcher) -> None:
        self.place, self.store = place, store
        self.watcher = Watcher(place.server, place.kind, {"robots": "ignore", **place.config})
        self.looks = Looks(store, fetch, lambda: {"mod": self.watcher.settings}, lambda: ["ops"])

    async def poll(self) -> Polled:
        polled = await self.watcher.stored(self.store, WINDOW)
        assert polled.error is None
        return polled

    async def look(self, until: timedelta) -> None:
        """Let time pass, and look at whatever is due."""
        self.watcher.hour = await looked(self.looks, self.watcher.hour, until)

    async def suspects(self) -> dict[str, str]:
        return {key: held.suspect.state for key, held in (await self.store.gone.of("mod")).items()}

    async def deletions(self) -> dict[int, Deletion]:
        """Return what was found deleted, by number."""
        found = {n: await self.store.posts.history(self.key(n)) for n in range(1, 12)}
        return {n: history[0].deletion for n, history in found.items() if history and history[0].deletion}

    def key(self, n: int) -> str:
        return post_key("mod", self.place.name(n))
