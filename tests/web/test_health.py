from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from monitor.errors import StoreUnavailable
from monitor.model import ChannelState, SourceState
from monitor.web import health
from tests.web.memory import NOON, MemoryStore, a_site, browser


def ago(**much: float) -> datetime:
    return datetime.now(UTC) - timedelta(**much)


def test_what_troubles_a_channel() -> None:
    states = [
        ChannelState(id="stuck", waiting=3, oldest=NOON - timedelta(minutes=12), failures=4),
        ChannelState(id="shaky", failures=2),
        ChannelState(id="dead", dead=1),
        ChannelState(id="busy", waiting=1, oldest=NOON - timedelta(seconds=5)),
    ]

    lines = health.channel_lines(["stuck", "shaky", "dead", "busy", "idle"], states, NOON)

    assert {line.state.id: line.trouble for line in lines} == {
        "stuck": "an alert has waited 12 min",
        "shaky": "the last 2 attempts failed",
        "dead": "1 given up",
        "busy": None,
        "idle": None,
    }


async def test_the_health_report_names_every_source_channel_and_part(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    memory.source_states = [SourceState(id="am-mod", health="failing", failures=3, error="am-mod: answered 503")]
    memory.channel_states = [ChannelState(id="mail", waiting=2, oldest=ago(minutes=20), dead=1)]
    memory.beats = {"poll": ago(seconds=1), "judge": ago(minutes=5)}

    report = (await visitor.get("/health")).json()

    assert [(line["id"], line["health"], line["trouble"]) for line in report["sources"]] == [
        ("am-mod", "failing", "has failed 3 times in a row"),
        ("agency", "new", None),
    ]
    assert [(line["id"], line["waiting"]) for line in report["channels"]] == [("mail", 2), ("duty", 0)]
    assert report["channels"][0]["lag"] == pytest.approx(1200, abs=30)
    assert set(report["parts"]) == {"poll", "judge"}
    assert report["troubles"] == [
        "Source am-mod: has failed 3 times in a row.",
        "Channel mail: an alert has waited 20 min, 1 given up.",
        "judge has given no sign of life for 5 min.",
    ]


async def test_the_page_of_channels(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    memory.channel_states = [ChannelState(id="mail", waiting=2, oldest=ago(minutes=20), error="mail: no answer")]

    channels = (await visitor.get("/channels")).text

    assert "an alert has waited 20 min" in channels
    assert "mail: no answer" in channels
    assert "nothing waits" in channels


@pytest.mark.parametrize(("minutes", "word"), [(None, "held"), (1, "sending")])
async def test_a_channel_at_rest_is_not_said_to_be_sending(
    memory: MemoryStore, visitor: httpx.AsyncClient, minutes: float | None, word: str
) -> None:
    """What the policy holds has no `oldest`."""
    oldest = None if minutes is None else ago(minutes=minutes)
    memory.channel_states = [ChannelState(id="mail", waiting=2, oldest=oldest)]

    channels = (await visitor.get("/channels")).text

    assert f'<span class="mood wait">{word}</span>' in channels


async def test_the_loop_is_alive_even_if_the_store_is_not(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    memory.away = True

    answer = await visitor.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")


async def test_ready_says_why_not(memory: MemoryStore) -> None:
    reasons: list[str] = []

    async def ready() -> list[str]:
        return reasons

    async with browser(a_site(memory, ready=ready)) as visitor:
        answer = await visitor.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})
        reasons.append("The store has no append-only file.")
        answer = await visitor.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": reasons})


async def test_ready_is_not_kept_waiting(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_READY_WITHIN", 0.05)

    async def stuck() -> list[str]:
        await asyncio.Event().wait()
        return []

    async def broken() -> list[str]:
        raise StoreUnavailable("the store does not answer")

    async with browser(a_site(memory, ready=stuck)) as visitor:
        answer = await visitor.get("/readyz")
        assert answer.status_code == 503
        assert "did not find out" in answer.json()["reasons"][0]
    async with browser(a_site(memory, ready=broken)) as visitor:
        answer = await visitor.get("/readyz")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["the store does not answer"])


async def test_metrics_are_handed_on_as_they_are(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.content == b"monitor_store_up 1\n"
