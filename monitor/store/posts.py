"""What was said: every post once, every version of it, in the order of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from monitor import dedup
from monitor.model import (
    Deletion,
    Entry,
    Gather,
    Like,
    Place,
    Post,
    Repeat,
    SameAs,
    Translation,
    Verdict,
    changed,
    encode,
    short_key,
)
from monitor.store import keys, quotes
from monitor.store.connection import Connection, fields, moment, ms, readable, text
from monitor.store.places import Version
from monitor.store.record import T, pack

Outcome = Literal["known", "new", "version", "repeat", "held"]

_SEEN = 400  # posts in a source's set of them, or twice what it shows; up to 512 lie in one piece there
_REPEAT_WITHIN = 3_600_000  # ms between the publishing of the same words under two addresses
_WORDS_REMEMBERED = 86_400_000  # ms in which another source's same words are a copy
_OF_VERSION = ("record", "verdict", "alert", "same_as", "like")  # what a post's hash has of each of its versions


class Admitted(Counter[str]):
    """How many posts were new, version, repeat, held or known; `new`: the new ones themselves, the oldest first.

    `overrun`: since when none was known, in this poll or one before that did not end. `gather`: why they are told
    together, see `model.Alert`; empty where each is told by itself. `unread`: what must be read
    again though it stays as it is: a text that has still to settle, or all, for of what was called known some is not.
    """

    new: tuple[Post, ...] = ()
    unread: Literal["", "unsettled", "lost"] = ""
    overrun: datetime | None = None
    gather: str = ""


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
        catch_up: bool = False,
        storm: int = 0,
        read: datetime | None = None,
        known: Sequence[str] = (),
    ) -> Admitted:
        """Store and stream what is new, in one atomic step; say what each was.

        Oldest first, so that the stream is in the order of publication where a poll brings several. `backfill`: even
        a source's first poll may alert; `silent`: nothing of these may. `mark`: the poll's own, see `health.keep`.

        `catch_up`: they come after a time in which nobody could look; `storm`: as many new ones at once are a flood,
        and so is what seems to be all ids renewed after the source was last `read`. Such are told together. `known`:
        keys of posts that stand beside these just as they were last admitted.
        """
        step_keys = [keys.source(source), keys.seen(source), keys.POSTS]
        alerting = "never" if silent else "always" if backfill else "later"
        args: list[str | bytes | int] = [
            ms(now), _SEEN, alerting, _REPEAT_WITHIN, _WORDS_REMEMBERED, source, mark,
            int(catch_up), storm, ms(read) if read else "", " ".join(map(short_key, known)),
        ]  # fmt: skip
        ordered = _oldest_first(posts)
        for post in ordered:
            post_keys, words = _step(post, now)
            step_keys += post_keys
            args += words
        *outcomes, unread, overrun, gather = await self._connection.script("admit", step_keys, args)
        admitted = Admitted(outcome.decode() for outcome in outcomes)
        admitted.new = tuple(post for post, what in zip(ordered, outcomes, strict=True) if what == b"new")
        admitted.update(["known"] * len(known))
        admitted.unread, admitted.overrun, admitted.gather = unread.decode(), moment(overrun), gather.decode()
        return admitted

    async def known(self, source: str, posts: Sequence[str]) -> set[str]:
        """Return those of some post keys that the source has shown before."""
        if not posts:
            return set()
        digests = [short_key(key) for key in posts]
        scores, *kept = await self._connection.together([
            ("ZMSCORE", keys.seen(source), *digests), *(("EXISTS", keys.post(key)) for key in posts)
        ])  # fmt: skip
        return {key for key, *there in zip(posts, scores, kept, strict=True) if there != [None, 0]}

    async def any_before(self, known: Iterable[str], since: datetime) -> bool:
        """Whether any of some known posts was first shown before a moment."""
        first = await self._connection.together(("HGET", keys.post(key), "first") for key in known)
        return any(when is None or int(when) < ms(since) for when in first)

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
        repeats = sorted(_noted(raw, "place:", Repeat, key), key=lambda one: one.seen)
        translations = _noted(raw, "translation:", Translation, key)
        later = _noted(raw, "later:", Place, key)
        return [
            changed(entry, repeats=tuple(repeats), translations=tuple(translations), later=tuple(later))
            for n in range(int(raw.get("revision", 0)), 0, -1)
            if (entry := _entry(key, n, raw))
        ]

    async def versions(self, wanted: Sequence[Version]) -> dict[Version, Entry]:
        """Return versions by their names, in one round trip; without those that are unknown.

        `alert` is the alert that told what this version says: its own, or, of an edit that was no news, the one on the
        version before.
        """
        names = list(dict.fromkeys(wanted))
        found = {}
        for name, raw in zip(names, await self._read(names, lambda _: ("alerted",)), strict=True):
            if entry := _entry(*name, raw):
                last = text(raw["alerted"]) if entry.verdict and name.revision > 1 else None
                found[name] = changed(entry, alert=entry.alert or last)
        return found

    async def weighed(self, posts: Sequence[str]) -> dict[str, Post]:
        """Return of each post, by its key, the last version that said something else than the one before it."""
        revisions = await self._connection.together(("HGET", keys.post(key), "base") for key in posts)
        found = await self.versions([Version(key, int(n or 1)) for key, n in zip(posts, revisions, strict=True)])
        return {name.key: entry.post for name, entry in found.items()}

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
                return await self._behind(info) + int(info.get("pending") or 0)
        return int(await self._connection.call("XLEN", keys.POSTS))

    async def _behind(self, group: dict[str, Any]) -> int:
        """Return how many entries a group has not been handed yet; where the server has lost count, 10 000 at most."""
        if group.get("lag") is not None:
            return int(group["lag"])
        after = f"({group['last-delivered-id'].decode()}"  # what was held has left the stream at its end
        return len(await self._connection.call("XRANGE", keys.POSTS, after, "+", "COUNT", 10_000))

    async def alerted(self, posts: Iterable[str]) -> dict[str, str]:
        """Return by key the id of the newest alert on a post, of those that had any: one round trip for all."""
        asked = list(dict.fromkeys(posts))
        found = await self._connection.together(("HGET", keys.post(key), "alerted") for key in asked)
        return {key: alert for key, raw in zip(asked, found, strict=True) if (alert := text(raw))}

    async def entries(self, rows: Iterable[Any]) -> list[Entry]:
        """Fill stream rows with their records: one more round trip for all. Rows without a record are left out."""
        lines = [(row_id.decode(), fields(row)) for row_id, row in rows if row]
        names = [Version(line["key"].decode(), int(line["revision"])) for _, line in lines]
        records = await self._read(names, lambda n: ("deletion", f"record:{n - 1}"))
        return [
            changed(
                entry,
                id=row_id,
                silent=line["silent"] == b"1",
                copy_of=text(line["copy_of"]) or None,
                gather=_gather(line),
                held=line.get("held") == b"1",
            )
            for (row_id, line), name, raw in zip(lines, names, records, strict=True)
            if (entry := _entry(*name, raw))
        ]

    async def _read(self, names: Sequence[Version], more: Callable[[int], tuple[str, ...]]) -> list[dict[str, Any]]:
        """Return of each version what its post's hash has of it, and what `more` names; one round trip for all."""
        wanted = [(*(f"{what}:{n}" for what in _OF_VERSION), *more(n)) for _, n in names]
        found = await self._connection.together(
            ("HMGET", keys.post(key), *asked) for (key, _), asked in zip(names, wanted, strict=True)
        )
        return [dict(zip(asked, raw, strict=True)) for asked, raw in zip(wanted, found, strict=True)]


