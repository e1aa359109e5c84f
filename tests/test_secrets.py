"""Secrets planted wherever a configuration takes one, and much that goes wrong with them: nobody shows any."""

from __future__ import annotations

import asyncio
import base64
import signal
from pathlib import Path

import httpx

from tests.daemon import running, world
from tests.make import post, until
from tests.servers import Reply

PLANTED = {
    "source": "src-Zk3vQ9pW7xLm2",
    "slack": "slk-T8rB4nYc6HsJ1",
    "token": "xoxb-Gq5wE2tR9uK7d",
    "mail": "eml-Xa7sD4fV1jC8z",
    "webhook": "hok-Pm6oI3nU5yB9e",
    "signature": base64.b64encode(b"sig-Wr2tY8qA4kF6gLhJdSzXcVbNmQwErT").decode(),
    "mark": "mrk-Nc9bV5xZ2lK8h",
}
PAGES = ("/", "/alerts", "/sources", "/sources/am-mod", "/channels", "/deliveries", "/health", "/metrics", "/readyz",
         "/api/posts", "/api/alerts", "/api/sources", "/api/sources/am-mod", "/api/deliveries")  # fmt: skip
NEWS = post("news", title="Four wounded", text="Four servicemen are known for sure to be wounded.")


def configuration(base: str, folder: Path, mail: int) -> str:
    host = base.removeprefix("http://")
    here = "allow_private: [127.0.0.1], pause: 0, timeout: 2s"
    return f"""
        store: {{url: embedded, dir: {folder / "data"}}}
        web: {{listen: 127.0.0.1:0}}
        log: {{format: json, level: debug}}
        ops: {{to: [desk]}}
        sources:
          - {{id: am-mod, kind: rss, url: "http://me:{PLANTED["source"]}@{host}/feed?key={PLANTED["mark"]}", every: 1s,
             allow_private: [127.0.0.1]}}
          - {{id: broken, kind: rss, url: "http://me:{PLANTED["source"]}@{host}/no?key={PLANTED["mark"]}", every: 1s,
             allow_private: [127.0.0.1]}}
          - {{id: led-astray, kind: rss, url: "http://{host}/redirect?key={PLANTED["mark"]}", every: 1s,
             allow_private: [127.0.0.1]}}
        channels:
          - {{id: desk, kind: slack, webhook_url: "{base}/slack/{PLANTED["slack"]}", {here}}}
          - {{id: bot, kind: slack, token: {PLANTED["token"]}, channel: C1, {here}}}
          - {{id: duty, kind: email, host: 127.0.0.1, port: {mail}, username: me, password: {PLANTED["mail"]},
             from: monitor@example.org, to: [duty@example.org]}}
          - {{id: archive, kind: webhook, url: "{base}/hook/{PLANTED["webhook"]}",
             secret: whsec_{PLANTED["signature"]}, {here}}}
        rules:
          - {{id: casualties, severity: high, to: [desk, bot, duty, archive], terms: {{en: [wounded]}}}}
        """


async def test_no_planted_secret_is_ever_shown(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.config.write_text(configuration(here.http.url, tmp_path, here.mail.port), encoding="utf-8")
        away = f"http://127.0.0.2:1/elsewhere?key={PLANTED['mark']}"
        here.http.routes["/redirect"] = Reply(302, headers={"Location": away})
        here.http.routes[f"/hook/{PLANTED['webhook']}"] = Reply(500, PLANTED["webhook"].encode())
        here.http.routes[f"/slack/{PLANTED['slack']}"] = Reply(404, b"no_service")
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")) or bool(daemon.events("source.failing")))
            here.posts.append(NEWS)
            await until(lambda: len(daemon.events("channel.failing")) + len(daemon.events("delivery.dead")) >= 3)
            here.http.routes["/feed"] = Reply(503)
            await asyncio.sleep(1.5)
            async with httpx.AsyncClient(base_url=daemon.page) as web:
                answers = {path: (await web.get(path)).text for path in PAGES}
            await daemon.end(signal.SIGTERM)
    shown = answers | {
        "standard output": "\n".join(daemon.out),
        "log": str(daemon.log),
        "other": "\n".join(daemon.told),
    }
    assert all(shown[path] for path in PAGES)
    assert [(where, what) for where, text in shown.items() for what, word in PLANTED.items() if word in text] == []
