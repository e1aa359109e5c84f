"""From an account's server to an alert: a real daemon, its workers, a real store, a token from a file."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.daemon import running
from tests.make import until
from tests.servers import http_server
from tests.sources import bluesky_server, mastodon_server
from tests.sources.journey import configured


async def test_what_an_account_says_becomes_an_alert_once_and_its_token_is_told_nobody(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("tok-of-the-account\n", encoding="utf-8")
    async with http_server({}) as server:
        config = configured(
            tmp_path,
            {"id": "masto", "kind": "mastodon", "url": f"{server.url}/@mod", "token_file": "token"},
            {"id": "blue", "kind": "bluesky", "url": "https://bsky.app/profile/mod.example", "api": server.url},
            en=["wounded"],
        )
        masto, blue = mastodon_server.Instance(server), bluesky_server.AppView(server)
        masto.needs = "tok-of-the-account"
        masto.statuses = [mastodon_server.status(1, "One was wounded long ago.")]
        blue.feed = [bluesky_server.view(1, "One was wounded in those days.")]
        async with running(config) as daemon:
            await until(lambda: {"masto", "blue"} <= {str(one["source"]) for one in daemon.events("source.posts")})
            masto.statuses.append(mastodon_server.status(2, "Four were wounded at the border today."))
            blue.feed.append(bluesky_server.view(2, "Seven were wounded in the mountains today."))
            await until(lambda: "Seven were wounded" in "".join(daemon.out) and "Four were" in "".join(daemon.out))

            assert await daemon.end(signal.SIGTERM) == 0
    told = daemon.all_told
    assert "long ago" not in told
    assert "those days" not in told
    assert "tok-of-the-account" not in told
