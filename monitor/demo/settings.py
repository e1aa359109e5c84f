"""The configuration of the demo's daemon: the same form anybody would write, with addresses on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from monitor.demo.day import Clock
from monitor.demo.feeds import NAMES
from monitor.demo.ministry import FEEDS, SLACK
from monitor.demo.slack import CHANNEL
from monitor.policy.settings import GroupingConfig

POLICY = GroupingConfig(within=4 * 3600)  # as in config/monitor.yaml, on the clock of the day

CHANNELS = ("console", "desk", "duty")
_HERE = ["127.0.0.1"]
_LOOK = 1.0  # seconds between two looks at a feed, however fast the day runs
_AWAY = 15.0  # seconds that a killed daemon needs to come back, on a busy machine
_PARTIES = {"am": ("AM", "Asia/Yerevan"), "az": ("AZ", "Asia/Baku"), "agency": (None, "Asia/Yerevan")}


def write(directory: Path, clock: Clock, *, base: str, mail: int, web: int, colour: bool) -> Path:
    """Write the configuration and its rules into `directory`; return its path.

    `base`: address of the ministries' server; `mail`, `web`: ports of the post office and of the daemon's pages;
    `colour`: whether the console is a terminal; `clock`: by which the policy's hours are made short.
    """
    settings = {
        "store": {"url": "embedded", "dir": str(directory / "data")},
        "web": {"listen": f"127.0.0.1:{web}"},
        "include": ["rules.yaml"],
        "sources": [_source(source, base + path) for source, path in FEEDS.items()],
        "channels": [
            {"id": "console", "kind": "console", "colour": "always" if colour else "never"},
            {
                "id": "desk", "kind": "slack", "token": "xoxb-demo", "channel": CHANNEL, "api_url": base + SLACK,
                "allow_private": _HERE, "pause": "10ms",  # Slack itself wants a second between two messages
            },
            {
                "id": "duty", "kind": "email", "host": "127.0.0.1", "port": mail,
                "from": "monitor@example.org", "to": ["duty@example.org"],
            },
        ],
        "grouping": grouping(clock),
    }  # fmt: skip
    (directory / "rules.yaml").write_bytes(Path(__file__).with_name("rules.yaml").read_bytes())
    path = directory / "monitor.yaml"
    path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def grouping(clock: Clock) -> dict[str, float]:
    """Return the policy at the day's pace.

    Feeds are looked at once a second however fast the day runs, and that is many minutes of it: nothing could be
    gathered in less, and a daemon that was away for seconds must not find the event over.
    """
    return {
        "within": clock.ours(POLICY.within) + _AWAY,
        "wait": clock.ours(POLICY.wait),
        "interval": max(clock.ours(POLICY.interval), _LOOK),
        "repeat": clock.ours(POLICY.repeat),
    }


def _source(source: str, url: str) -> dict[str, Any]:
    party, zone = _PARTIES[source]
    return {
        "id": source,
        "kind": "rss",
        "url": url,
        "every": _LOOK,
        "name": NAMES[source],
        "party": party,
        "official": party is not None,
        "timezone": zone,
        "allow_private": _HERE,
    }
