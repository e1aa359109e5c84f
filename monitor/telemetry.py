"""What the daemon says of itself: one log line per event, metrics for Prometheus, signs of life for systemd.

Log events have stable dotted names (`source.failing`) and plain keys, so that they can be searched for and counted.
No secret and no control character reaches a line, whatever was handed in: values are masked by their key, by their
type (`SecretStr`), by the literals given to `configure`, and by what secrets look like.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import socket
import sys
import time
import traceback
from collections import Counter as Counted
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Literal, TextIO

import prometheus_client
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from pydantic import SecretBytes, SecretStr

from monitor import __version__
from monitor.errors import MonitorError
from monitor.model import ChannelState, SourceState

Format = Literal["json", "text"]
Level = Literal["debug", "info", "warning", "error"]
Event = MutableMapping[str, Any]

MASK = "***"
_HEAD = ("timestamp", "level", "event")
_LONGEST = 2_000  # characters of one value; a statement belongs into the store, not into the log
_NOISY = ("apscheduler", "httpcore", "httpx", "uvicorn")
_SECRET_KEY = re.compile(
    r"token|secret|passw|authorization|cookie|credential|api[_-]?key|webhook|signature", re.IGNORECASE
)
_SECRET_LOOK = re.compile(
    r"""(?<=://)[^/\s"'@]+(?=@)                                     # a user and password in an address
      | (?<=hooks\.slack\.com/)[^\s"'<>\\]+                           # a Slack webhook: its path is the key
      | \b(?:xox[a-z]-|whsec_)[\w+/=-]+                               # a Slack token, a key that signs webhooks
      | (?<=\bbearer\ )[\w.~+/=-]+ | (?<=\bbasic\ )[\w+/=-]{8,}       # an Authorization header
      | (?<=[?&])((?:\w*(?:token|secret|signature|password|key))=)[^&\s"'<>\\]+""",
    re.VERBOSE | re.IGNORECASE,
)
# C0 and C1 controls, line separators, marks that reorder text on a screen, and lone surrogates.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_PLAIN = re.compile(r'[^\s"=\\]+')


def configure(
    format: Format = "text",  # noqa: A002  # the setting's own name
    level: Level = "info",
    stream: TextIO | None = None,
    *,
    secrets: Iterable[str] = (),
) -> None:
    """Send our own events and those of every library to `stream` (stderr), one line each. May be called again.

    `secrets` are masked wherever they turn up, also inside the errors and tracebacks of libraries.
    """
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    common: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _explain,
        _Redact(secrets),
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _json if format == "json" else _text,
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
        )
    )
    threshold = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _explain(_logger: Any, _method: str, event: Event) -> Event:
    """Turn an exception into words. Ours speak for themselves; any other is a bug, and keeps its traceback."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, MonitorError):
        event.setdefault("error", str(error))
        event.setdefault("kind", error.kind)
    elif isinstance(error, BaseException):
        event["exception"] = "".join(traceback.format_exception(error)).rstrip()
    return event


class _Redact:
    """Mask secrets by their key, by their type, and wherever a known or likely one stands in a text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        longest_first = sorted({each for each in secrets if len(each) >= 4}, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        # The address of a channel is a secret too: whoever has it can write there.
        to_channel = "channel" in event
        for key, value in event.items():
            event[key] = MASK if to_channel and key.endswith("url") else self._masked(key, value)
        return event

    def _masked(self, key: str, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, SecretStr | SecretBytes) or _SECRET_KEY.search(key):
            return MASK
        match value:
            case int() | float():
                return value
            case Mapping():
                return {str(k): self._masked(str(k), v) for k, v in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._masked(key, each) for each in value]
        text = self.known.sub(MASK, str(value))
        text = _SECRET_LOOK.sub(lambda found: f"{found[1] or ''}{MASK}", text)
        return text if key == "exception" or len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _json(_logger: Any, _method: str, event: Event) -> str:
    head = {key: event.pop(key) for key in _HEAD}
    return _harmless(_quoted({**head, **event}))


def _text(_logger: Any, _method: str, event: Event) -> str:
    """Write `time level event key=value …`; a traceback, the mark of a bug, follows indented."""
    trace = str(event.pop("exception", None) or "").splitlines()
    words = [_word(event.pop(key)) for key in _HEAD]
    words += [f"{key}={_word(value)}" for key, value in event.items()]
    return "\n    ".join(_harmless(line) for line in [" ".join(words), *trace])


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else _quoted(value)
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _harmless(line: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


MOST_NAMED = 1_000  # sources with figures of their own; each has some twenty series, and every scrape brings them all
_OTHERS = "(others)"  # no id of a source looks like this
_LATENCIES = (10, 30, 60, 120, 300, 900, 3600)  # seconds

# What is told of each source: the metric, its meaning, and its figure, None where there is none.
_OF_SOURCES: tuple[tuple[str, str, Callable[[SourceState], float | None]], ...] = (
    ("source_failures", "Polls that failed in a row", lambda it: it.failures),
    (
        "source_last_answer_timestamp_seconds",
        "When a source last answered",
        lambda it: it.answered.timestamp() if it.answered else None,
    ),
    ("source_interval_seconds", "Between two polls, as it is now", lambda it: it.interval),
    ("source_slo_missed", "1 while posts are seen later than the source's target", lambda it: it.slow is not None),
)


class Metrics:
    """Every metric there is, each named once. Labels come from the configuration, never from a feed.

    `sources`: those with figures of their own, the first of the configuration, None for all; the rest share the label
    `(others)`. What the store says is also told of others that are in trouble, up to as many again.

    Of a poll, `outcome` is `new`, `unchanged` or an error's `kind`; of a delivery `arrived`, `again` or `dead`;
    `what` became of a post is `new`, `version` or `repeat`.
    """

    content_type: ClassVar[str] = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self.sources: frozenset[str] | None = None
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        named: dict[str, Any] = {"namespace": "monitor", "registry": self.registry}
        # Counted as it happens.
        self.polls = Counter("polls", "Polls ended", ["source", "outcome"], **named)
        self.poll_seconds = Histogram(
            "poll_seconds", "Length of a poll", buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60), **named
        )
        self.posts = Counter("posts", "Posts read from sources", ["source", "what"], **named)
        self.source_latency = Histogram(
            "source_latency_seconds", "From publication to first sight", ["source"], buckets=_LATENCIES, **named
        )
        self.alerts = Counter("alerts", "Alerts raised", ["severity"], **named)
        self.deliveries = Counter("deliveries", "Attempts to deliver an alert", ["channel", "outcome"], **named)
        self.delivery_seconds = Histogram(
            "delivery_seconds",
            "From the moment a post was seen to the arrival of its alert",
            ["channel"],
            buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200),
            **named,
        )
        self.loop_lag_seconds = Gauge("loop_lag_seconds", "How late the event loop ran last", **named)
        # Read from the store when somebody asks for the metrics.
        self.store_up = Gauge("store_up", "1 while the store answers", **named)
        self.posts_unjudged = Gauge("posts_unjudged", "Posts stored and not yet judged", **named)
        self.outbox_waiting = Gauge("outbox_waiting", "Deliveries waiting", ["channel"], **named)
        self.outbox_dead = Gauge("outbox_dead", "Deliveries given up, kept to be sent again", ["channel"], **named)
        self.outbox_oldest = Gauge(
            "outbox_oldest_timestamp_seconds", "When the alert that waits longest was raised", ["channel"], **named
        )
        self.sources_by_health = Gauge("sources", "Sources by the state they are in", ["health"], **named)
        self.source_health = Gauge("source_health", "1 for the state a source is in", ["source", "health"], **named)
        self.of_sources = [(Gauge(name, words, ["source"], **named), figure) for name, words, figure in _OF_SOURCES]
        Gauge("build_info", "1; the label says which version runs", ["version"], **named).labels(__version__).set(1)

    def name(self, sources: Iterable[str]) -> None:
        """Give these sources figures of their own, as far as there is room."""
        self.sources = frozenset(islice(sources, MOST_NAMED))

    def polled(self, source: str, outcome: str, seconds: float, posts: Mapping[str, int]) -> None:
        """Count a poll. `posts`: how many it brought, by what became of them."""
        label = source if self._is_named(source) else _OTHERS
        self.polls.labels(label, outcome).inc()
        self.poll_seconds.observe(seconds)
        for what in ("new", "version", "repeat"):
            self.posts.labels(label, what).inc(posts.get(what, 0))

    def latency(self, source: str, seconds: float) -> None:
        """Count how long after its publication a new post was seen."""
        self.source_latency.labels(source if self._is_named(source) else _OTHERS).observe(max(0.0, seconds))

    def store_answers(
        self, sources: Iterable[SourceState], channels: Iterable[ChannelState], unjudged: int = 0
    ) -> None:
        """Take over what the store says now. Sources and channels that left the configuration vanish."""
        self.store_silent()
        self.store_up.set(1)
        self.posts_unjudged.set(unjudged)
        self._sources_answer(list(sources))
        for channel in channels:
            self.outbox_waiting.labels(channel.id).set(channel.waiting)
            self.outbox_dead.labels(channel.id).set(channel.dead)
            if channel.oldest:
                self.outbox_oldest.labels(channel.id).set(channel.oldest.timestamp())

    def store_silent(self) -> None:
        """Forget what only the store knows: better no figure than an old one."""
        self.store_up.set(0)
        self.posts_unjudged.set(float("nan"))
        of_channels = (self.outbox_waiting, self.outbox_dead, self.outbox_oldest)
        for gauge in (*of_channels, self.sources_by_health, self.source_health, *(each for each, _ in self.of_sources)):
            gauge.clear()

    def _is_named(self, source: str) -> bool:
        return self.sources is None or source in self.sources

    def _sources_answer(self, sources: Sequence[SourceState]) -> None:
        for health, count in Counted(each.health for each in sources).items():
            self.sources_by_health.labels(health).set(count)
        named = [each for each in sources if self._is_named(each.id)]
        troubled = (each for each in sources if each.slow or each.health not in ("new", "healthy"))
        for source in (*named, *islice((each for each in troubled if not self._is_named(each.id)), MOST_NAMED)):
            self.source_health.labels(source.id, source.health).set(1)
            for gauge, figure in self.of_sources:
                if (value := figure(source)) is not None:
                    gauge.labels(source.id).set(value)

    def render(self) -> bytes:
        """Return all metrics in the Prometheus text format 0.0.4, see `content_type`."""
        return prometheus_client.generate_latest(self.registry)


def notify(state: str) -> None:
    """Tell systemd `READY=1`, `WATCHDOG=1`, `RELOADING=1` or `STOPPING=1`; elsewhere do nothing. See sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if state == "RELOADING=1":
        state += f"\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"
    # A lost sign of life is systemd's to judge; it must not stop the daemon, nor block its loop.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way, contextlib.suppress(OSError):
        way.setblocking(False)
        way.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
