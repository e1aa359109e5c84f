from __future__ import annotations

import io
import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from monitor.errors import Unreachable
from monitor.model import ChannelState, SourceState
from monitor.telemetry import Format, Metrics, configure, notify


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


def only_record(out: io.StringIO) -> dict[str, object]:
    (line,) = out.getvalue().splitlines()
    record = json.loads(line)
    assert isinstance(record, dict)
    return record


def fail(error: Exception) -> NoReturn:
    raise error


# --- lines ---


def test_text_is_one_line_with_time_level_name_and_pairs(out: io.StringIO) -> None:
    configure("text", stream=out)
    structlog.get_logger().warning("source.failing", source="am-mod", failures=3, error="no answer within 25 s")
    when, rest = out.getvalue().split(" ", 1)
    assert rest == 'warning source.failing source=am-mod failures=3 error="no answer within 25 s"\n'
    assert datetime.fromisoformat(when).tzinfo == UTC
    assert when.endswith("Z")


def test_json_is_one_object_with_letters_as_they_are(out: io.StringIO) -> None:
    configure("json", stream=out)
    structlog.get_logger().info("post.stored", title="Կրակ են բացել", parts=["a", 1], none=None)
    record = only_record(out)
    assert list(record)[:3] == ["timestamp", "level", "event"]
    assert record["event"] == "post.stored"
    assert record["parts"] == ["a", 1]
    assert record["none"] is None
    assert "Կրակ են բացել" in out.getvalue()


def test_below_the_level_nothing_is_written(out: io.StringIO) -> None:
    configure("text", "warning", out)
    structlog.get_logger().info("source.unchanged")
    logging.getLogger("some.library").info("chatter")
    assert out.getvalue() == ""


def test_configured_twice_each_event_is_still_written_once(out: io.StringIO) -> None:
    configure("json", stream=io.StringIO())
    configure("text", stream=out)
    structlog.get_logger().info("part.started", part="judge")
    assert out.getvalue().count("part.started") == 1


def test_libraries_speak_through_the_same_line(out: io.StringIO) -> None:
    configure("json", stream=out)
    logging.getLogger("uvicorn.error").warning("closed %s", "early")
    record = only_record(out)
    assert (record["event"], record["logger"], record["level"]) == ("closed early", "uvicorn.error", "warning")


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "uvicorn.error", "apscheduler.executors.default"])
def test_chatty_libraries_are_heard_from_warning_on(out: io.StringIO, name: str) -> None:
    configure("text", "debug", out)
    logging.getLogger(name).info("GET https://feeds.example/ 200")
    assert out.getvalue() == ""
    logging.getLogger(name).warning("odd")
    assert "odd" in out.getvalue()


def test_context_is_on_every_line(out: io.StringIO) -> None:
    configure("text", stream=out)
    with structlog.contextvars.bound_contextvars(part="poll"):
        structlog.get_logger().info("source.answered")
    assert "part=poll" in out.getvalue()


# --- errors ---


@pytest.mark.parametrize("form", ["text", "json"])
def test_our_own_error_is_a_sentence_without_traceback(out: io.StringIO, form: Format) -> None:
    configure(form, stream=out)
    try:
        fail(Unreachable("feeds.example does not answer"))
    except Unreachable:
        structlog.get_logger().exception("source.failing", source="am-mod")
    assert "feeds.example does not answer" in out.getvalue()
    assert "unreachable" in out.getvalue()
    assert "Traceback" not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_bug_keeps_its_traceback_and_cannot_forge_a_line(out: io.StringIO, form: Format) -> None:
    configure(form, stream=out)
    try:
        fail(ValueError("bad\n2026-01-01T00:00:00Z info all.well"))
    except ValueError as error:
        structlog.get_logger().error("poll.broken", exc_info=error)
        logging.getLogger("library").exception("broken")
    text = out.getvalue()
    assert text.count("Traceback") == 2
    assert not any(line.startswith("2026-01-01") for line in text.splitlines())
    if form == "json":
        assert [json.loads(line)["event"] for line in text.splitlines()] == ["poll.broken", "broken"]


@pytest.mark.parametrize("form", ["text", "json"])
@given(words=st.text(), key=st.sampled_from(["title", "error", "event_text"]))
def test_whatever_a_value_holds_the_event_is_one_harmless_line(form: Format, words: str, key: str) -> None:
    out = io.StringIO()
    configure(form, stream=out)
    structlog.get_logger().info("post.read", **{key: words}, nested={"a": [words]})
    logging.getLogger("library").warning("%s", words)
    lines = out.getvalue().split("\n")
    assert len(lines) == 3
    assert lines[2] == ""
    assert all(char.isprintable() or char not in "\r\x1b\x85\u2028\u2029\u202e" for line in lines for char in line)
    out.getvalue().encode()  # no lone surrogate
    if form == "json":
        assert [json.loads(line)["level"] for line in lines[:2]] == ["info", "warning"]


