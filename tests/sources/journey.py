"""The configuration of a journey from sources to an alert: a store of its own, one rule, and the console."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def configured(folder: Path, *sources: Mapping[str, object], **terms: list[str]) -> Path:
    """Write it, and return its file. The sources are asked every second, on the loopback; `terms`: by language."""
    common = {"every": "1s", "allow_private": ["127.0.0.1"]}
    given = {
        "store": {"url": "embedded", "dir": f"{folder}/data"},
        "web": {"listen": "127.0.0.1:0"},
        "log": {"format": "json", "level": "debug"},
        "sources": [{**common, **one} for one in sources],
        "channels": [{"id": "console", "kind": "console"}],
        "rules": [{"id": "casualties", "severity": "high", "to": ["console"], "terms": terms}],
    }
    config = folder / "monitor.yaml"
    config.write_text(json.dumps(given), encoding="utf-8")  # which is YAML, too
    return config
