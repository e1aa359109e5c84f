"""What a batch has met: which versions of posts were there before each of its own, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor import dedup
from monitor.model import Alert, Entry, Origin, Place, Verdict, changed
from monitor.store.places import Noted, Version

if TYPE_CHECKING:
    from monitor.dedup import Said


class Met:
    """What was there before each version of a batch. `noted`: what the batch has to note of that."""

    def __init__(self, before: Mapping[Version, Sequence[Version]], known: dict[Version, Entry]) -> None:
        self._before = before
        self._known = known
        self._later: dict[str, list[Place]] = {}
        self.noted: list[Noted] = []

    def before(self, entry: Entry) -> list[Entry]:
        return [self._known[name] for name in self._before.get(version(entry), ()) if name in self._known]

    def judged(self, entry: Entry, origin: Origin, verdict: Verdict, alert: Alert | None, said: Sequence[Said]) -> None:
        """Keep what became of an entry for those behind it. `alert`: on it or on a version before it."""
        name, same_as = version(entry), dedup.same_as(said)
        self._known[name] = changed(entry, verdict=verdict, alert=alert.id if alert else None, same_as=same_as)
        if same_as:
            place = dedup.repeat(entry.post, same_as.likeness, datetime.now(UTC))
            self.noted.append(Noted(name, same_as, place))
        for key in {one.entry.post.key for one in said}:
            self._later.setdefault(key, []).append(dedup.place(entry.post, origin))

    def everywhere(self, alert: Alert | None) -> Alert | None:
        """Return an alert with the places that this batch found after its own."""
        later = self._later.get(alert.post.key) if alert else None
        if not alert or not later:
            return alert
        return changed(alert, places=(*(alert.places or (dedup.place(alert.post, alert.origin),)), *later))


def version(entry: Entry) -> Version:
    return Version(entry.post.key, entry.post.revision)
