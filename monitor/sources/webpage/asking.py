"""`Source`: asks for the list as for any document, and then, one after the other, for the pages of its new posts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor import dedup
from monitor.errors import Blocked, MonitorError, Resting, Unreadable
from monitor.fetch import named
from monitor.model import Batch, Bookmark, Post, Reading, changed, digest
from monitor.sources import Document, Read
from monitor.sources.webpage import detail, memory
from monitor.sources.webpage.memory import Memory, Waiting, mark
from monitor.sources.webpage.settings import Config, Detail

DETAIL = ":detail"  # beside an answer's headers; no server can send it, for no name of a header has a colon (RFC 9110)

_LAYOUT = {"item", "link", "title", "summary", "detail"}  # the settings that make what a post says
_LONGEST = 180.0  # seconds after which no further page is asked for: the list of the next poll is as important


@dataclass
class _Asked:
    """What came of asking for pages.

    whole    posts as their pages tell of them; `odd`: what is wrong with those pages all the same
    paged    those of them that have a page of ours to ask again: as the list shows them, and whole
    failed   with what went wrong; `left`: not asked for
    """

    whole: list[Post] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    paged: list[tuple[Post, Post]] = field(default_factory=list)
    failed: list[tuple[Waiting, MonitorError]] = field(default_factory=list)
    left: list[Waiting] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return len(self.whole) > len(self.odd)

    @property
    def warnings(self) -> tuple[str, ...]:
        failed = (f"the page of {one.post.title or one.post.permalink!r} failed: {why}" for one, why in self.failed[:3])
        return (*self.odd[:3], *failed)


class Source(Document):
    windowed = True
    accept = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
    settings: Config

    _known: frozenset[str] = frozenset()

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask for the list, then for the pages of what is new in it, then for one that may be edited.

        A first poll must give all there is, for only that is kept in silence: beyond `most`, as the list shows it. See
        `Source.poll`.
        """
        batch = await super().poll(bookmark)
        where = self.settings.detail
        if where is None:
            return batch
        before = memory.recalled(bookmark)
        asked = await self._pages(memory.queued(before, batch.posts), where)
        listed = [post for post in batch.posts if self._paged(post)]
        layout = digest(self.settings.model_dump_json(include=_LAYOUT))
        seen = {*before.known, *(mark(one.post) for one in before.waiting)}
        overlaps = batch.unchanged or any(mark(post) in seen for post in batch.posts)
        moved = bookmark is None or bookmark.cursor.get("home") != batch.bookmark.cursor.get("home")
        if (moved or not seen) and not overlaps and self.settings.backfill == "silent":
            batch, after = _first(batch, asked, layout)
        else:
            batch, after = _later(batch, before, asked, layout, overlaps=overlaps)
        known = before.recent if before.layout == layout and not moved else ()  # read otherwise, it would look edited
        after = changed(after, recent=memory.recent(known, listed, asked.paged, self.now()))
        if overlaps and not asked.left:
            batch, after = await self._again(batch, after, where)
        self._known = frozenset(after.known)
        return changed(batch, bookmark=memory.kept(after, batch.bookmark))

    def window(self, reading: Reading) -> tuple[str, ...] | None:
        """See `Document.window`. A list without dates, or in another order, may show now these and now those."""
        dates = [post.published for post in reading.posts if post.published]
        in_order = len(dates) == len(reading.posts) and dates == sorted(dates, reverse=True)
        return super().window(reading) if in_order else None

    async def earlier(self, page: str) -> Batch:
        """Ask for an older list and the pages of what is new in it; beyond `most`, as the list shows it.

        See `Source.earlier`. It comes right after a poll of the same source.
        """
        batch = await super().earlier(page)
        where = self.settings.detail
        if where is None:
            return batch
        asked = await self._pages([Waiting(post=post) for post in batch.posts if mark(post) not in self._known], where)
        whole = {post.key: post for post in asked.whole}
        return changed(batch, posts=tuple(whole.get(post.key) or _partial(post) for post in batch.posts))

    async def _pages(self, queue: Sequence[Waiting], where: Detail) -> _Asked:
        """Ask for at most `most` pages; none, once the host wants to be left alone or has put up a wall."""
        asked, began = _Asked(), time.monotonic()
        for place, one in enumerate(queue):
            tries = len(asked.whole) + len(asked.failed)
            if tries >= where.most or time.monotonic() - began > _LONGEST:
                asked.left += queue[place:]
                break
            try:
                post, odd = await self._page(one.post, where)
                asked.whole.append(post)
                asked.odd += odd
                if self._paged(one.post):
                    asked.paged.append((one.post, post))
            except MonitorError as error:
                asked.failed.append((one, error))
                if isinstance(error, Resting | Blocked):
                    asked.left += queue[place + 1 :]
                    break
        return asked

    async def _page(self, listed: Post, where: Detail) -> tuple[Post, tuple[str, ...]]:
        """Return a post as its page tells of it, and what is odd about that page."""
        if not self._paged(listed):
            return (listed if _is_document(listed) else _partial(listed)), ()
        answer = await self.get(named(str(self.settings.url), listed.permalink or ""))
        reading = await self._whole(listed, where)(answer.body, answer.headers, answer.url)
        return reading.posts[0], reading.warnings

    def _paged(self, listed: Post) -> bool:
        """Whether a post has a page of its own that is ours to ask for: no document, and no address elsewhere."""
        return not _is_document(listed) and detail.same_site(listed.permalink, str(self.settings.url))

    def _whole(self, listed: Post, where: Detail) -> Read:
        """Return the reader of a post's page, which joins what it finds with what the list says."""

        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            reading = await self.read(body, {**headers, DETAIL: ""}, url)
            whole = detail.joined(listed, reading.posts[0], titled=where.title is not None)
            return changed(reading, posts=(whole,))

        return read

    def _own(self, listed: Post, where: Detail) -> Document:
        """Return a post's page as a document that is asked for by itself."""
        place = named(str(self.settings.url), listed.permalink or "")
        return self.document(place, self._whole(listed, where))

    async def _again(self, batch: Batch, after: Memory, where: Detail) -> tuple[Batch, Memory]:
        """Ask again for the page whose turn it is, with its validators; hand its post on if it says something else.

        A page that fails, or tells less than before, is no edit: its turn comes again.
        """
        now = self.now()
        one = memory.due(after.recent, now)
        if one is None:
            return batch, after
        looked, post = changed(one, asked=now), None
        try:
            found = await self._own(one.post, where).poll(one.page)
            looked = changed(looked, page=found.bookmark)
            post = next((post for post in found.posts if one.partial or "partial" not in post.flags), None)
        except MonitorError as error:
            why = f"the page of {one.post.title or one.post.permalink!r}, asked for again, failed: {error}"
            batch = changed(batch, warnings=(*batch.warnings, why))
        if post and (words := dedup.content_hash(post)) != one.words:
            looked = changed(looked, words=words, edits=one.edits + 1)
            if looked.edits == memory.EDITS:
                called = post.title or post.permalink
                why = f"the page of {called!r} is never the same: name in `detail.drop` what changes"
                batch = changed(batch, warnings=(*batch.warnings, why))
            # What stands for all that is known must be as it is stored, or it would undo the edit.
            after = changed(after, last=post if after.last and after.last.key == post.key else after.last)
            posts = {known.key: known for known in (*batch.posts, post)}
            batch = changed(batch, posts=tuple(posts.values()), unchanged=False)
        return batch, changed(after, recent=tuple(looked if other is one else other for other in after.recent))


