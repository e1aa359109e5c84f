"""Figures for Prometheus: what is counted, and under whose name."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from monitor.model import ChannelState, SourceState
from monitor.telemetry import Metrics


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
