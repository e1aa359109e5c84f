"""The kind of source that CONTRIBUTING.md shows really is one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from monitor.sources import Document, SourceConfig

EXAMPLE = re.search(r"```python\n(.*?)```", (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(), re.DOTALL)
BODY = b"2021-11-16T14:00:00+0400 Fire was opened at the border.\nno time here\n2021-11-16T15:00:00+0400 It goes on.\n"


@pytest.fixture
def lines() -> Iterator[ModuleType]:
    assert EXAMPLE
    module = ModuleType("monitor.sources.lines")
    sys.modules[module.__name__] = module  # pydantic looks its annotations up there
    exec(compile(EXAMPLE[1], "CONTRIBUTING.md", "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


def test_it_is_as_short_as_promised() -> None:
    assert EXAMPLE
    assert len(EXAMPLE[1].splitlines()) <= 40


def test_it_reads_what_it_says_and_warns_of_the_rest(lines: ModuleType) -> None:
    settings = lines.Config(id="am", url="https://feeds.example/today.txt", language="en")
    reading = lines.read(BODY, {}, settings.url, settings)
    assert [post.text for post in reading.posts] == ["Fire was opened at the border.", "It goes on."]
    assert reading.posts[0].published == datetime(2021, 11, 16, 10, tzinfo=UTC)
    assert reading.posts[0].key.startswith("am:")
    assert len({post.key for post in reading.posts}) == 2
    assert len(reading.warnings) == 1
    assert "line 2" in reading.warnings[0]


def test_it_has_what_every_kind_has(lines: ModuleType) -> None:
    assert lines.__doc__
    assert issubclass(lines.Config, SourceConfig)
    assert lines.Config(id="am", url="https://feeds.example/").kind == "lines"
    assert lines.Source is Document
