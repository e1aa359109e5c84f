"""From X's API to an alert: a real daemon, its workers, a real store, a token from a file, and what it has cost."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.daemon import running
from tests.make import until
from tests.servers import http_server
from tests.sources.journey import configured
from tests.sources.x_server import Api, tweet


async def test_what_an_account_says_becomes_an_alert_once_and_its_token_is_told_nobody(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{Api.token}\n", encoding="utf-8")
    async with http_server({}) as server:
        mod = {"id": "mod", "kind": "x", "url": "https://x.com/mod", "api": server.url, "token_file": "token"}
        config = configured(tmp_path, mod, en=["wounded"])
        api = Api(server)
        api.tweets = [tweet(1, "One was wounded long ago.")]
        async with running(config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            api.tweets.append(tweet(2, "Four were &lt;wounded&gt; at the border today."))
            await until(lambda: "Four were <wounded>" in "".join(daemon.out))

            assert await daemon.end(signal.SIGTERM) == 0
    told = daemon.all_told
    assert "long ago" not in told
    assert Api.token not in told
