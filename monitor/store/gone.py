"""Posts that may have been deleted, of each source, and when each is looked at again; and those that alerted.

Bounded: MOST records of one source; they are forgotten some weeks after the last one changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from monitor.model import Alert, Deletion, Suspect, encode, short_key
from monitor.store import keys
from monitor.store.alerts import Alerts
from monitor.store.connection import Argument, Connection, fields, moment, ms, readable, text

MOST = 300  # suspects, and posts found deleted that may come back, of one source
_KEPT = 60 * 86_400_000  # ms
_LATELY = 1_000  # posts of all sources that lately went or came back
_PAGE, _PAGES = 500, 10  # rows of the stream of posts in one answer, and answers that are read for older posts
_WITH_IT = 300_000  # ms that it may take from a source's answer until its posts are stored


class Held(NamedTuple):
    """A suspect, and its record as it was read: only from there it may change."""

    suspect: Suspect
    record: bytes

    @classmethod
    def of(cls, suspect: Suspect) -> Held:
        """Return one as it was just written."""
        return cls(suspect, encode(suspect))


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
        step_keys = [keys.LOOKS, keys.DELETIONS, keys.MARKED]
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
        return await self._take(keys.LOOKS, now, until, count)

    async def watched(self, now: datetime, until: datetime, count: int) -> list[str]:
        """Take, of posts that alerted, the keys of those that are due for a look, as `take` does."""
        return await self._take(keys.WATCHED, now, until, count)

    async def raised(self, since: datetime, count: int, after: str | None = None) -> tuple[list[Alert], str | None]:
        """Return the oldest alerts since a moment, or after a mark, and the mark behind them; None behind the last."""
        begin = f"({after}" if after else ms(since)
        rows = await self._connection.call("XRANGE", keys.ALERTS, begin, "+", "COUNT", count)
        return await Alerts(self._connection).named(rows), rows[-1][0].decode() if rows else None

    async def watch(self, posts: Mapping[str, datetime]) -> None:
        """Have posts that alerted looked at by these moments, if not before."""
        if due := [word for key, moment in posts.items() for word in (ms(moment), key)]:
            await self._connection.call("ZADD", keys.WATCHED, "LT", *due)

    async def watch_next(self, post: str, due: datetime | None) -> None:
        """Have a post that was taken looked at again at a moment; None: never."""
        step = ("ZADD", keys.WATCHED, ms(due), post) if due else ("ZREM", keys.WATCHED, post)
        await self._connection.call(*step)

    async def _take(self, drawer: str, now: datetime, until: datetime, count: int) -> list[str]:
        found = await self._connection.script("look", [drawer], [ms(now), ms(until), count])
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

    async def stored_before(self, post: str, count: int) -> list[str]:
        """Return keys of posts of one source that were stored before one of it or with it, the last one first.

        As far as they are among the thousands before it in the stream.
        """
        source, first = post.partition(":")[0], await self._connection.call("HGET", keys.post(post), "first")
        found: dict[str, None] = {}
        edge = str(int(first) + _WITH_IT) if first else "-"
        for _ in range(_PAGES):
            rows = await self._connection.call("XREVRANGE", keys.POSTS, edge, "-", "COUNT", _PAGE)
            named = (fields(row)["key"].decode() for _, row in rows)
            found |= dict.fromkeys(key for key in named if key != post and key.partition(":")[0] == source)
            if len(found) >= count or len(rows) < _PAGE:
                break
            edge = f"({rows[-1][0].decode()}"
        return list(found)[:count]

    async def last_shown(self, source: str, posts: Iterable[str]) -> list[datetime | None]:
        """Return for each post key when its source last showed it; None where that is not known."""
        digests = [short_key(key) for key in posts]
        scores = await self._connection.call("ZMSCORE", keys.seen(source), *digests) if digests else ()
        return [moment(score) for score in scores]


def _held(source: str, raw: Any) -> dict[str, Held]:
    read = ((readable(record, Suspect, f"a suspect of {source}"), record) for record in fields(raw).values())
    return {suspect.key: Held(suspect, record) for suspect, record in read if suspect}
