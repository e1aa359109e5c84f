"""Whatever happens, in whatever order: each alert is told once on each of its channels, or silenced with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.policy import limit
from monitor.policy.settings import GroupingConfig, LimitConfig, RouteConfig, StepConfig
from tests.policy.player import LONGEST_HOLD, Player
from tests.policy.story import LANGUAGES, PLACES, TOPICS, Event, Story, desk, said

START = datetime(2021, 10, 30, 18, 0, tzinfo=UTC)
NIGHT = [{"from": "22:00", "to": "06:30"}]
LIMIT = LimitConfig(messages=3, per=600)

minutes = st.integers(0, 24 * 60).map(lambda n: START + timedelta(minutes=n / 2))
words = st.tuples(
    st.sampled_from(["AM", "AZ", "by=agency"]),
    st.sampled_from(TOPICS),
    st.sampled_from(["low", "medium", "high", "critical"]),
    st.sampled_from(["", *PLACES]),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["", "", "", "storm", "catch-up", "notice"]),
)
channels = st.fixed_dictionaries(
    {},
    optional={
        "quiet": st.just(NIGHT),
        "timezone": st.sampled_from(["Asia/Yerevan", "Europe/Berlin"]),
        "limit": st.just(LIMIT.model_dump()),
        "digest": st.just("30 2 * * *"),
        "catch_up": st.sampled_from(["alert", "digest", "silent"]),
    },
)
groupings = st.none() | st.builds(GroupingConfig, wait=st.sampled_from([0, 90]), repeat=st.sampled_from([0, 14_400]))
commands = st.sampled_from([("crash",), ("down", "desk"), ("up", "desk"), ("off",), ("on",), ("silence",)])
happenings = st.lists(st.tuples(minutes, commands), max_size=6)


def command(name: str, at: datetime, given: tuple[str, ...]) -> Event:
    if given[0] == "silence":
        return Event(at, "silence", (name, "Anna", (at + timedelta(hours=1)).isoformat(), "parties=AM"))
    return Event(at, given[0], given[1:])


def story(
    said_then: list[tuple[datetime, tuple[str, ...]]],
    happened: list[tuple[datetime, tuple[str, ...]]],
    channel: dict[str, Any],
    grouping: GroupingConfig | None,
) -> Story:
    events = [Event(at, "say", (), said(f"a{n}", [*what, "to=desk"], at)) for n, (at, what) in enumerate(said_then)]
    events += [command(f"s{n}", at, what) for n, (at, what) in enumerate(happened)]
    events += [Event(START + timedelta(days=1), what, ("desk",)) for what in ("up", "on")]
    route = RouteConfig(id="all", to=("desk",), then=(StepConfig(after=600, to=("duty",)),))
    return Story({"desk": desk(channel, grouping), "duty": desk({}, grouping)}, [route], grouping, events, [], {})


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(minutes, words), min_size=1, max_size=25), happenings, channels, groupings)
def test_each_alert_is_told_once_or_silenced(
    said_then: list[tuple[datetime, tuple[str, ...]]],
    happened: list[tuple[datetime, tuple[str, ...]]],
    channel: dict[str, Any],
    grouping: GroupingConfig | None,
) -> None:
    player = Player(story(said_then, happened, channel, grouping))
    told = Counter((one.channel, name) for one in player.play() for name in one.names if name.startswith("a"))
    settled = {one.alert: one.state for one in player.state.deliveries.values() if one.channel == "desk"}

    assert player.waiting() == []
    for number in range(len(said_then)):
        assert settled[f"a{number}"] in ("arrived", "silenced")
        assert told["desk", f"a{number}"] == (settled[f"a{number}"] == "arrived")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(minutes, words), min_size=1, max_size=40), groupings)
def test_the_limit_holds_for_all_but_what_is_critical(
    said_then: list[tuple[datetime, tuple[str, ...]]], grouping: GroupingConfig | None
) -> None:
    player = Player(story(said_then, [], {"limit": LIMIT.model_dump()}, grouping))
    before: list[datetime] = []
    for one in (message for message in player.play() if message.channel == "desk"):
        alerts = [alert for alert in player.state.alerts.values() if (alert.post.author or alert.id) in one.names]
        assert limit.free_at(LIMIT, before, one.at) is None or any(a.verdict.severity == "critical" for a in alerts)
        before.append(one.at)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(minutes, words), min_size=1, max_size=25), groupings)
def test_what_is_critical_is_told_within_a_minute_at_any_hour(
    said_then: list[tuple[datetime, tuple[str, ...]]], grouping: GroupingConfig | None
) -> None:
    player = Player(story(said_then, [], {"quiet": NIGHT, "limit": LIMIT.model_dump()}, grouping))
    player.play()
    for one in player.state.deliveries.values():
        raised = player.state.alerts[one.alert]
        if raised.verdict.severity == "critical" and one.channel == "desk":
            assert one.arrived
            assert one.arrived - raised.raised <= timedelta(seconds=60)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(minutes, words), min_size=1, max_size=25))
def test_no_statement_of_an_event_waits_longer_than_the_interval(
    said_then: list[tuple[datetime, tuple[str, ...]]],
) -> None:
    grouping = GroupingConfig()
    player = Player(story(said_then, [], {}, grouping))
    player.play()
    longest = timedelta(seconds=grouping.interval + 60)
    assert longest < LONGEST_HOLD
    for one in player.state.deliveries.values():
        assert one.arrived
        assert one.queued
        assert one.arrived - one.queued <= longest
