"""From a channel's feed to Slack and mail, by the real daemon."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.daemon import running, world
from tests.make import post, until
from tests.servers import Reply, Request
from tests.sources.test_youtube import feed, video

NEWS = post("b", title="Briefing of the spokesman")


async def test_a_video_whose_description_tells_of_losses_alerts_once(tmp_path: Path) -> None:
    videos, looks = [video("a", "Last week", "Two were wounded.")], 0

    def shown(_: Request) -> Reply:
        nonlocal looks
        looks += 1  # somebody is always watching: no two answers are the same
        return Reply(200, feed(*videos, video("c", "A visit", views=looks)), {"Content-Type": "text/xml"})

    async with world(tmp_path) as here:
        here.posts = [NEWS]  # whose title is looked for in what arrives
        here.http.routes["/feed"] = shown
        here.config.write_text(here.config.read_text().replace("kind: rss", "kind: youtube"), encoding="utf-8")
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            videos.append(video("b", NEWS.title, "Four servicemen are known for sure to be wounded."))
            await until(lambda: here.arrived().total() == 2)
            asked = looks
            await until(lambda: looks >= asked + 2)

            assert here.arrived() == {f"slack: {NEWS.title}": 1, f"mail: {NEWS.title}": 1}
            assert len(here.taken) == 1
            assert "https://www.youtube.com/watch?v=b" in here.taken[0].body.decode()
            assert await daemon.end(signal.SIGTERM) == 0
