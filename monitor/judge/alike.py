"""What a batch shares words with: which near copies of earlier posts are in it, and what became of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from monitor import dedup
from monitor.errors import StoreUnavailable
from monitor.judge.met import version
from monitor.model import Alert, Entry, Like, Origin, Post, Verdict, changed
from monitor.store.copies import Alike as Noted
from monitor.store.places import Version

if TYPE_CHECKING:
    from monitor.dedup import Said
    from monitor.store import Store

log = structlog.get_logger("judge")


class Alike:
    """What was there before each version of a batch and shares words with it."""

    def __init__(self, before: Mapping[Version, Sequence[Version]], known: dict[Version, Entry]) -> None:
        self._before = before
        self._known = known
        self._found: dict[Version, Like] = {}

    def copied(self, entry: Entry, origin: Callable[[Post], Origin]) -> tuple[Said, ...]:
        """Return which posts this one is a near copy of. A later version of its own post is none."""
        names = self._before.get(version(entry), ())
        earlier = [(self._known[name], origin(self._known[name].post)) for name in names if name in self._known]
        if not earlier or entry.previous:
            return ()
        try:
            like, said = dedup.near(entry, origin(entry.post), earlier)
        except Exception as error:  # noqa: BLE001  # what may silence must not stop
            log.warning("judge.alone", posts=1, why=repr(error))
            return ()
        if like:
            self._found[version(entry)] = like
        return said

    def judged(self, entry: Entry, verdict: Verdict, alert: Alert | None) -> None:
        """Keep what became of an entry for those behind it. `alert`: on it or on a version before it."""
        name = version(entry)
        told = alert.id if alert else None
        self._known[name] = changed(entry, verdict=verdict, alert=told, like=self._found.get(name))

    async def note(self, store: Store) -> None:
        """Write down what was found; the alerts matter more than that."""
        now = datetime.now(UTC)
        noted = [
            Noted(name, like, dedup.repeat(self._known[name].post, like.kind, now))
            for name, like in self._found.items()
        ]
        try:
            await store.copies.note(noted)
        except StoreUnavailable as error:
            log.warning("judge.alone", posts=len(noted), why=str(error))


async def alike(store: Store, entries: Sequence[Entry]) -> Alike:
    """Register a batch under its bands and read what shares them: two round trips. Without an answer: nothing does."""
    banded = [(version(entry), bands) for entry in entries if (bands := dedup.bands(entry.post.text))]
    try:
        met = await store.copies.meet(banded, datetime.now(UTC))
        known = await store.posts.versions([one for found in met for one in found])
    except StoreUnavailable as error:
        log.warning("judge.alone", posts=len(banded), why=str(error))
        return Alike({}, {})
    return Alike({name: found for (name, _), found in zip(banded, met, strict=True)}, known)
