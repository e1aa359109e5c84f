"""The poll itself: ask, admit what is new, go back for what was missed, decide, keep the bookmark last."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

import structlog

from monitor.errors import MonitorError, StoreUnavailable, Unreadable
from monitor.habits import Habit
from monitor.model import Alert, Batch, Bookmark, PollRecord, Post, SourceState, changed
from monitor.notices import notice
from monitor.poll import due, earlier, gone, notify, state, watch
from monitor.poll.due import Due
from monitor.poll.earlier import Filled
from monitor.poll.notify import News
from monitor.poll.outlook import Outlook
from monitor.punctuality import Delay
from monitor.sources import forgetful, settled, unread
from monitor.store.posts import Admitted

if TYPE_CHECKING:
    from monitor.sources import Source, SourceConfig
    from monitor.store import Store
    from monitor.store.health import Left

log = structlog.get_logger("poll")

_STILL = 5  # a flood that has begun goes on while polls bring so many times fewer posts than it takes to begin one


class Polled(NamedTuple):
    """How one poll went.

    counts     posts by what they were; `filled`: what older pages gave
    news       what operators must know
    latencies  seconds from publication to our seeing it, of the new posts of which that can be known
    """

    before: SourceState
    after: SourceState
    counts: Admitted
    error: MonitorError | None
    due: Due
    filled: Filled | None = None
    news: tuple[News, ...] = ()
    latencies: tuple[int, ...] = ()

    @property
    def outcome(self) -> str:
        """`new`, `unchanged`, or the error's kind."""
        if self.error:
            return self.error.kind
        return "new" if self.counts["new"] + self.counts["version"] else "unchanged"


class _Read(NamedTuple):
    """What came of asking."""

    batch: Batch
    counts: Admitted
    filled: Filled | None
    error: MonitorError | None
    overrun: bool = False
    mark: str = ""
    gone: gone.Noted = gone.Noted()


async def poll(
    settings: SourceConfig,
    source: Source,
    store: Store,
    now: datetime,
    *,
    outlook: Outlook | None = None,
    ops: Sequence[str] = (),
) -> Polled:
    """Poll once. A failure of the source is part of the result; only StoreUnavailable is raised.

    The posts are stored before the bookmark: a crash in between means asking again, and ADMIT turns the repeats down.
    What operators must know goes to the channels `ops`, in the same step as the state it tells of. `outlook` is one
    for all sources.
    """
    began = time.monotonic()
    left, outlook = await store.health.left(settings.id), outlook or Outlook()
    before = left.state
    read = await _read(settings, source, store, now, left)
    outlook.saw(settings.id, read.error)
    ended = now + timedelta(seconds=time.monotonic() - began)
    delays = watch.delays(settings, before, read.counts.new, now)
    after, following, habit = _decided(settings, left, read, now, ended, delays=delays)
    news = (*notify.all_news(settings, before, after, now, cut_off=outlook.cut_off), *read.gone.news)
    after = changed(after, interval=following.interval, pace=following.why, noticed=notify.noticed(before, news))
    latencies = tuple(one.total for one in delays)
    polled = Polled(before, after, read.counts, read.error, following, read.filled, news, latencies)
    await store.health.keep(
        after,
        None if read.error or (read.filled and read.filled.broken) else _bookmark(read),
        record=_record(polled, read.batch, now, ended),
        habit=habit,
        window=None if read.filled and read.filled.broken else read.gone.window,
        notices=[_notice(settings, one, now, ops) for one in news],
        mark=read.mark,
    )
    return polled


async def _read(settings: SourceConfig, source: Source, store: Store, now: datetime, left: Left) -> _Read:
    batch, counts, filled, mark, elsewhere = Batch(), Admitted(), None, "", False
    try:
        batch = await _ask(source, left.bookmark)
        if batch.shown or left.bookmark is None:
            mark = token_hex(4)
            elsewhere = await _is_elsewhere(left, batch, store)
            counts = await _admit(settings, left.state, batch, store, now, mark, elsewhere=elsewhere)
        overrun = not (elsewhere or batch.joined) and state.overrun(left.state, counts, unended=bool(counts.overrun))
        if overrun:
            filled = await earlier.fill(left.state, source, batch, store, now, since=counts.overrun or now)
        named = (*batch.deletions, *(filled.deletions if filled else ()))
        missing = await gone.noted(left, changed(batch, deletions=named), store, now)
    except StoreUnavailable:
        raise
    except MonitorError as error:
        return _Read(batch, counts, filled, error)
    # A walk that broke off is walked again: the bookmark stays where it was, and what ADMIT found is not ended.
    return _Read(batch, counts, filled, None, overrun, "" if filled and filled.broken else mark, missing)