def _step(post: Post, now: datetime) -> tuple[list[str], list[str | bytes | int]]:
    """Return what ADMIT wants to know of one post: keys and arguments."""
    words = dedup.fingerprint(post)
    repeat = Repeat(permalink=post.permalink, native_id=post.native_id, seen=now)
    return [keys.post(post.key), keys.words(words or post.key)], [
        post.key,
        short_key(post.key),
        dedup.content_hash(post),
        "1" if words else "",
        ms(post.published) if post.published else "",
        pack(post),
        encode(repeat),
    ]


def _entry(key: str, n: int, raw: Mapping[str, Any]) -> Entry | None:
    """Return a version by the fields of its post's hash, as far as they were read; None where nobody can read it."""
    if not (post := _version(raw.get(f"record:{n}"), n, key)):
        return None
    verdict = readable(raw.get(f"verdict:{n}"), Verdict, key)
    return Entry(
        id="",
        post=post,
        previous=_version(raw.get(f"record:{n - 1}"), n - 1, key),
        deletion=readable(raw.get("deletion"), Deletion, key),
        same_as=readable(raw.get(f"same_as:{n}"), SameAs, key),
        like=readable(raw.get(f"like:{n}"), Like, key),
        translation_of=readable(raw.get(f"translation_of:{n}"), Translation, key),
        verdict=quotes.full(verdict, post) if verdict else None,
        alert=text(raw.get(f"alert:{n}")),
    )


def _noted(raw: Mapping[str, Any], prefix: str, kind: type[T], key: str) -> list[T]:
    """Return what other posts have left in a post's hash."""
    found = (readable(value, kind, f"{name} of {key}") for name, value in raw.items() if name.startswith(prefix))
    return [one for one in found if one]


def _gather(line: dict[str, Any]) -> Gather | None:
    word = text(line.get("gather"))
    return "catch-up" if word == "catch-up" else "storm" if word == "storm" else None


def _oldest_first(posts: Sequence[Post]) -> list[Post]:
    """Order for the stream. Feeds list the newest first; a known date decides, an unknown one stays in its place."""
    turned = list(reversed(posts))
    if all(post.published for post in turned):
        turned.sort(key=lambda post: post.published.timestamp() if post.published else 0.0)
    return turned


def _version(record: bytes | None, revision: int, key: str) -> Post | None:
    post = readable(record, Post, f"{key}, version {revision}")
    return changed(post, revision=revision) if post else None
