"""The past judged again: what was copied days later, and what its agency itself calls a later version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.cli.replay import Replayed, replayed
from monitor.config import Settings
from monitor.model import Entry, Post, changed
from monitor.store import Store
from tests.cli.test_backtest_places import settings
from tests.make import NOON, judged_by, post
from tests.test_judge_copies import FIRE, LEAD
from tests.test_judge_places import say, told, watching

TITLE = "The enemy opened fire at the border in the night, the ministry of defence says"
TEXT = "At 02:30 the enemy opened fire at our positions near Sotk. The ministry follows the situation closely."


async def later_by(store: Store, tried: Settings, apart: timedelta) -> list[Replayed]:
    """Judge the last post again, as if all others had come so much before it."""
    newest, *older = await store.posts.recent()
    span = (_came(newest), _came(newest) + timedelta(hours=1))
    past = [*(changed(one, id=_id(_came(one) - apart)) for one in reversed(older)), newest]

    async def since(moment: datetime, before: datetime, count: int, after: str | None) -> list[Entry]:
        return [one for one in past if moment <= _came(one) <= before][: 0 if after else count]

    return await replayed(since, tried, span, None)


def _came(entry: Entry) -> datetime:
    return datetime.fromtimestamp(int(entry.id.partition("-")[0]) / 1000, UTC)


def _id(moment: datetime) -> str:
    return f"{int(moment.timestamp() * 1000)}-0"


async def test_a_copy_of_what_alerted_days_before_is_no_gain(store: Store, tmp_path: Path) -> None:
    await say(store, "telegram", 0, FIRE)
    await judged_by(watching(store))
    await say(store, "site", 9, LEAD)
    await judged_by(watching(store))
    assert await told(store) == ["telegram"]

    for apart, rings in ((timedelta(days=6), False), (timedelta(days=8), True)):
        (copy,) = await later_by(store, settings(tmp_path), apart)
        assert copy.entry.post.source == "site"
        assert copy.now.alert is rings, apart


def said(name: str, minutes: float, title: str, text: str = TEXT) -> Post:
    moment = NOON + timedelta(minutes=minutes)
    return post(name, source="site", published=moment, seen=moment, title=title, text=text)


async def versions(store: Store, *posts: Post) -> None:
    """Let the site say these, one after the other."""
    await store.posts.admit("site", [], NOON)
    judge = watching(store)
    for one in posts:
        await store.posts.admit("site", [one], NOON)
        await judged_by(judge)


async def test_a_marked_version_is_compared_with_what_it_goes_on_with(store: Store, tmp_path: Path) -> None:
    await versions(
        store,
        said("first", 0, TITLE),
        said("second", 60, f"{TITLE} (version 2)", f"{TEXT} More follows."),
        said("third", 90, f"{TITLE} (version 3)", f"{TEXT} Four were killed."),
    )

    span = (datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
    first, second, third = await replayed(store.posts.since, settings(tmp_path), span, None)

    assert [one.then.updates is None for one in (first, second, third)] == [True, False, False]
    assert [one.now.updates for one in (first, second, third)] == [one.then.updates for one in (first, second, third)]
    assert [one.now.alert for one in (first, second, third)] == [True, False, True]
    assert second.now.reasons[0] == "version 2 by its own mark changes no term and no figure"
    assert "“killed”" in third.now.reasons[0]