async def _ask(source: Source, bookmark: Bookmark | None) -> Batch:
    try:
        return await source.poll(bookmark)
    except MonitorError:
        raise
    except Exception as error:
        # A mistake of ours in one kind must not stop its neighbours: it is told like any other failure.
        log.exception("poll.unforeseen")
        raise Unreadable(f"reading the answer failed unexpectedly: {type(error).__name__}: {error}") from error


async def _is_elsewhere(left: Left, batch: Batch, store: Store) -> bool:
    """Whether the source was given another address where nothing is known: all of it is new, and none of it news."""
    home = left.bookmark.cursor.get("home") if left.bookmark else None
    if home is None or home == batch.bookmark.cursor.get("home"):
        return False
    return not await store.posts.known(left.state.id, [post.key for post in batch.posts])


async def _admit(  # noqa: PLR0917  # a poll's own, in the order of its steps
    settings: SourceConfig,
    before: SourceState,
    batch: Batch,
    store: Store,
    now: datetime,
    mark: str,
    *,
    elsewhere: bool,
) -> Admitted:
    """Admit what came. `elsewhere`: of another address, so only what is dated after the last answer may alert."""
    since = before.answered if elsewhere else None
    fresh, old = list[Post](), list[Post]()
    for post in batch.posts:
        (fresh if since is None or earlier.is_after(post, since) else old).append(changed(post, seen=now))
    try:
        if old:
            await store.posts.admit(settings.id, old, now, silent=True)
        return await store.posts.admit(
            settings.id,
            fresh,
            now,
            backfill=settings.backfill == "alert",
            mark=mark,
            catch_up=watch.was_away(settings, before, now),
            storm=settings.storm // _STILL if before.storm else settings.storm,
            read=before.answered,
            known=batch.known,
        )
    except ValueError as error:  # a lone surrogate, say, that a kind let through
        raise Unreadable(f"a post cannot be stored: {error}") from error


def _bookmark(read: _Read) -> Bookmark:
    """Return where the source is left. A text that was not stored as it is must be read again: it may settle."""
    if read.counts.unread == "lost":
        return unread(read.batch.bookmark)
    restless = read.counts["held"] or read.counts.unread
    return forgetful(read.batch.bookmark) if restless else read.batch.bookmark


def _decided(
    settings: SourceConfig, left: Left, read: _Read, now: datetime, ended: datetime, *, delays: Sequence[Delay]
) -> tuple[SourceState, Due, str | None]:
    """Return how the source is, when it is due again, and its habit where there is more to know of it."""
    before = left.state
    if read.error:
        after = state.failed(before, read.error, now)
        return after, due.after_failure(settings, after, read.error, ended), None
    habit = watch.learned(settings, before, Habit.read(left.habit), read.counts.new, now)
    after = watch.against_habit(settings, before, _answered(settings, before, read, now), habit, now)
    after = watch.against_target(settings, before, after, delays, now)
    return after, due.after_answer(settings, read.batch, watch.rate(settings, habit, ended), ended), habit.text()


def _answered(settings: SourceConfig, before: SourceState, read: _Read, now: datetime) -> SourceState:
    after = state.answered(before, read.batch, read.counts, now, storm=read.counts.gather == "storm")
    after = changed(after, moved=settled(read.batch.bookmark, str(settings.url), now))
    if not read.overrun:
        return after
    found = read.filled.posts if read.filled else None
    after = changed(after, filled=found, posts=after.posts + (found or 0))
    sure = read.filled and (read.filled.reached or read.filled.broken)
    return after if sure else changed(after, gap=now)


def _record(polled: Polled, batch: Batch, now: datetime, ended: datetime) -> PollRecord:
    counts, error = polled.counts, polled.error
    return PollRecord(
        at=now,
        outcome=polled.outcome,
        seconds=round((ended - now).total_seconds(), 3),
        next=polled.due.at,
        status=getattr(error, "status", None) if error else batch.status,
        size=batch.size,
        new=counts["new"],
        versions=counts["version"],
        repeats=counts["repeat"],
        known=counts["known"] + counts["held"],
        why=str(error) if error else polled.due.why,
    )


def _notice(settings: SourceConfig, news: News, now: datetime, ops: Sequence[str]) -> Alert:
    origin = settings.origin
    title = f"{origin.name} {news.title}"
    return notice(news.what, origin, title, news.text, now, severity=news.severity, to=ops, since=news.since)
