"""What a batch has met: which versions of posts were there before each of its own, and what became of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from monitor import dedup
from monitor.errors import StoreUnavailable
from monitor.judge.alone import Alone
from monitor.judge.at_once import at_once
from monitor.judge.turns import Turns
from monitor.model import Alert, Entry, Like, Origin, Place, Post, Verdict, changed
from monitor.store.copies import Alike
from monitor.store.places import Noted, Version

if TYPE_CHECKING:
    from monitor.dedup import Said
    from monitor.store import Store

Names = Mapping[Version, Sequence[Version]]  # of each version those that it has met


class Met:
    """What was there before each version of a batch, as the store has it and as this batch goes on.

    `begun`: of its party, what begins as it does; `alike`: what shares words with it; `known`: what these say.
    """

    def __init__(
        self, begun: Names, alike: Names, known: dict[Version, Entry], origin: Callable[[Post], Origin]
    ) -> None:
        self._begun = begun
        self._alike = alike
        self._known = known
        self._origin = origin
        self._likes: dict[Version, Like] = {}
        self._later: dict[str, list[Place]] = {}
        self._noted: list[Noted] = []
        self._follows: list[tuple[str, Place]] = []

    def begun(self, entry: Entry) -> list[Entry]:
        """Return what begins as an entry does, of its party."""
        return self.named(self._begun.get(version(entry), ()))

    def elsewhere(self, entry: Entry) -> tuple[Said, ...]:
        """Return where the statement was said before."""
        with Alone(1):
            earlier = self._told(self._begun, entry)
            return dedup.elsewhere(entry, earlier) if earlier else ()
        return ()

    def copied(self, entry: Entry) -> tuple[Said, ...]:
        """Return which posts an entry is a near copy of. A later version of its own post is none."""
        with Alone(1):
            earlier = self._told(self._alike, entry)
            if earlier and not entry.previous:
                like, said = dedup.near(entry, self._origin(entry.post), earlier)
                if like:
                    self._likes[version(entry)] = like
                return said
        return ()

    def judged(self, entry: Entry, verdict: Verdict, alert: Alert | None, said: Sequence[Said]) -> None:
        """Keep what became of an entry for those behind it. `alert`: on it or on a version before it."""
        name, same_as = version(entry), dedup.same_as(said)
        self._known[name] = changed(
            entry, verdict=verdict, alert=alert.id if alert else None, same_as=same_as, like=self._likes.get(name)
        )
        if same_as:
            self._noted.append(Noted(name, same_as, dedup.repeat(entry.post, same_as.likeness, datetime.now(UTC))))
        if verdict.updates:
            self._follows.append((verdict.updates, dedup.place(entry.post, self._origin(entry.post))))
        self._found(entry.post, said)

    def retold(self, entry: Entry, like: Like, said: Sequence[Said]) -> None:
        """Keep what a post was found to tell again, for those behind it."""
        self._known[version(entry)] = changed(entry, like=like)
        self._found(entry.post, said)

    def everywhere(self, alert: Alert) -> Alert:
        """Return an alert with the places that this batch found after its own."""
        later = self._later.get(alert.post.key)
        if not later:
            return alert
        return changed(alert, places=(*(alert.places or (dedup.place(alert.post, alert.origin),)), *later))

    def named(self, names: Iterable[Version]) -> list[Entry]:
        return [self._known[name] for name in names if name in self._known]

    async def learn(self, store: Store, names: Iterable[Version]) -> None:
        """Read versions that are not known yet: one round trip, none where all are."""
        self._known |= await store.posts.versions([name for name in names if name not in self._known])

    async def note(self, store: Store) -> None:
        """Write down where each was said, what it is a copy of or goes on with; the alerts matter more than that."""
        now = datetime.now(UTC)
        likes = [
            Alike(name, like, dedup.repeat(self._known[name].post, like.kind, now))
            for name, like in self._likes.items()
        ]
        with Alone(len(self._noted), StoreUnavailable):
            await store.places.note(self._noted)
        with Alone(len(likes), StoreUnavailable):
            await store.copies.note(likes)
        with Alone(len(self._follows), StoreUnavailable):
            await store.places.follow(self._follows)

    def _found(self, later: Post, said: Sequence[Said]) -> None:
        for key in {one.entry.post.key for one in said}:
            self._later.setdefault(key, []).append(dedup.place(later, self._origin(later)))

    def _told(self, met: Names, entry: Entry) -> list[tuple[Entry, Origin]]:
        return [(one, self._origin(one.post)) for one in self.named(met.get(version(entry), ()))]


class Registers(NamedTuple):
    """Under what the versions of a batch are registered: marks of their party, bands of their words."""

    marked: list[tuple[Version, Sequence[str]]]
    banded: list[tuple[Version, Sequence[int]]]


async def registers(entries: Sequence[Entry], origin: Callable[[Post], Origin]) -> Registers:
    found, turns = Registers([], []), Turns()
    for entry in entries:
        party = origin(entry.post).party
        with Alone(1):
            if party and (marks := dedup.marks(dedup.unmarked(entry.post), party)):
                found.marked.append((version(entry), marks))
            if bands := dedup.bands(entry.post.text):
                found.banded.append((version(entry), bands))
        await turns.pause()
    return found


async def meet(store: Store, under: Registers, origin: Callable[[Post], Origin]) -> Met:
    """Register a batch under its marks and its bands, and read what was there before: two round trips for all.

    The two registers are asked at once.
    """
    marked, banded = under
    begun, alike = await at_once(
        paired(marked, store.places.meet(marked)), paired(banded, store.copies.meet(banded, datetime.now(UTC)))
    )
    met = Met(begun, alike, {}, origin)
    with Alone(len({*begun, *alike}), StoreUnavailable):
        await met.learn(store, (name for names in (*begun.values(), *alike.values()) for name in names))
    return met


async def paired(asked: Sequence[tuple[Version, object]], meeting: Awaitable[Sequence[Sequence[Version]]]) -> Names:
    """Return by version what a store finds for it; nothing where it does not answer."""
    with Alone(len(asked), StoreUnavailable):
        return {name: names for (name, _), names in zip(asked, await meeting, strict=True)}
    return {}


def version(entry: Entry) -> Version:
    return Version(entry.post.key, entry.post.revision)
