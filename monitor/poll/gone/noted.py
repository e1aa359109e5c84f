"""A poll's share in finding deletions: it notes who is missing and who is back, and asks nobody anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog

from monitor.model import Batch, Bookmark, SourceState, Suspect, changed, post_key
from monitor.poll.gone import course, window, words
from monitor.poll.notify import News
from monitor.store.gone import Change, Held

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.health import Left

log = structlog.get_logger("poll")

_MISSING = "it is no longer among the posts that its source shows, though older ones are"
_TOLD = "its publisher calls it deleted"
_LEFT_OUT = "its source shows all there is, and not this post"


class Noted(NamedTuple):
    """What the poll is to keep of it. `window`: None leaves the one before; `news`: what operators must know."""

    window: str | None = None
    news: tuple[News, ...] = ()


async def noted(left: Left, batch: Batch, store: Store, now: datetime) -> Noted:
    """Note whom an answer makes suspect and whom it clears. Its posts have been admitted before.

    May be repeated: a suspect is noted once. Raises StoreUnavailable.
    """
    source = left.state.id
    if batch.unchanged or not (batch.shown or batch.deletions or batch.window):
        return Noted()
    before, suspects = await store.gone.left(source)
    shown = window.window_of(batch)
    missing = _missing(left.bookmark, left.state, batch, window.read(source, before), shown)
    told = await _told(batch, source, store)
    fresh = [key for key in dict.fromkeys((*told, *missing.keys)) if key not in suspects]
    last = await store.gone.last_shown(source, fresh)
    why = _LEFT_OUT if batch.complete else _MISSING
    changes = [
        Change(
            key, None, _suspect(key, n, when, now, _TOLD if key in told else why, told=key in told or batch.complete)
        )
        for n, (key, when) in enumerate(zip(fresh, last, strict=True))
    ]
    again = [(key, course.missed_again(suspects[key].suspect, why, now)) for key in missing.keys if key in suspects]
    changes += [Change(key, suspects[key], after) for key, after in again if after]
    there = {*(shown or ()), *batch.shown}  # many a kind hands on only what is new
    done = await store.gone.change([*changes, *_known(suspects, there, told, now)])
    if changes:
        found = sum(done[: len(changes)])
        more = {"unwatched": len(changes) - found} if found < len(changes) else {}
        log.info("source.missing", source=source, posts=found, then="looked at one by one, twice", **more)
    purge = missing.is_purge and any(done[: len(changes)])
    news = (words.vanished(len(missing.keys), missing.among, now),) if purge else ()
    believed = window.is_in_order(left.state) or not before
    return Noted(window.written(shown) if shown and believed else None, news)


def _missing(
    bookmark: Bookmark | None,
    state: SourceState,
    batch: Batch,
    before: tuple[str, ...],
    shown: tuple[str, ...] | None,
) -> window.Missing:
    if shown is None or not window.is_in_order(state) or not window.is_same_place(bookmark, batch.bookmark):
        return window.Missing()
    return window.missing(before, shown, complete=batch.complete)


async def _told(batch: Batch, source: str, store: Store) -> set[str]:
    """Return the posts that the publisher itself calls deleted, of those that were known."""
    if not batch.deletions:
        return set()
    shown = set(batch.shown)
    named = [key for key in (post_key(source, one) for one in batch.deletions[: window.MOST]) if key not in shown]
    return await store.posts.known(source, named)


def _known(suspects: Mapping[str, Held], shown: Iterable[str], told: set[str], now: datetime) -> list[Change]:
    """Return what changes for those who were suspects before: they are shown again, or called deleted again."""
    steps = [(key, course.shown(suspects[key].suspect, now)) for key in suspects.keys() & {*shown}]
    steps += [(key, course.heard(suspects[key].suspect, now)) for key in suspects.keys() & told]
    return [Change(key, suspects[key], after) for key, after in steps if after]


def _suspect(key: str, number: int, last: datetime | None, now: datetime, why: str, *, told: bool) -> Suspect:
    """Return a new suspect, the `number`-th of its poll. `told`: by its publisher, whose word is one confirmation."""
    due = now + course.FIRST + number * course.ROW
    suspect = Suspect(key=key, since=now, due=due, seen=last, evidence=course.noted((), why, now))
    return changed(suspect, absent=now, said=1, heard=now) if told else suspect
