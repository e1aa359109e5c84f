"""What a batch says in another language than its party did before: linked, and never silenced for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from monitor import dedup
from monitor.errors import StoreUnavailable
from monitor.judge.alone import Alone
from monitor.judge.met import paired, version
from monitor.model import Entry, Origin, Post, Translation
from monitor.store.places import Linked, Version

if TYPE_CHECKING:
    from monitor.judge.met import Met
    from monitor.store import Store


async def translated(
    store: Store, met: Met, entries: Sequence[Entry], origin: Callable[[Post], Origin]
) -> dict[Version, Translation]:
    """Return what each is a translation of, and note it: three round trips at most for all that say something.

    A later version is linked by its first. Without an answer nothing is linked: the alerts matter more.
    """
    judged = met.named(map(version, entries))
    marked = []
    for one in judged:
        if marks := _marks(one, origin(one.post)):
            marked.append((version(one), marks))
        await asyncio.sleep(0)  # as with the rules
    with Alone(len(marked), StoreUnavailable):
        before = paired(marked, await store.places.meet(marked))
        await met.learn(store, (name for names in before.values() for name in names))
        linked = []
        for one in judged:
            if found := _linked(one, met.named(before.get(version(one), ()))):
                linked.append(found)
            await asyncio.sleep(0)
        await store.places.link(linked)
        return {one.version: one.first for one in linked}
    return {}


def _marks(entry: Entry, origin: Origin) -> tuple[str, ...]:
    with Alone(1):
        return dedup.translation_marks(entry, origin.party) if origin.party else ()
    return ()


def _linked(entry: Entry, earlier: Sequence[Entry]) -> Linked | None:
    if entry.previous or not earlier:
        return None
    found = None
    with Alone(1):
        found = dedup.translated(entry, earlier)
    if not found:
        return None
    certainty, why = found.translated
    first, later = (
        Translation(key=one.post.key, language=dedup.language(one), certainty=certainty, why=why)
        for one in (found.entry, entry)
    )
    return Linked(version(entry), first, later)
