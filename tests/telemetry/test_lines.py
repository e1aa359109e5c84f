"""Lines of the log: one each, harmless, and without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NoReturn

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from monitor.errors import Unreachable
from monitor.telemetry import Format, configure


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


@pytest.mark.parametrize("name", ["uvicorn.error", "apscheduler.executors.default"])
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
