"""Posts that may have been deleted, of each source, and when each is looked at again.

Bounded: MOST records of one source; they are forgotten some weeks after the last one changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from monitor.model import Deletion, Suspect, encode, short_key
from monitor.store import keys
from monitor.store.connection import Argument, Connection, fields, moment, ms, readable, text

MOST = 300  # suspects, and posts found deleted that may come back, of one source
_KEPT = 60 * 86_400_000  # ms
_LATELY = 1_000  # posts of all sources that lately went or came back


class Held(NamedTuple):
    """A suspect, and its record as it was read: only from there it may change."""

    suspect: Suspect
    record: bytes


class Change(NamedTuple):
    """`was`: None for one that is new; `now`: None for one that is forgotten; `deletion`: what its post is to say."""

    key: str
    was: Held | None
    now: Suspect | None
    deletion: Deletion | None = None


class Gone:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def left(self, source: str) -> tuple[str | None, dict[str, Held]]:
        """Return what a source showed at its last poll, as it was handed to `health.keep`, and its suspects."""
        window, raw = await self._connection.together(
            [("HGET", keys.source(source), "window"), ("HGETALL", keys.gone(source))]
        )
        return text(window), _held(source, raw)

    async def of(self, source: str) -> dict[str, Held]:
        """Return what is known of a source's suspects, by the keys of their posts."""
        return _held(source, await self._connection.call("HGETALL", keys.gone(source)))

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Write what has changed; say of each whether it was still as it was read, and there was room for it."""
        if not changes:
            return []
        step_keys = [keys.LOOKS, keys.DELETIONS]
        args: list[Argument] = [MOST, _KEPT, _LATELY]
        for key, was, now, deletion in changes:
            source, _, field = key.partition(":")
            step_keys += [keys.gone(source), keys.post(key)]
            args += [field, key, was.record if was else b"", encode(now) if now else b""]
            args += [ms(now.due) if now else 0, encode(deletion) if deletion else b""]
            args += [ms(deletion.restored or deletion.at) if deletion else 0]
        return [bool(done) for done in await self._connection.script("suspect", step_keys, args)]

    async def take(self, now: datetime, until: datetime, count: int) -> list[str]:
        """Take the keys of posts that are due for a look; until a moment nobody else gets them."""
        found = await self._connection.script("look", [keys.LOOKS], [ms(now), ms(until), count])
        return [key.decode() for key in found]

    async def held(self, key: str) -> Held | None:
        """Return one suspect; None if nothing is known of it any more."""
        source, _, field = key.partition(":")
        record = await self._connection.call("HGET", keys.gone(source), field)
        suspect = readable(record, Suspect, f"a suspect of {source}")
        return Held(suspect, record) if suspect else None

    async def lately(self, count: int, source: str | None = None) -> list[str]:
        """Return the keys of posts that were found deleted or restored, the last one first; `source`: of that alone."""
        found = (key.decode() for key in await self._connection.call("ZREVRANGE", keys.DELETIONS, 0, -1))
        return [key for key in found if source is None or key.partition(":")[0] == source][:count]

    async def last_shown(self, source: str, posts: Iterable[str]) -> list[datetime | None]:
        """Return for each post key when its source last showed it; None where that is not known."""
        digests = [short_key(key) for key in posts]
        scores = await self._connection.call("ZMSCORE", keys.seen(source), *digests) if digests else ()
        return [moment(score) for score in scores]


def _held(source: str, raw: Any) -> dict[str, Held]:
    read = ((readable(record, Suspect, f"a suspect of {source}"), record) for record in fields(raw).values())
    return {suspect.key: Held(suspect, record) for suspect, record in read if suspect}
