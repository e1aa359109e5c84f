"""`Source`: asks for the list until a whole page of it is known, then for the texts of what is new or was changed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import Blocked, MonitorError, Resting, Unreachable, Unreadable
from monitor.model import Batch, Bookmark, Post, changed
from monitor.sources import Asker, Document
from monitor.sources.govuk import memory
from monitor.sources.govuk.items import stamp
from monitor.sources.govuk.memory import Memory

if TYPE_CHECKING:
    from monitor.sources.govuk import Config

SIZE = 50  # results on a page of the search

_PAGES = 5  # of the search that one poll reads beyond those it has to
_LONGEST = 120.0  # seconds after which nothing further is asked for
_STALE = timedelta(minutes=1)  # by which the text may be older than the list says


@dataclass
class _Listed:
    """What the list shows.

    ended     read back to a page of which all is known, or to its end; `overlaps`: so it was
    window    keys of all on the first page, the latest version first
    """

    posts: dict[str, Post] = field(default_factory=dict)
    depth: dict[str, int] = field(default_factory=dict)
    pages: int = 0
    ended: bool = False
    overlaps: bool = False
    warnings: tuple[str, ...] = ()
    window: tuple[str, ...] = ()

    def add(self, batch: Batch, known: Memory, deep: int) -> None:
        """Take one page. It is the last if it is not full, or if all of it is known and `deep` pages were read."""
        self.pages += 1
        posts = [memory.own(known, post) for post in batch.posts]
        self.window = self.window or tuple(post.key for post in posts)
        strange = [post for post in posts if not memory.is_known(known, post)]
        for post in strange:
            self.posts.setdefault(memory.mark(post), post)
            self.depth.setdefault(memory.mark(post), self.pages)
        short = len(batch.posts) < SIZE
        self.ended = short or (not strange and self.pages >= deep)
        self.overlaps |= short or len(strange) < len(posts)


@dataclass
class _Asked:
    """What came of asking for texts. `whole`: by the mark of the listed post; `left`: not asked for."""

    whole: dict[str, Post] = field(default_factory=dict)
    failed: dict[str, MonitorError] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


class Source(Asker):
    """See the contract. In the bookmark's cursor, beside those of `Document`: `pages`, what `memory` keeps."""

    settings: Config

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask for the list, then for the texts. See `monitor.sources.Source.poll`.

        A first poll must give all there is, for only that is kept in silence: beyond `most`, as the list shows it.
        """
        began, page = time.monotonic(), self._list()
        try:
            batch = await page.poll(bookmark)
        except Unreachable as problem:
            raise _told(problem, self.settings) from None
        if batch.unchanged:
            return batch
        known = memory.recalled(batch.bookmark)
        if not batch.posts:
            return changed(batch, warnings=(*batch.warnings, _empty(self.settings, known)))
        listed = await self._listed(page, batch, known, began)
        asked = await self._texts(listed, known, began)
        batch = changed(batch, window=listed.window)
        return _first(batch, listed, asked) if known.first is None else _later(batch, known, listed, asked)

    async def earlier(self, page: str) -> Batch:
        """Ask for an older page of the list. See `monitor.sources.Source.earlier`; `poll` names none."""
        return await self._list().earlier(page)

    def _list(self) -> Document:
        return self.document(self.settings.search())

    async def _listed(self, page: Document, batch: Batch, known: Memory, began: float) -> _Listed:
        listed = _Listed()
        listed.add(batch, known, known.deep)
        deepest = known.deep + _PAGES
        while known.first and not listed.ended and listed.pages < deepest and time.monotonic() - began < _LONGEST:
            try:
                older = await page.earlier(self.settings.search(listed.pages * SIZE))
            except MonitorError as problem:
                why = f"page {listed.pages + 1} of the list could not be read and is asked for again: {problem}"
                listed.warnings += (why,)
                break
            listed.add(older, known, known.deep)
        return listed

    async def _texts(self, listed: _Listed, known: Memory, began: float) -> _Asked:
        """Ask for at most `most` texts, those tried least first; none, once the host wants to be left alone."""
        asked, queue = _Asked(), sorted(listed.posts, key=lambda name: known.tries.get(name, 0))
        for place, name in enumerate(queue):
            if place >= self.settings.most or (place and time.monotonic() - began > _LONGEST):
                asked.left += queue[place:]
                break
            try:
                asked.whole[name] = await self._text(listed.posts[name], known.tries.get(name, 0))
            except (Resting, Blocked) as problem:
                asked.failed[name] = problem
                asked.left += queue[place + 1 :]
                break
            except MonitorError as problem:
                asked.failed[name] = problem
        return asked

    async def _text(self, listed: Post, tries: int) -> Post:
        """Return a listed post with the text of its page. Raises Unreadable if that is not yet what the list tells."""
        home, link = urlsplit(str(self.settings.url)), urlsplit(listed.permalink or "")
        if link.netloc != home.netloc.rpartition("@")[2]:
            return listed  # a page that stands elsewhere
        answer = await self._list().earlier(
            link._replace(path=f"/api/content{link.path}", query="", fragment="").geturl()
        )
        if len(answer.posts) != 1:
            raise Unreadable("a list came instead of the text")
        (post,) = answer.posts
        if stamp(post) < stamp(listed) - _STALE and tries + 1 < memory.HELD:
            raise Unreadable("its text is still the one of before, from a cache perhaps")
        return changed(post, native_id=listed.native_id, key=listed.key, permalink=listed.permalink)


def _first(batch: Batch, listed: _Listed, asked: _Asked) -> Batch:
    posts = tuple(asked.whole.get(name, post) for name, post in listed.posts.items())
    warnings = batch.warnings + listed.warnings
    if rest := len(posts) - len(asked.whole):
        warnings += (f"of {rest} older posts only what the list says was taken, at the first poll",)
    dated = [] if listed.ended else [stamp(post) for post in listed.posts.values() if post.published]
    first = min(dated, default=datetime.fromtimestamp(0, UTC))
    seen = memory.noted(memory.BLANK, listed.posts.values())
    after = Memory(seen=seen, first=first, tries={}, last=_shortest(posts))
    return changed(batch, posts=posts, warnings=warnings, bookmark=memory.kept(after, batch.bookmark))


def _later(batch: Batch, known: Memory, listed: _Listed, asked: _Asked) -> Batch:
    tries = {name: known.tries.get(name, 0) + (not isinstance(why, Resting)) for name, why in asked.failed.items()}
    held = [name for name, number in tries.items() if number >= memory.HELD]
    done = [*asked.whole, *held]
    waiting = [name for name in listed.posts if name not in done]
    posts = [*asked.whole.values(), *(listed.posts[name] for name in held)]
    last = _shortest(posts) or known.last
    if posts and known.last and listed.overlaps:
        # What is known is not handed on again, but a poll without anything known counts as one that has missed posts.
        # So one stands for all of them, word for word as it is stored, unless it is just what was changed.
        posts += [known.last] if known.last.key not in {post.key for post in posts} else []
    after = Memory(
        seen=memory.noted(known, (listed.posts[name] for name in done)),
        first=known.first,
        tries={name: tries.get(name, known.tries.get(name, 0)) for name in waiting},
        deep=_deep(known, listed, waiting),
        last=last,
    )
    warnings = (*batch.warnings, *listed.warnings, *_failures(listed, asked))
    if not listed.ended:
        warnings += ("more was published than one poll reads; the next ones go on",)
    return changed(batch, posts=tuple(posts), warnings=warnings, bookmark=memory.kept(after, batch.bookmark))


def _deep(known: Memory, listed: _Listed, waiting: Sequence[str]) -> int:
    """Return how many pages the next poll must read: to what still waits, perhaps one page further down."""
    if not listed.ended:
        return max(listed.pages + 1, known.deep)
    return max((min(listed.depth[name] + 1, listed.pages) for name in waiting), default=1)


def _failures(listed: _Listed, asked: _Asked) -> tuple[str, ...]:
    failed = list(asked.failed.items())[:3]
    return tuple(f"the text of {listed.posts[name].title!r} could not be read: {why}" for name, why in failed)


def _shortest(posts: Iterable[Post]) -> Post | None:
    return min(posts, key=lambda post: len(post.text), default=None)


def _empty(settings: Config, known: Memory) -> str:
    if known.first:
        return "the search finds nothing although it used to; nothing is taken for deleted"
    return f"the search finds nothing: is {', '.join(settings.slugs) or 'the query'} spelled as on GOV.UK?"


def _told(problem: Unreachable, settings: Config) -> Unreachable:
    if problem.status not in (404, 422):
        return problem
    host = urlsplit(str(settings.url)).hostname
    why = f"{host} does not take the question ({problem.status}): `url` must be on www.gov.uk, and"
    return Unreachable(f"{why} `query` may name only what its search knows", status=problem.status)
