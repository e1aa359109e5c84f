"""What was said: every post once, every version of it, in the order of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from monitor import dedup
from monitor.model import Entry, Post, Repeat, Verdict, changed, decode, digest, encode
from monitor.store import keys
from monitor.store.connection import Connection, fields, ms, readable, text

Outcome = Literal["known", "new", "version", "repeat"]

_REMEMBERED_PER_SOURCE = 10_000  # posts; a feed holds some hundreds at most
_REPEAT_WITHIN = 3_600_000  # ms between the publishing of the same words under two addresses
_WORDS_REMEMBERED = 86_400_000  # ms in which another source's same words are a copy


class Admitted(Counter[str]):
    """How many posts were new, version, repeat or known; `new`: the new ones themselves, the oldest first.

    `overrun`: none was known, in this poll or in one before it that never came to its end.
    """

    new: tuple[Post, ...] = ()
    overrun: bool = False


class Posts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def admit(
        self,
        source: str,
        posts: Sequence[Post],
        now: datetime,
        *,
        backfill: bool = False,
        silent: bool = False,
        mark: str = "",
    ) -> Admitted:
        """Store and stream what is new, in one atomic step; say what each was.

        Oldest first, so that the stream is in the order of publication where a poll brings several. `backfill`: even
        a source's first poll may alert; `silent`: nothing of these may. `mark`: the poll's own, see `health.keep`.
        """
        step_keys = [keys.source(source), keys.seen(source), keys.POSTS]
        alerting = "never" if silent else "always" if backfill else "later"
        args: list[str | bytes | int] = [
            ms(now), _REMEMBERED_PER_SOURCE, alerting, _REPEAT_WITHIN, _WORDS_REMEMBERED, source, mark,
        ]  # fmt: skip
        ordered = _oldest_first(posts)
        for post in ordered:
            words = dedup.fingerprint(post)
            step_keys += [keys.post(post.key), keys.words(words or post.key)]
            repeat = Repeat(permalink=post.permalink, native_id=post.native_id, seen=now)
            args += [
                post.key,
                digest("seen", post.key, length=16),
                dedup.content_hash(post),
                "1" if words else "",
                ms(post.published) if post.published else "",
                encode(post),
                encode(repeat),
            ]
        *outcomes, overrun = await self._connection.script("admit", step_keys, args)
        admitted = Admitted(outcome.decode() for outcome in outcomes)
        admitted.new = tuple(post for post, what in zip(ordered, outcomes, strict=True) if what == b"new")
        admitted.overrun = bool(overrun)
        return admitted

    async def known(self, source: str, posts: Sequence[str]) -> set[str]:
        """Return those of some post keys that the source has shown before."""
        digests = [digest("seen", key, length=16) for key in posts]
        scores = await self._connection.call("ZMSCORE", keys.seen(source), *digests) if digests else ()
        return {key for key, score in zip(posts, scores, strict=True) if score is not None}

    async def recent(self, count: int = 50, before: str | None = None) -> list[Entry]:
        """Return the newest entries of the stream, newest first; `before` is the id of an entry to go on from."""
        rows = await self._connection.call(
            "XREVRANGE", keys.POSTS, f"({before}" if before else "+", "-", "COUNT", count
        )
        return await self.entries(rows)

    async def since(self, moment: datetime, before: datetime, count: int, after: str | None = None) -> list[Entry]:
        """Return the oldest entries between two moments, oldest first; `after`: the id of an entry to go on from."""
        begin = f"({after}" if after else str(ms(moment))
        return await self.entries(
            await self._connection.call("XRANGE", keys.POSTS, begin, str(ms(before)), "COUNT", count)
        )

    async def history(self, key: str) -> list[Entry]:
        """Return all versions of one post, newest first; empty if it is unknown."""
        raw = fields(await self._connection.call("HGETALL", keys.post(key)))
        repeats = tuple(sorted((decode(v, Repeat) for k, v in raw.items() if k.startswith("place:")), key=_by_seen))
        return [
            Entry(
                id="",
                post=post,
                previous=_version(raw.get(f"record:{revision - 1}"), revision - 1, key),
                repeats=repeats,
                verdict=readable(raw.get(f"verdict:{revision}"), Verdict, key),
                alert=text(raw.get(f"alert:{revision}")),
            )
            for revision in range(int(raw.get("revision", 0)), 0, -1)
            if (post := _version(raw.get(f"record:{revision}"), revision, key))
        ]

    # --- the judge's side ---------------------------------------------------------------------------------------------

    async def take(self, consumer: str, count: int, *, block: float, unfinished: bool = False) -> list[Entry]:
        """Take entries nobody has judged yet; `unfinished`: those this consumer took and never finished.

        Waits up to `block` seconds. A taken entry stays ours until RAISE (`alerts.conclude`).
        """
        rows = await self._connection.block(
            "XREADGROUP", "GROUP", keys.JUDGE, consumer, "COUNT", count,
            *(() if unfinished else ("BLOCK", int(block * 1000))), "STREAMS", keys.POSTS, "0" if unfinished else ">"
        )  # fmt: skip
        return await self.entries(rows[0][1] if rows else [])

    async def inherit(self, consumer: str, count: int) -> list[Entry]:
        """Take entries that a judge without a sign of life took and never finished."""
        return await self.entries(await self._connection.inherit(keys.POSTS, keys.JUDGE, consumer, count))

    async def prepare(self) -> None:
        """Make the judges' group where it is missing, beginning with the oldest post."""
        await self._connection.ensure_group(keys.POSTS, keys.JUDGE)

    async def unjudged(self) -> int:
        """Return how many posts no judge has finished with."""
        if not await self._connection.call("EXISTS", keys.POSTS):
            return 0
        for group in await self._connection.call("XINFO", "GROUPS", keys.POSTS):
            info = fields(group)
            if info.get("name") == keys.JUDGE.encode():
                return int(info.get("lag") or 0) + int(info.get("pending") or 0)
        return int(await self._connection.call("XLEN", keys.POSTS))

    async def original_alerted(self, key: str) -> str | None:
        """Return the id of an alert on the post, if there was any."""
        return text(await self._connection.call("HGET", keys.post(key), "alerted"))

    async def entries(self, rows: Iterable[Any]) -> list[Entry]:
        """Fill stream rows with their records: one more round trip for all. Rows without a record are left out."""
        lines = [(row_id.decode(), fields(row)) for row_id, row in rows if row]
        wanted = [
            (line["key"].decode(), int(line["revision"]), line["silent"] == b"1", text(line["copy_of"]) or None)
            for _, line in lines
        ]
        records = await self._connection.together(
            ("HMGET", keys.post(key), f"record:{n}", f"record:{n - 1}", f"verdict:{n}", f"alert:{n}")
            for key, n, _, _ in wanted
        )
        return [
            Entry(
                id=row_id,
                post=post,
                silent=silent,
                previous=_version(previous, n - 1, key),
                copy_of=copy_of,
                verdict=readable(verdict, Verdict, key),
                alert=text(alert),
            )
            for (row_id, _), (key, n, silent, copy_of), (record, previous, verdict, alert) in zip(
                lines, wanted, records, strict=True
            )
            if (post := _version(record, n, key))
        ]


def _oldest_first(posts: Sequence[Post]) -> list[Post]:
    """Order for the stream. Feeds list the newest first; a known date decides, an unknown one stays in its place."""
    turned = list(reversed(posts))
    if all(post.published for post in turned):
        turned.sort(key=lambda post: post.published.timestamp() if post.published else 0.0)
    return turned


def _version(record: bytes | None, revision: int, key: str) -> Post | None:
    post = readable(record, Post, f"{key}, version {revision}")
    return changed(post, revision=revision) if post else None


def _by_seen(repeat: Repeat) -> float:
    return repeat.seen.timestamp()
