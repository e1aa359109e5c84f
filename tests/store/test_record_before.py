"""A store as it was written before records were packed: every kind of record in it is read, and work goes on.

`tests/data/store-of-plain-records.jsonl` has the commands that make it, a line each, as the release before the
dictionaries left it: a post that alerted, a quiet one that was deleted since, one that waits for the judge, a notice.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Bookmark, Verdict
from monitor.store import Store, keys, record
from tests.make import NOON, post

_BEFORE = Path(__file__).parent.parent / "data" / "store-of-plain-records.jsonl"
LOUD, QUIET, WAITING = (post(name).key for name in ("loud", "quiet", "waiting"))


@pytest.fixture
async def before(store: Store) -> Store:
    lines = [json.loads(line) for line in _BEFORE.read_text(encoding="utf-8").splitlines()]
    await store.posts._connection.together(lines)
    return store


async def test_posts_and_verdicts_are_read(before: Store) -> None:
    waiting, quiet, loud = await before.posts.recent()

    assert [one.post.key for one in (waiting, quiet, loud)] == [WAITING, QUIET, LOUD]
    assert loud.post.published == NOON
    assert [one.url for one in loud.post.media] == ["https://example.org/loud.jpg"]
    assert loud.verdict
    assert loud.verdict.rules == ("casualties", "border")
    assert "Two servicemen were wounded" in {one.words for one in loud.verdict.matches}
    assert "Sotk" in {one.words for one in loud.verdict.places}
    assert quiet.verdict
    assert not quiet.verdict.alert
    assert quiet.deletion
    assert quiet.deletion.at == NOON
    assert waiting.verdict is None
    assert waiting.post.text.startswith("Снова обстрел")


async def test_alerts_are_read_and_delivered(before: Store) -> None:
    (told,) = await before.alerts.recent()
    taken = [alert for _, alert in await before.outbox.take("console", "courier", 5)]

    assert told.post.key == LOUD
    assert told.verdict.matches
    assert taken[0].id == told.id
    assert [one.notice for one in taken] == [None, "silent"]
    assert [one.channel for one in await before.outbox.deliveries(told.id)] == ["console"]


async def test_what_is_known_of_a_source_is_read(before: Store) -> None:
    bookmark, state, _ = await before.health.left("am-mod")

    assert bookmark == Bookmark(etag='"a"', cursor={"page": "2"})
    assert (state.health, state.posts) == ("healthy", 3)
    assert [poll.new for poll in await before.health.polls("am-mod")] == [3]
    assert (await before.gone.of("am-mod"))[QUIET].suspect.state == "deleted"


async def test_its_posts_are_known_and_what_waited_is_judged(before: Store) -> None:
    (entry,) = await before.posts.take("judge", 5, block=0.01)
    assert entry.post.key == WAITING

    await before.alerts.conclude([(entry, Verdict(alert=False), None)], NOON)
    again = await before.posts.admit("am-mod", [entry.post], NOON + timedelta(hours=1))

    assert again["known"] == 1
    raw, verdict = await before.posts._connection.call("HMGET", keys.post(WAITING), "record:1", "verdict:1")
    assert (raw[:1], verdict[0]) == (b"{", record.NUMBER), "what is written from now on is packed, nothing else"
