"""How a source asks, and `Document`: one that is a single document at one address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import MonitorError, Refused
from monitor.fetch import Answer, lifetime, named
from monitor.model import Batch, Bookmark, Reading, changed, digest
from monitor.sources import _entries

if TYPE_CHECKING:
    from monitor.sources import Fetch, Read, SourceConfig

_HALF_DAY, _DAY, _WEEK = timedelta(hours=12), timedelta(days=1), timedelta(days=7)
_SPREAD = timedelta(hours=3)  # over which full requests that fall due together come apart


class Asker:
    """What a source is made of: its settings, the polite client, its kind's `read`, and the hour on the wall."""

    accept = "application/json"

    def __init__(self, settings: SourceConfig, fetch: Fetch, read: Read) -> None:
        self.settings = settings
        self.fetch = fetch
        self.read = read
        self.now: Callable[[], datetime] = partial(datetime.now, UTC)

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask as the settings allow; `headers` beside `Accept`. Raises what `Source.poll` raises."""
        return await self.fetch.get(
            url,
            headers={"Accept": self.accept, **(headers or {})},
            allow_private=self.settings.allow_private,
            robots=self.settings.robots == "obey",
        )

    def document(self, url: str, read: Read | None = None) -> Document:
        """Return what is at another address as a document of its own."""
        other = Document(self.settings.model_copy(update={"url": url}), self.fetch, read or self.read)
        other.accept, other.now = self.accept, self.now
        return other


class Document(Asker):
    """A source that is one document at one address.

    It asks with the validators the document came with, and once a day without, which finds out a server that says "not
    modified" for ever. An address to which permanent redirects have led for a week is asked directly, and the
    configured one once a day, so that a mistaken redirect heals.

    In the bookmark's cursor: `home`, a mark of the configured address, for a bookmark is worth nothing at another;
    `at`, of the address that answered, for validators hold only there; `said`, of what was read; `back`, when the
    configured address was last asked; `doubted`, when the server was caught with an untrue "not modified"; `entries`,
    what is remembered of them, and `whole`, when all of them were last read.

    `windowed`: the document shows all of the newest posts, without a hole, so that one missing among them has gone.
    `remembers`: of a document that has changed the kind reads the unknown entries alone.
    """

    accept = "*/*"
    windowed = False
    remembers = False

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask once, or again where an answer proves nothing or the source has moved. See `Source.poll`."""
        home, now = str(self.settings.url), self.now()
        known = bookmark if bookmark and bookmark.cursor.get("home") == _mark(home) else Bookmark()
        moved = settled(known, home, now)
        if moved is None:
            return await self._ask(home, known, now)
        if _is_past(known.cursor.get("back"), _DAY, now):
            known = changed(known, cursor={**known.cursor, "back": now.isoformat()})
            with suppress(MonitorError):
                return await self._ask(home, _bare(known), now)
            return await self._ask(moved, known, now)
        try:
            return await self._ask(moved, known, now)
        except MonitorError:
            return await self._ask(home, changed(_bare(known), moved=None), now)

    async def earlier(self, page: str) -> Batch:
        """Ask for an older page, under the rules of a redirect. See `Source.earlier`."""
        answer = await self.get(named(str(self.settings.url), page))
        reading = await self.read(answer.body, answer.headers, answer.url)
        return _filled(_empty(answer, self.now()), reading, Bookmark(), self.now())

    async def _ask(self, place: str, known: Bookmark, now: datetime) -> Batch:
        full = due_in_full(known, self.settings.id, now)
        sent = {} if full or _doubted(known, now) else _validators(known)
        answer = await self.get(place, sent)
        if answer.status == 304 and known.cursor.get("at") != _mark(answer.url):
            sent = {}
            answer = await self.get(place)  # it was led elsewhere than before, where the validators mean nothing
        following = self._following(place, known, answer, now)
        batch = _empty(answer, now)
        if answer.status == 304:
            return changed(batch, bookmark=changed(following, unconditional=0), unchanged=True)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        same = body_hash == known.body_hash
        following = changed(
            following,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            body_hash=body_hash,
            full=now,
            unconditional=known.unconditional + bool(sent) if same else 0,
        )
        if same:
            return changed(batch, bookmark=following, unchanged=True)
        reading = await self._reading(answer, known, now)
        shown = _entries.known(reading, self.settings.id)
        following = _entries.remembering(following, reading, now)
        if reading.warnings:
            # A cut or malformed document is asked for again in full: no validator is kept for it. Its hash may be:
            # the same bytes would only be read the same way.
            following = _bare(following)
        elif full and await self._lies(place, known, following):
            following = changed(following, cursor={**following.cursor, "doubted": now.isoformat()})
        window = self.window(reading) if self.windowed else None
        return changed(_filled(batch, reading, following, now), known=shown, window=window)

    def window(self, reading: Reading) -> tuple[str, ...] | None:
        """Return `Batch.window` of a document that is `windowed`; None where this answer leaves it open."""
        return _entries.window(reading, self.settings.id)

    async def _reading(self, answer: Answer, known: Bookmark, now: datetime) -> Reading:
        """Read an answer; where the kind remembers entries, the unknown ones alone, but twice a day all of them."""
        if not self.remembers:
            return await self.read(answer.body, answer.headers, answer.url)
        whole = _is_past(known.cursor.get("whole"), _HALF_DAY, now)
        told = "" if whole else known.cursor.get("entries", "")
        return await self.read(answer.body, {**answer.headers, _entries.KNOWN: told}, answer.url)

    async def _lies(self, place: str, known: Bookmark, following: Bookmark) -> bool:
        """Whether the server calls unmodified what has just been seen to be modified."""
        validators = _validators(known)
        if not validators or known.cursor.get("said", following.cursor["said"]) == following.cursor["said"]:
            return False
        with suppress(MonitorError):
            answer = await self.get(place, validators)
            return answer.status == 304 and known.cursor.get("at") == _mark(answer.url)
        return False

    def _following(self, place: str, known: Bookmark, answer: Answer, now: datetime) -> Bookmark:
        """Return the bookmark with what the way to an answer tells."""
        home = str(self.settings.url)
        cursor = {**known.cursor, "home": _mark(home), "at": _mark(answer.url)}
        if place != home:
            return changed(known, cursor=cursor)
        since = (known.moved_since if answer.moved == known.moved else now) if answer.moved else None
        return changed(known, cursor=cursor, moved=answer.moved, moved_since=since)


