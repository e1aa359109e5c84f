"""From VK's API to an alert: a real daemon, its workers, a real store, a token from a file."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.daemon import running
from tests.make import until
from tests.servers import http_server
from tests.sources.journey import configured
from tests.sources.vk_server import TOKEN, Api, failure, item
from tests.sources.watcher import said


async def test_what_a_wall_says_becomes_an_alert_and_its_token_is_told_nobody(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    async with http_server({}) as server:
        wall = {"id": "wall", "kind": "vk", "url": "https://vk.com/mod", "api": server.url, "token_file": "token"}
        config = configured(tmp_path, wall, ru=["раненые"])
        api = Api(server)
        api.pinned = item(1, "Раненые давних дней.")
        api.items = [item(2)]
        async with running(config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            api.failures = [said(failure(5, f"invalid access_token {TOKEN}"))]
            await until(lambda: not api.failures)
            api.items.append(item(3, "[club1|Минобороны]: есть раненые."))
            await until(lambda: "Минобороны: есть раненые." in "".join(daemon.out))

            assert await daemon.end(signal.SIGTERM) == 0
    told = daemon.all_told
    assert "давних дней" not in told
    assert "does not take the token" in told
    assert TOKEN not in told
    assert "https://vk.com/wall-1001_3" in told
