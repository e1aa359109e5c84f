"""Near copies on the command line: in the list of posts, and when the past is judged again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli.ask import _show
from monitor.model import Entry, Like, Likeness
from monitor.store import Store
from tests.cli.test_backtest_places import again, rang, settings
from tests.make import judged_by, post
from tests.test_judge_copies import FIRE, LEAD
from tests.test_judge_places import say, told, watching


async def test_a_copy_is_no_gain_when_the_past_is_judged_again(store: Store, tmp_path: Path) -> None:
    await say(store, "telegram", 0, FIRE)
    await say(store, "site", 9, LEAD)
    await judged_by(watching(store))
    assert await told(store) == ["telegram"]

    assert rang(await again(store, settings(tmp_path))) == ["telegram"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("same", "same words as"), ("extended", "extended from"), ("retold", "others wrote this up:")],
)
def test_a_list_says_what_a_post_is_a_copy_of(kind: Likeness, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    like = Like(key="am-mod:" + "0" * 20, kind=kind, share=0.5)
    entry = Entry(id="1-0", post=post(), like=like)

    _show(entry, as_json=False)
    _show(entry, as_json=True)

    line, record = capsys.readouterr().out.splitlines()
    assert line.endswith(f"Statement 1 ({words} {like.key})")
    assert json.loads(record)["like"] == {"key": like.key, "kind": kind, "share": 0.5}