def _is_document(listed: Post) -> bool:
    return bool(listed.media and listed.media[0].url == listed.permalink)


def _first(batch: Batch, asked: _Asked, layout: str) -> tuple[Batch, Memory]:
    if asked.failed and not asked.whole:
        raise asked.failed[0][1]
    rest = [one.post for one in asked.left] + [one.post for one, _ in asked.failed]
    warnings = batch.warnings + asked.warnings
    if rest:
        warnings += (f"of {len(rest)} older posts only what the list says was taken, at the first poll",)
    posts = (*asked.whole, *map(_partial, rest))
    after = Memory(known=tuple(map(mark, posts)), last=_shortest(asked.whole), layout=layout)
    return changed(batch, posts=posts, warnings=warnings), after


def _later(batch: Batch, before: Memory, asked: _Asked, layout: str, *, overlaps: bool) -> tuple[Batch, Memory]:
    """Raises Unreadable if the layout of the pages has changed, once there is nothing to hand on beside that."""
    tried = [(changed(one, tries=one.tries + (not isinstance(why, Resting))), why) for one, why in asked.failed]
    held = [(one, why) for one, why in tried if one.tries == memory.HELD]
    odd = [*asked.odd, *(str(why) for _, why in held if isinstance(why, Unreadable))]
    after = memory.oddities(before, layout, odd, sound=asked.sound)
    posts = [*asked.whole, *(_partial(one.post) for one, _ in held)]
    waiting = (*asked.left, *(one for one, _ in tried if one.tries < memory.GIVEN_UP))
    if after.odd >= memory.ODD and not posts and all(one.tries > memory.HELD for one in waiting):
        raise Unreadable(f"the last {after.odd} posts' own pages are not as `detail` says: {after.why}")
    done = [*asked.whole, *(one.post for one, _ in tried if one.tries >= memory.GIVEN_UP)]
    after = changed(
        after,
        known=memory.remembered(before, batch.posts, done),
        waiting=waiting,
        last=_shortest(asked.whole) or before.last,
    )
    if posts and overlaps and before.last:
        # What is known is not handed on again, but a poll without anything known counts as one that has missed posts.
        # So one stands for all of them, word for word as it is stored.
        posts.append(before.last)
    unchanged = batch.unchanged and not (asked.whole or asked.failed)
    return changed(batch, posts=tuple(posts), warnings=batch.warnings + asked.warnings, unchanged=unchanged), after


def _partial(post: Post) -> Post:
    return post if "partial" in post.flags else changed(post, flags=(*post.flags, "partial"))


def _shortest(posts: Sequence[Post]) -> Post | None:
    return min(posts, key=lambda post: len(post.text), default=None)
