"""The configuration of the demo's daemon: the same form anybody would write, with addresses on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from monitor.demo.feeds import NAMES
from monitor.demo.ministry import FEEDS

CHANNELS = ("console", "desk", "duty")
_HERE = ["127.0.0.1"]
_PARTIES = {"am": ("AM", "Asia/Yerevan"), "az": ("AZ", "Asia/Baku"), "agency": (None, "Asia/Yerevan")}


def write(directory: Path, *, base: str, mail: int, web: int, colour: bool) -> Path:
    """Write the configuration and its rules into `directory`; return its path.

    `base`: address of the ministries' server; `mail`, `web`: ports of the post office and of the daemon's pages;
    `colour`: whether the console is a terminal.
    """
    settings = {
        "store": {"url": "embedded", "dir": str(directory / "data")},
        "web": {"listen": f"127.0.0.1:{web}"},
        "include": ["rules.yaml"],
        "sources": [_source(source, base + path) for source, path in FEEDS.items()],
        "channels": [
            {"id": "console", "kind": "console", "colour": "always" if colour else "never"},
            {
                "id": "desk", "kind": "slack", "webhook_url": f"{base}/slack", "allow_private": _HERE,
                "pause": "10ms",  # Slack itself wants a second between two messages
            },
            {
                "id": "duty", "kind": "email", "host": "127.0.0.1", "port": mail,
                "from": "monitor@example.org", "to": ["duty@example.org"],
            },
        ],
    }  # fmt: skip
    (directory / "rules.yaml").write_bytes(Path(__file__).with_name("rules.yaml").read_bytes())
    path = directory / "monitor.yaml"
    path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _source(source: str, url: str) -> dict[str, Any]:
    party, zone = _PARTIES[source]
    return {
        "id": source,
        "kind": "rss",
        "url": url,
        "every": "1s",
        "name": NAMES[source],
        "party": party,
        "official": party is not None,
        "timezone": zone,
        "allow_private": _HERE,
    }
