"""A configuration in a folder of its own, and the commands as a person calls them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import monitor

CONFIG = """
store: {{url: embedded, dir: {folder}/data}}
web: {{listen: 127.0.0.1:0}}
sources:
  - {{id: am-mod, kind: rss, url: "https://example.org/feed", name: Ministry, party: AM}}
  - {{id: az-mod, kind: rss, url: "https://example.org/az", enabled: false, disabled_because: "its feed is gone"}}
channels:
  - {{id: console, kind: console}}
  - {{id: spare, kind: console}}
rules:
  - id: border
    to: [console]
    parties: [AM]
    terms: {{en: [border], ru: ["границ*"], hy: ["սահման*"], az: ["sərhəd*"], tr: ["sınır*"]}}
"""

Command = Callable[..., Result]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.yaml"
    path.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    return path


@pytest.fixture
def command() -> Command:
    """Call `monitor WORDS…` and return its output, its errors and its exit code."""

    def call(*words: str | Path, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(monitor, [str(word) for word in words], input=stdin, catch_exceptions=False)

    return call


@pytest.fixture
def called(config: Path, command: Command) -> Callable[..., Result]:
    """Call a command that reads the configuration, with the one of this test."""

    def call(name: str, *words: str | Path, stdin: str | bytes = "") -> Result:
        return command(name, "-c", config, *words, stdin=stdin)

    return call


@pytest.fixture
def filled(config: Path) -> Path:
    """The same configuration; its store holds two old posts, one judged silent, and one that has alerted."""
    from tests.cli.history import fill

    asyncio.run(fill(config))
    return config
