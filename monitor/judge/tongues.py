"""What a batch says that its party said before, in another language or in other words: linked, never silenced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from monitor import dedup
from monitor.errors import StoreUnavailable
from monitor.judge.alone import Alone
from monitor.judge.at_once import at_once
from monitor.judge.met import paired, version
from monitor.judge.turns import Turns
from monitor.judge.verdict import placed
from monitor.model import Alert, Entry, Origin, Post, Translation, changed
from monitor.store.copies import Alike
from monitor.store.places import Linked, Version

if TYPE_CHECKING:
    from monitor.dedup import Retelling, Said
    from monitor.judge.met import Met
    from monitor.store import Store


class Again(NamedTuple):
    """What a version says again: what it is a translation of, or where others had written it up."""

    translation_of: Translation | None = None
    said: tuple[Said, ...] = ()


async def said_again(
    store: Store, met: Met, entries: Sequence[Entry], origin: Callable[[Post], Origin]
) -> dict[Version, Again]:
    """Return what each says again, and note it: three round trips at most, none where no rule speaks.

    Of the rest nobody is told. A later version is linked by its first. Without an answer nothing is linked: the alerts
    matter more.
    """
    judged = met.named(map(version, entries))
    marked, turns = [], Turns()
    for one in judged:
        if marks := _marks(one, origin(one.post)):
            marked.append((version(one), marks))
        await turns.pause()
    with Alone(len(marked), StoreUnavailable):
        before = await paired(marked, store.places.meet(marked))
        await met.learn(store, (name for names in before.values() for name in names))
        linked, likes, found = [], [], dict[Version, Again]()
        for one in judged:
            name = version(one)
            earlier = met.named(before.get(name, ()))
            if link := _linked(one, earlier):
                linked.append(link)
                found[name] = Again(translation_of=link.first)
            elif again := _retelling(one, [(it, origin(it.post)) for it in earlier]):
                met.retold(one, *again)
                likes.append(Alike(name, again.like, dedup.repeat(one.post, "retold", datetime.now(UTC))))
                found[name] = Again(said=again.said)
            await turns.pause()
        await at_once(store.places.link(linked), store.copies.note(likes))
        return found
    return {}


def told_again(alert: Alert, again: Again | None) -> Alert:
    """Return an alert that says of what it is a translation, or who wrote it up before. Pure."""
    if not again:
        return alert
    if again.said:
        others = "; ".join(dict.fromkeys(map(placed, again.said)))
        reasons = (f"others wrote this up: {others}", *alert.verdict.reasons)
        alert = changed(
            alert,
            verdict=changed(alert.verdict, reasons=reasons),
            places=dedup.places(again.said, alert.post, alert.origin),
        )
    return changed(alert, translation_of=again.translation_of)


def _marks(entry: Entry, origin: Origin) -> tuple[str, ...]:
    spoken = entry.verdict and entry.verdict.rules and dedup.language(entry)
    with Alone(1):
        return dedup.translation_marks(entry, origin.party) if origin.party and spoken else ()
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


def _retelling(entry: Entry, earlier: Sequence[tuple[Entry, Origin]]) -> Retelling | None:
    """Return what a post tells again in its own words, in the same language; of what is known to be a copy, nothing."""
    if entry.previous or entry.copy_of or entry.same_as or entry.like or not earlier:
        return None
    with Alone(1):
        return dedup.retelling(entry, earlier)
    return None
