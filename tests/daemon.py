"""A ministry, a Slack and a mailbox on the loopback, and the real daemon as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from html import escape
from pathlib import Path

from monitor.model import Post
from tests.make import NOON
from tests.notifiers.mail import MailServer, mail_server
from tests.servers import HttpServer, Reply, Request, http_server


def rss(*posts: Post) -> bytes:
    """Return the posts as an RSS document, in the given order."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{escape(p.native_id)}</guid><title>{escape(p.title)}</title>"
        f"<link>{escape(p.permalink or '')}</link><description>{escape(p.text)}</description>"
        f"<pubDate>{format_datetime(p.published or NOON)}</pubDate></item>"
        for p in posts
    )
    return f"<rss version='2.0'><channel><title>Ministry</title>{items}</channel></rss>".encode()


@dataclass
class World:
    """Everything around the daemon. Change `posts` and the ministry has published."""

    folder: Path
    http: HttpServer
    mail: MailServer
    posts: list[Post] = field(default_factory=list)
    slack_status: int = 200
    taken: list[Request] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "monitor.yaml"

    def slack_messages(self) -> list[str]:
        """What the Slack-shaped endpoint took: each message's text."""
        return [json.loads(request.body)["text"] for request in self.taken]

    def arrived(self) -> Counter[str]:
        """Alert titles by how often they arrived at Slack or by mail."""
        slack = [p.title for text in self.slack_messages() for p in self.posts if p.title in text]
        mail = [p.title for raw in self.mail.letters for p in self.posts if p.title in str(raw["Subject"])]
        return Counter([f"slack: {t}" for t in slack] + [f"mail: {t}" for t in mail])

    def write(self, **changes: str) -> None:
        """Write the configuration; `terms` are the words of the one rule."""
        terms = changes.get("terms", "wounded, killed")
        self.config.write_text(
            f"""
            store: {{url: embedded, dir: {self.folder / "data"}}}
            web: {{listen: 127.0.0.1:0}}
            log: {{format: json}}
            sources:
              - {{id: am-mod, kind: rss, url: "{self.http.url}/feed", name: Ministry, party: AM, every: 1s,
                 allow_private: [127.0.0.1]}}
            channels:
              - {{id: console, kind: console}}
              - {{id: desk, kind: slack, webhook_url: "{self.http.url}/slack", allow_private: [127.0.0.1], pause: 0}}
              - {{id: duty, kind: email, host: 127.0.0.1, port: {self.mail.port}, from: monitor@example.org,
                 to: [duty@example.org]}}
            rules:
              - {{id: casualties, severity: high, to: [console, desk, duty], terms: {{en: [{terms}]}}}}
            """,
            encoding="utf-8",
        )


@contextlib.asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    async with http_server({}) as http, mail_server() as mail:
        here = World(folder, http, mail)

        def feed(_: Request) -> Reply:
            return Reply(200, rss(*reversed(here.posts)), {"Content-Type": "application/rss+xml"})

        def slack(request: Request) -> Reply:
            if here.slack_status == 200:
                here.taken.append(request)
            return Reply(here.slack_status, b"ok")

        http.routes |= {"/feed": feed, "/slack": slack}
        here.write()
        yield here


class Daemon:
    """`monitor run` as a process. `out`: its standard output; `log`: its events; `told`: other lines of its errors."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.out: list[str] = []
        self.log: list[dict[str, object]] = []
        self.told: list[str] = []
        self._readers = [asyncio.create_task(self._read_out()), asyncio.create_task(self._read_log())]

    @property
    def page(self) -> str:
        return next((line.split()[1] for line in self.out if line.startswith("Page ")), "")

    @property
    def all_told(self) -> str:
        """Everything it has said anywhere."""
        return "\n".join([*self.out, *self.told, *map(str, self.log)])

    def events(self, name: str) -> list[dict[str, object]]:
        return [event for event in self.log if event["event"] == name]

    async def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = await self.process.wait()
        await self.silent()
        return code

    async def silent(self) -> None:
        """Wait until its last words are read."""
        await asyncio.gather(*self._readers)

    async def _read_out(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.out.append(line.decode().rstrip("\n"))

    async def _read_log(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            if line.startswith(b"{"):
                self.log.append(json.loads(line))
            else:
                self.told.append(line.decode().rstrip("\n"))


@contextlib.asynccontextmanager
async def running(config: Path) -> AsyncIterator[Daemon]:
    """Start the daemon, wait until it says it is up; end it by SIGKILL if the test has not ended it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "-c", str(config),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    daemon = Daemon(process)
    try:
        async with asyncio.timeout(30):
            while not daemon.page and process.returncode is None:  # noqa: ASYNC110  # its own words are waited for
                await asyncio.sleep(0.02)
        yield daemon
    finally:
        if process.returncode is None:
            await daemon.end(signal.SIGKILL)
        await daemon.silent()
