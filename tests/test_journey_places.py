"""One statement in three coats, through the real daemon: a site's feed, a Telegram channel, a Mastodon account."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx

from monitor.model import Post
from tests.daemon import Daemon, World, rss, running, world
from tests.make import post, until
from tests.servers import Reply
from tests.sources import mastodon_server
from tests.sources.channel import Channel

FIRE = "Units of the neighbouring state opened fire at our positions near Sotk at 08:00, the ministry says."
WOUNDED = f"{FIRE} Four servicemen were wounded, two of them badly."
MORE = f"{WOUNDED} Later that day 12 were killed."
HOUR = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def configure(here: World, folder: Path) -> None:
    common = "party: AM, official: true, every: 1s, allow_private: [127.0.0.1]"
    here.config.write_text(
        f"""
        store: {{url: embedded, dir: {folder / "data"}}}
        web: {{listen: 127.0.0.1:0}}
        log: {{format: json}}
        sources:
          - {{id: site, kind: rss, url: "{here.http.url}/feed", name: Ministry, {common}}}
          - {{id: channel, kind: telegram, url: "{here.http.url}/s/ministry", name: On Telegram, terms: accepted,
             {common}}}
          - {{id: masto, kind: mastodon, url: "{here.http.url}/@mod", name: On Mastodon, {common}}}
          - {{id: press, kind: rss, url: "{here.http.url}/press", name: Press centre, {common}}}
        channels:
          - {{id: desk, kind: slack, webhook_url: "{here.http.url}/slack", allow_private: [127.0.0.1], pause: 0}}
        rules:
          - {{id: casualties, severity: high, to: [desk], terms: {{en: [wounded, killed]}}}}
        """,
        encoding="utf-8",
    )


async def test_three_coats_ring_once_and_a_longer_form_with_a_new_figure_again(tmp_path: Path) -> None:
    channel = Channel()
    channel.say(1, words="Nothing of note happened.")
    async with world(tmp_path) as here:
        here.http.routes["/s/ministry"] = channel
        masto = mastodon_server.Instance(here.http)
        masto.statuses = [mastodon_server.status(1, "A visit took place.")]
        here.posts = [post("old", published=HOUR)]
        here.http.routes["/press"] = feed(post("older", published=HOUR))
        configure(here, tmp_path)
        async with running(here.config) as daemon:
            polled = {"site", "channel", "masto", "press"}
            await until(lambda: polled <= {str(one["source"]) for one in daemon.events("source.posts")})

            channel.say(2, words=f"⚡️ {WOUNDED}<br/><br/>@ministry #Army")
            await until(lambda: len(here.slack_messages()) == 1)
            masto.statuses.append(mastodon_server.status(121, f"{WOUNDED[:-12]}… https://t.co/a1b2"))
            here.posts.append(post("news", title="On the situation", text=WOUNDED, published=HOUR))
            await until(lambda: told(daemon, "masto", "site"))

            async with httpx.AsyncClient(base_url=daemon.page) as web:
                await until(lambda: judged(web, 3))
                entries = (await web.get("/api/posts", params={"source": "channel"})).json()["entries"]
                (first,) = [entry["post"] for entry in entries if WOUNDED in entry["post"]["text"]]
                page = (await web.get(f"/posts/{first['key']}")).text
            assert page.count("This statement") == 2
            assert ">On Mastodon<" in page
            assert "https://example.org/news" in page
            assert len(here.slack_messages()) == 1

            here.http.routes["/press"] = feed(post("more", title="", text=MORE, published=HOUR))
            await until(lambda: len(here.slack_messages()) == 2)
            assert "longer form of On Telegram, 08:00 UTC" in here.slack_messages()[1]
            assert "Also: On Telegram, 08:00 UTC (first)" in here.slack_messages()[1]


def feed(*posts: Post) -> Reply:
    return Reply(200, rss(*posts), {"Content-Type": "application/rss+xml"})


def told(daemon: Daemon, *sources: str) -> bool:
    """Say whether each of the sources has brought posts twice: in its first poll, and in one since."""
    brought = [one["source"] for one in daemon.events("source.posts")]
    return all(brought.count(source) >= 2 for source in sources)


async def judged(web: httpx.AsyncClient, number: int) -> bool:
    """Say whether as many posts of the incident have been judged."""
    entries = (await web.get("/api/posts")).json()["entries"]
    return sum("Sotk" in entry["post"]["text"] and entry["verdict"] is not None for entry in entries) == number
