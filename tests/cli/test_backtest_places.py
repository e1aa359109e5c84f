"""The past judged again, where one statement was said in several places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.cli.replay import Replayed, replayed
from monitor.config import Settings, load
from monitor.store import Store
from tests.make import judged_by
from tests.test_judge_places import TELEGRAM, WOUNDED, X, say, told, watching

CONFIG = """
store: {{url: embedded, dir: {folder}}}
sources:
  - {{id: x, kind: rss, url: "https://example.org/x", name: X, party: AM, official: {official}}}
  - {{id: telegram, kind: rss, url: "https://example.org/t", name: Telegram, party: AM, official: true}}
  - {{id: site, kind: rss, url: "https://example.org/s", name: Site, party: AM, official: true}}
  - {{id: paper, kind: rss, url: "https://example.org/p", name: Paper, party: AM}}
ops: {{to: [duty]}}
channels: [{{id: desk, kind: console}}, {{id: duty, kind: console}}]
rules:
  - {{id: fire, to: [desk], terms: {{en: ["opened fire", killed]}}}}
routes:
{routes}
"""
NO_ROUTES = "  - {id: all, to: [desk]}"
ANOTHER_HOUR = timedelta(hours=1)


def settings(folder: Path, routes: str = NO_ROUTES, *, official: bool = True) -> Settings:
    path = folder / "monitor.yaml"
    path.write_text(CONFIG.format(folder=folder, routes=routes, official=str(official).lower()), encoding="utf-8")
    return load(path)


async def said_three_times(store: Store) -> None:
    """X, cut; Telegram, whole; the site with a title. As it was judged then, the first two alerted."""
    await say(store, "x", 0, X)
    await say(store, "telegram", 3, TELEGRAM)
    await say(store, "site", 9, WOUNDED, "On the situation")
    await judged_by(watching(store))


async def again(store: Store, tried: Settings, since: datetime | None = None) -> list[Replayed]:
    now = datetime.now(UTC)
    return await replayed(store.posts.since, tried, (since or now - ANOTHER_HOUR, now + ANOTHER_HOUR), None)


def rang(found: list[Replayed]) -> list[str]:
    return [one.entry.post.source for one in found if one.now.alert]


async def test_later_places_are_no_gain(store: Store, tmp_path: Path) -> None:
    await said_three_times(store)
    assert await told(store) == ["x", "telegram"]

    found = await again(store, settings(tmp_path))

    assert [(one.entry.post.source, one.change) for one in found] == [("x", "~"), ("telegram", "-"), ("site", "")]
    assert found[2].now.reasons[0].startswith("same statement as X, 12:00 UTC")


async def test_a_longer_form_rings_where_it_adds_what_these_rules_ask_for(store: Store, tmp_path: Path) -> None:
    await said_three_times(store)
    await say(store, "paper", 20, f"{WOUNDED} Later 12 were killed.")
    await judged_by(watching(store))

    found = await again(store, settings(tmp_path))

    assert rang(found) == ["x", "paper"]
    assert found[-1].now.reasons[0].startswith("longer form of X, 12:00 UTC: ")
    assert "“killed”" in found[-1].now.reasons[0]


async def test_whom_a_route_reaches_beyond_the_first_place_is_told(store: Store, tmp_path: Path) -> None:
    await said_three_times(store)
    routes = "  - {id: sites, sources: [site], to: [duty]}"

    assert rang(await again(store, settings(tmp_path, routes))) == ["x", "site"]


async def test_no_unofficial_place_silences_an_official_one(store: Store, tmp_path: Path) -> None:
    await said_three_times(store)

    assert rang(await again(store, settings(tmp_path, official=False))) == ["x", "telegram"]


async def test_what_was_said_just_before_the_span_is_known(store: Store, tmp_path: Path) -> None:
    await said_three_times(store)
    *_, last = await again(store, settings(tmp_path))
    begin = datetime.fromtimestamp(int(last.entry.id.partition("-")[0]) / 1000, UTC)

    found = await again(store, settings(tmp_path), begin)

    assert found[-1].entry == last.entry
    assert "site" not in rang(found)
    assert await again(store, settings(tmp_path), begin + timedelta(milliseconds=1)) == []
