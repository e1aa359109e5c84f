from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from monitor.cli.versions import told
from monitor.model import Entry, changed
from tests.cli.history import NEWS
from tests.make import NOON, post


def test_a_posts_versions_are_told_with_what_each_changes() -> None:
    first = post(title="Fire at the border", text="Four were wounded.\n\nThe rest is quiet.", seen=NOON)
    second = changed(first, text=first.text.replace("Four", "Seven"), revision=2)
    history = [Entry(id="", post=second, previous=first, alert="a"), Entry(id="", post=first)]

    assert list(told(history)) == [
        f"{first.key}  Fire at the border",
        "",
        "version 2, seen 2021-11-16 12:00:00Z, alerted",
        "    [−Four][+Seven] were wounded.",
        "    The rest is quiet.",
        "",
        "version 1, seen 2021-11-16 12:00:00Z",
        "    Fire at the border",
        "    Four were wounded.",
        "    The rest is quiet.",
    ]


def test_no_version_steers_the_terminal() -> None:
    evil = post(title="UPDATED: \x1b[31m", text="red \x1b]0;title\x07\n\u202egnp.exe")

    assert all(line.isprintable() for line in list(told([Entry(id="", post=evil)]))[1:])


def test_the_command_shows_one_post(filled: Path, called: Callable[..., Result]) -> None:
    assert f"{NEWS.key}  Fire at the border" in called("posts", NEWS.key).stdout
    assert json.loads(called("posts", NEWS.key, "--json").stdout)["post"]["key"] == NEWS.key
    unknown = called("posts", "am-mod:0")
    assert unknown.exit_code == 1
    assert "no post 'am-mod:0' is known here" in unknown.stderr