def settled(known: Bookmark, home: str, now: datetime) -> str | None:
    """Return where a document has moved to for good: a week of permanent redirects to the same place."""
    if not known.moved or not known.moved_since or now - known.moved_since < _WEEK:
        return None
    if urlsplit(home).username is not None:
        return None  # a redirect is told without credentials, and there they are wanted
    with suppress(Refused):
        return named(home, known.moved)
    return None


def due_in_full(known: Bookmark, source: str, now: datetime) -> bool:
    """Whether the last whole answer is over a day old, and a little more, by the source's name."""
    share = int(digest("full", source, length=4), 16) / 0x10000
    if known.full is None or known.full - now > _DAY:  # by a clock that has since been set back
        return True
    return now - known.full > _DAY + _SPREAD * share


def _doubted(known: Bookmark, now: datetime) -> bool:
    return "doubted" in known.cursor and not _is_past(known.cursor["doubted"], _WEEK, now)


def _is_past(moment: str | None, age: timedelta, now: datetime) -> bool:
    return moment is None or now - datetime.fromisoformat(moment) >= age


def _validators(known: Bookmark) -> dict[str, str]:
    """Return the headers of a conditional request, exactly as the server gave their values."""
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in given.items() if value}


def _bare(known: Bookmark) -> Bookmark:
    return changed(known, etag=None, last_modified=None)


def unread(known: Bookmark) -> Bookmark:
    """Return the bookmark of a document that is to be read again, even if it stays the same."""
    return changed(_bare(_entries.forgetful(known)), body_hash=None)


def _empty(answer: Answer, now: datetime) -> Batch:
    return Batch(fresh=lifetime(answer.headers, now), status=answer.status, size=len(answer.body))


def _filled(batch: Batch, reading: Reading, bookmark: Bookmark, now: datetime) -> Batch:
    warnings = reading.warnings
    if _doubted(bookmark, now):
        warnings += ("it said 'not modified' although its posts had changed: for a week it is asked for them in full",)
    return changed(
        batch,
        posts=reading.posts,
        warnings=warnings,
        earlier=reading.earlier,
        bookmark=bookmark,
        deletions=reading.deletions,
        complete=reading.complete,
    )


def _mark(*parts: str) -> str:
    return digest("document", *parts, length=12)