def test_a_very_long_value_is_cut(out: io.StringIO) -> None:
    configure("json", stream=out)
    structlog.get_logger().info("post.read", text="x" * 100_000)
    assert len(out.getvalue()) < 3_000


# --- secrets ---


@pytest.mark.parametrize(
    "pairs",
    [
        {"password": "PLANTED"},
        {"slack_token": "PLANTED"},
        {"settings": {"client_secret": "PLANTED", "api-key": ["PLANTED"]}},
        {"settings": [{"Authorization": "PLANTED"}]},
        {"value": SecretStr("PLANTED")},
        {"channel": "desk", "url": "https://hooks.example/PLANTED"},
        {"error": "asked https://reader:PLANTED@feeds.example/rss"},
        {"error": "POST https://hooks.slack.com/services/T1/B1/PLANTED answered 404"},
        {"error": ConnectionError("GET https://feeds.example/rss?lang=en&access_token=PLANTED&page=2")},
        {"error": "sent with Bearer PLANTED"},
        {"error": "xoxb-1-PLANTED"},
        {"error": "signed with whsec_PLANTED="},
        {"error": "the far side repeated what-we-sent"},
        {"error": 'the far side repeated PLA"NT\\ED'},
        {"nested": {"answer": ["the far side repeated", 'PLA"NT\\ED']}},
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_reaches_a_line(out: io.StringIO, form: Format, pairs: dict[str, object]) -> None:
    configure(form, stream=out, secrets=["what-we-sent", 'PLA"NT\\ED'])
    structlog.get_logger().warning("delivery.failed", **pairs)
    logging.getLogger("library").warning("failed: %s", pairs.get("error"))
    text = out.getvalue()
    assert "delivery.failed" in text
    assert "***" in text
    assert "PLANTED" not in text
    assert "what-we-sent" not in text
    assert "ED" not in text


def test_a_secret_in_a_traceback_is_masked(out: io.StringIO) -> None:
    configure("text", stream=out, secrets=["what-we-sent"])
    try:
        fail(RuntimeError("login with what-we-sent refused"))
    except RuntimeError:
        structlog.get_logger().exception("delivery.broken")
    assert "RuntimeError: login with *** refused" in out.getvalue()


def test_what_is_no_secret_stays_readable(out: io.StringIO) -> None:
    configure("text", stream=out, secrets=["", "ab"])
    structlog.get_logger().info("source.asked", source="az-mod", url="https://mod.gov.az/az/rss/?page=2", tokens=None)
    assert "source=az-mod" in out.getvalue()
    assert 'url="https://mod.gov.az/az/rss/?page=2"' in out.getvalue()


# --- metrics ---


def test_counters_and_histograms_are_counted_by_label() -> None:
    metrics = Metrics()
    metrics.polls.labels(source="am-mod", outcome="new").inc()
    metrics.posts.labels(source="am-mod", what="version").inc(2)
    metrics.delivery_seconds.labels(channel="desk").observe(3)
    text = metrics.render().decode()
    assert 'monitor_polls_total{outcome="new",source="am-mod"} 1.0' in text
    assert 'monitor_posts_total{source="am-mod",what="version"} 2.0' in text
    assert 'monitor_delivery_seconds_bucket{channel="desk",le="5.0"} 1.0' in text
    assert "_created" not in text


def test_only_the_first_thousand_sources_have_figures_of_their_own() -> None:
    metrics = Metrics()
    metrics.name(f"s{n}" for n in range(1_500))
    for n in range(1_500):
        metrics.polled(f"s{n}", "new", 0.2, {"new": 3})
    text = metrics.render().decode()
    assert 'monitor_polls_total{outcome="new",source="s999"} 1.0' in text
    assert 's1000"' not in text
    assert 'monitor_polls_total{outcome="new",source="(others)"} 500.0' in text
    assert 'monitor_posts_total{source="(others)",what="new"} 1500.0' in text
    assert "monitor_poll_seconds_count 1500.0" in text


def test_latency_is_counted_by_source_and_a_post_from_the_future_was_seen_at_once() -> None:
    metrics = Metrics()
    metrics.name(["am-mod"])
    for source, seconds in (("am-mod", 45.0), ("am-mod", -30.0), ("unnamed", 4_000.0)):
        metrics.latency(source, seconds)
    text = metrics.render().decode()
    assert 'monitor_source_latency_seconds_bucket{le="10.0",source="am-mod"} 1.0' in text
    assert 'monitor_source_latency_seconds_bucket{le="60.0",source="am-mod"} 2.0' in text
    assert 'monitor_source_latency_seconds_sum{source="am-mod"} 45.0' in text
    assert 'monitor_source_latency_seconds_bucket{le="3600.0",source="(others)"} 0.0' in text
    assert '"unnamed"' not in text


def test_each_source_has_the_figures_of_its_state() -> None:
    metrics = Metrics()
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    metrics.store_answers(
        [
            SourceState(id="am-mod", health="healthy", interval=120.0, latency=400.0, slow=moment),
            SourceState(id="az-mod", health="blocked", interval=900.0, failures=3),
            SourceState(id="tr-msb", health="blocked"),
        ],
        [],
    )
    text = metrics.render().decode()
    assert 'monitor_source_health{health="healthy",source="am-mod"} 1.0' in text
    assert 'monitor_source_health{health="blocked",source="az-mod"} 1.0' in text
    assert text.count("monitor_source_health{") == 3
    assert 'monitor_sources{health="blocked"} 2.0' in text
    assert 'monitor_source_slo_missed{source="am-mod"} 1.0' in text
    assert 'monitor_source_slo_missed{source="az-mod"} 0.0' in text
    assert 'monitor_source_interval_seconds{source="am-mod"} 120.0' in text
    assert 'monitor_source_interval_seconds{source="tr-msb"}' not in text

    metrics.store_answers([SourceState(id="az-mod", health="healthy")], [])
    text = metrics.render().decode()
    assert text.count("monitor_source_health{") == 1
    assert 'monitor_source_health{health="healthy",source="az-mod"} 1.0' in text
    assert 'monitor_sources{health="blocked"}' not in text


def test_of_many_sources_the_named_and_the_troubled_have_figures() -> None:
    metrics = Metrics()
    metrics.name(["s0"])
    late = datetime(2026, 11, 22, tzinfo=UTC)
    metrics.store_answers(
        [
            SourceState(id="s0", health="healthy"),
            SourceState(id="s1", health="healthy"),
            SourceState(id="s2", health="failing"),
            SourceState(id="s3", health="healthy", slow=late),
            *(SourceState(id=f"more-{n}", health="gone") for n in range(1_500)),
        ],
        [],
    )
    text = metrics.render().decode()
    told = set(re.findall(r'monitor_source_health\{health="\w+",source="(s\d)"\}', text))
    assert told == {"s0", "s2", "s3"}
    assert text.count("monitor_source_health{") == 1_001
    assert 'monitor_sources{health="gone"} 1500.0' in text
    assert 'monitor_sources{health="healthy"} 3.0' in text


def test_two_houses_in_one_process_do_not_share_figures() -> None:
    first, second = Metrics(), Metrics()
    first.alerts.labels(severity="high").inc()
    assert b"monitor_alerts_total{" not in second.render()


def test_gauges_follow_the_store_and_forget_what_is_gone() -> None:
    metrics = Metrics()
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    metrics.store_answers(
        [SourceState(id="am-mod", failures=2, answered=moment), SourceState(id="never-answered")],
        [ChannelState(id="desk", waiting=4, dead=1, oldest=moment)],
        unjudged=7,
    )
    text = metrics.render().decode()
    assert "monitor_store_up 1.0" in text
    assert "monitor_posts_unjudged 7.0" in text
    assert 'monitor_outbox_waiting{channel="desk"} 4.0' in text
    assert 'monitor_outbox_dead{channel="desk"} 1.0' in text
    assert 'monitor_outbox_oldest_timestamp_seconds{channel="desk"} 1.7953056e+09' in text
    assert 'monitor_source_failures{source="am-mod"} 2.0' in text
    assert 'monitor_source_last_answer_timestamp_seconds{source="never-answered"}' not in text

    metrics.store_answers([SourceState(id="az-mod")], [])
    text = metrics.render().decode()
    assert 'source="am-mod"' not in text
    assert 'channel="desk"' not in text

    metrics.store_silent()
    text = metrics.render().decode()
    assert "monitor_store_up 0.0" in text
    assert "monitor_posts_unjudged NaN" in text
    assert "az-mod" not in text


def test_every_metric_has_our_prefix_and_says_what_it_is() -> None:
    described = [line.split(" ", 3) for line in Metrics().render().decode().splitlines() if line.startswith("# HELP")]
    assert len(described) >= 15
    assert all(name.startswith("monitor_") and words for _, _, name, words in described)


# --- signs of life ---


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_every_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    path = f"@monitor-test-{tmp_path}" if abstract else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + path[1:] if abstract else path)
        systemd.settimeout(5)
        for state in ("READY=1", "WATCHDOG=1", "STOPPING=1"):
            notify(state)
            assert systemd.recv(200) == state.encode()
        notify("RELOADING=1")
        first, second = systemd.recv(200).decode().split("\n")
        name, moment = second.split("=")
        assert (first, name) == ("RELOADING=1", "MONOTONIC_USEC")
        assert 0 <= time.monotonic_ns() // 1000 - int(moment) < 60_000_000


@pytest.mark.parametrize("value", [None, "", "relative/path", "/nobody/listens/here"])
def test_without_systemd_notify_does_nothing(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", value)
    notify("READY=1")


def test_a_full_socket_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        for _ in range(2_000):
            notify("WATCHDOG=1")
        systemd.settimeout(5)
        assert systemd.recv(200) == b"WATCHDOG=1"
