"""What a batch says in another language than its party did before: linked, and never silenced for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from monitor import dedup
from monitor.errors import StoreUnavailable
from monitor.judge.met import version
from monitor.model import Entry, Origin, Post, Translation, changed
from monitor.store.places import Linked

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.alerts import Case

log = structlog.get_logger("judge")


async def translated(store: Store, cases: Sequence[Case], origin: Callable[[Post], Origin]) -> list[Case]:
    """Return the cases with what each is a translation of, and note it: three round trips for all that say something.

    A later version is linked by its first. Without an answer nothing is linked: the alerts matter more.
    """
    judged = [changed(entry, verdict=verdict, alert=alert and alert.id) for entry, verdict, alert in cases]
    marked = [(version(one), marks) for one in judged if (marks := _marks(one, origin(one.post)))]
    if not marked:
        return list(cases)
    try:
        met = await store.places.meet(marked)
        known = await store.posts.versions([one for found in met for one in found])
        known |= {version(one): one for one in judged}
        before = {
            name: [known[it] for it in names if it in known] for (name, _), names in zip(marked, met, strict=True)
        }
        linked = {version(one): found for one in judged if (found := _linked(one, before.get(version(one), ())))}
        await store.places.link(linked.values())
    except StoreUnavailable as error:
        log.warning("judge.alone", posts=len(marked), why=str(error))
        return list(cases)
    return [_with(case, linked.get(version(case[0]))) for case in cases]


def _marks(entry: Entry, origin: Origin) -> tuple[str, ...]:
    try:
        return dedup.translation_marks(entry, origin.party) if origin.party else ()
    except Exception as error:  # noqa: BLE001  # what is only linked must not stop
        log.warning("judge.alone", posts=1, why=repr(error))
        return ()


def _linked(entry: Entry, earlier: Sequence[Entry]) -> Linked | None:
    if entry.previous or not earlier:
        return None
    try:
        found = dedup.translated(entry, earlier)
    except Exception as error:  # noqa: BLE001  # as above
        log.warning("judge.alone", posts=1, why=repr(error))
        return None
    if not found:
        return None
    certainty, why = found.translated
    first, later = (
        Translation(key=one.post.key, language=dedup.language(one), certainty=certainty, why=why)
        for one in (found.entry, entry)
    )
    return Linked(version(entry), first, later)


def _with(case: Case, linked: Linked | None) -> Case:
    entry, verdict, alert = case
    if not linked:
        return case
    of = linked.first
    return changed(entry, translation_of=of), verdict, changed(alert, translation_of=of) if alert else None
