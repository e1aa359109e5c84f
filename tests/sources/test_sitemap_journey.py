"""From a site's index of sitemaps to Slack and mail, by the real daemon."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.daemon import running, world
from tests.make import post, until
from tests.servers import Reply, Request
from tests.sources.test_sitemap import index, news, urls

NEWS = post("2", title="Four servicemen are known for sure to be wounded")


async def test_a_title_that_tells_of_losses_alerts_once(tmp_path: Path) -> None:
    shown = [news("1", "Two were wounded last week")]
    asked = 0

    def listed(_: Request) -> Reply:
        nonlocal asked
        asked += 1
        return Reply(200, urls(*reversed(shown)), {"Content-Type": "application/xml"})

    async with world(tmp_path) as here:
        here.posts = [NEWS]  # whose title is looked for in what arrives
        here.http.routes |= {"/feed": Reply(200, index("/pages.xml", "/news.xml")), "/news.xml": listed}
        here.http.routes["/pages.xml"] = Reply(200, urls("<url><loc>https://ministry.example/about</loc></url>"))
        here.config.write_text(here.config.read_text().replace("kind: rss", "kind: sitemap"), encoding="utf-8")
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            shown.append(news("2", NEWS.title, at="2026-11-22T12:00:00+04:00"))
            await until(lambda: here.arrived().total() == 2)
            before = asked
            await until(lambda: asked >= before + 2)

            assert here.arrived() == {f"slack: {NEWS.title}": 1, f"mail: {NEWS.title}": 1}
            assert len(here.taken) == 1
            assert "https://ministry.example/2" in here.taken[0].body.decode()
            assert await daemon.end(signal.SIGTERM) == 0
