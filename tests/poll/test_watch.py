from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.habits import Habit
from monitor.model import SourceState, changed
from monitor.poll import watch
from tests.make import NOON, post
from tests.poll.ministry import settings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WELL = SourceState(id="am-mod", health="healthy", answered=NOON - MINUTE, posts=3, interval=3600.0)


def months() -> tuple[SourceState, Habit]:
    """Return a source that has published once an hour for four weeks, as it was left a moment ago."""
    state, habit, at = WELL, Habit(), NOON - 28 * 24 * HOUR
    state = changed(state, answered=at - HOUR)
    while at < NOON:
        habit = watch.learned(settings(), state, habit, [post(1, published=at)], at)
        state = changed(state, answered=at)
        at += HOUR
    return state, habit


def judged(before: SourceState, habit: Habit, hours: int, *, new: int = 0) -> tuple[SourceState, Habit]:
    """Ask once an hour for some hours in which nothing came but, at the end, some new posts."""
    for number in range(1, hours + 1):
        now = (before.answered or NOON) + HOUR
        posts = [post(n, published=now) for n in range(new)] if number == hours else []
        habit = watch.learned(settings(), before, habit, posts, now)
        after = changed(before, health="healthy", answered=now)
        before = watch.against_habit(settings(), before, after, habit, now)
    return before, habit


def test_a_source_that_falls_silent_against_its_habit_is_late_until_it_speaks() -> None:
    state, habit = months()
    assert judged(state, habit, 3)[0].health == "healthy"

    late, habit = judged(state, habit, 72)
    speaking, _ = judged(late, habit, 1, new=1)

    assert late.health == "late"
    assert late.since
    assert late.since < NOON + 72 * HOUR, "since it was found, not since the last look"
    assert "usually about" in (late.silence or "")
    assert (speaking.health, speaking.silence) == ("healthy", None)


def test_our_own_outage_is_no_silence() -> None:
    state, habit = months()
    back = NOON + timedelta(days=5)

    habit = watch.learned(settings(), state, habit, [], back)
    after = watch.against_habit(settings(), state, changed(state, answered=back), habit, back)

    assert (after.health, after.silence) == ("healthy", None)


def test_the_time_in_which_a_source_failed_was_not_watched() -> None:
    state, habit = months()
    failing = changed(state, failures=2, health="failing")

    assert watch.learned(settings(), failing, habit, [], NOON + MINUTE) == habit


def test_much_more_than_usual_is_a_burst() -> None:
    state, habit = months()

    loud, habit = judged(state, habit, 1, new=20)
    calm, _ = judged(loud, habit, 12, new=1)

    assert "20 posts since" in (loud.burst or "")
    assert calm.burst is None


def test_a_first_polls_posts_are_no_habit() -> None:
    never = SourceState(id="am-mod")

    assert watch.learned(settings(), never, Habit(), [post(n, published=NOON) for n in range(50)], NOON).posts == 0


@pytest.mark.parametrize(("slo", "slow"), [("2m", True), ("20m", False), (None, False)])
def test_posts_seen_later_than_the_target_are_told_with_whose_delay_it_is(slo: str | None, slow: bool) -> None:
    now = NOON + timedelta(seconds=7)
    new = [post(n, published=now - 10 * MINUTE) for n in range(5)]

    fresh = watch.delays(settings(), WELL, new, now)
    after = watch.against_target(settings(slo=slo), WELL, WELL, fresh, now)

    assert after.latency == 600
    assert (after.slow is not None) is slow
    assert ("The publisher shows them late" in (after.delay or "")) is slow


def test_the_pace_of_auto_is_unknown_until_something_was_learned() -> None:
    state, habit = months()

    assert watch.rate(settings(), Habit(), NOON) is None
    assert watch.rate(settings(), habit, NOON) == pytest.approx(1.0, abs=0.7)
    assert (watch.rate(settings(), judged(state, habit, 1, new=20)[1], NOON) or 0) > 5


def test_a_source_that_follows_its_habit_from_now_on_has_left_a_timetable_behind() -> None:
    """A cron expression leaves no interval; nor does a record of a version that had none."""
    before = changed(WELL, interval=None)

    habit = watch.learned(settings(every="auto"), before, Habit(), [], NOON)

    assert habit.seconds > 0, "a minute after its last answer it was watched all the time"
