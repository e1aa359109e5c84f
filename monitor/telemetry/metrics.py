"""Every figure for Prometheus: counted as it happens, or read from the store when somebody asks."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from monitor import __version__
from monitor.model import ChannelState, SourceState

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
