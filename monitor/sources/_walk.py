"""Reading a collection back to where it was left: by date what is new, by date of change what was edited.

For the kinds whose API can be asked for what is newer than a date, newest first. In the cursor:

date, modified   the latest dates that were seen. What is asked for begins some time before them
<by>_page        where a walk over many pages broke off, and `<by>_top`, the latest date it had seen: the next poll
                 reads the first page and goes on from there, and only a walk that came to its end moves the mark
<by>_hash        of the first page, as `Walk.mark` makes it: the same need not be read again
shown            when it was last asked which of the newest posts are still there; `shown_hash`, of the answer
first, first_id  the oldest date and the highest number of the very first reading: before it lies the archive
"""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal, NamedTuple

from monitor.errors import MonitorError
from monitor.fetch import Answer, lifetime
from monitor.model import Batch, Post, Reading, digest
from monitor.sources import Asker

By = Literal["date", "modified"]

PAGES = 5  # in one poll
LONGEST = 60.0  # seconds after which a poll asks for no further page: one that is cut off would begin again
_SHOWN = timedelta(minutes=15)  # between two questions which of the newest posts are still there
_FILTERED = timedelta(days=1)  # what is older than asked for by more than that was not filtered by the site
_SECOND = timedelta(seconds=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Page(NamedTuple):
    """`last`: there is none after it; `same`: it is what it was at the last poll, and was not read."""

    posts: tuple[Post, ...]
    last: bool
    same: bool = False


@dataclass(kw_only=True)
class Walk(ABC):
    """One poll's reading of a collection. `cursor` is changed as it goes on."""

    overlap: ClassVar[Mapping[By, timedelta]]

    source: Asker
    cursor: dict[str, str]
    now: datetime
    posts: dict[str, Post] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @abstractmethod
    def address(self, by: By, *, since: datetime | None = None, before: datetime | None = None, number: int = 1) -> str:
        """Return the address of one page, the newest or the last changed first, `number` counted from 1."""

    @abstractmethod
    def still_there(self) -> str:
        """Return the address of a page with the newest posts, the newest first, and no more of them than their ids."""

    @abstractmethod
    def is_last(self, answer: Answer, reading: Reading, number: int) -> bool:
        """Whether no page follows this one."""

    def numbered(self, post: Post) -> int | None:
        """Return the number of a post, which is higher the later it was made; None where it is unknown."""
        return int(post.native_id) if post.native_id.isdecimal() else None

    def named(self, reading: Reading) -> tuple[Post, ...]:
        """Return the posts of a reading under the names they had before."""
        return reading.posts

    def mark(self, answer: Answer) -> bytes:
        """Return what is the same as long as neither the first page nor the pages below have changed."""
        return answer.body

    async def all(self) -> Batch:
        """Return what is new and what was changed. Raises what `Source.poll` raises."""
        back = None
        if "date" not in self.cursor:
            page = await self._page("date", None, 1)
            self._take(page.posts)
            self.begin(page.posts, whole=page.last)
            window = self._noted(page.posts)
        else:
            # Should the newest post have vanished, nothing known may be among what comes: before it something is.
            back = self.before(datetime.fromisoformat(self.cursor["date"]) + _SECOND)
            await self._walk("date")
            try:
                await self._walk("modified")
            except MonitorError as problem:
                self.warnings.append(f"what is new was read, but what was edited could not be asked for: {problem}")
            window = await self._shown()
        return Batch(
            posts=self._since_the_beginning(),
            warnings=tuple(dict.fromkeys(self.warnings)),
            unchanged=back is not None and not self.posts and not self.warnings and window is None,
            fresh=lifetime(self.answers[0].headers, self.now),
            earlier=back,
            status=self.answers[0].status,
            size=sum(len(answer.body) for answer in self.answers),
            window=window,
        )

    async def older(self, page: str) -> Batch:
        """Return the posts of a page that `before` named. See `Source.earlier`."""
        answer = await self.source.get(page)
        reading = await self.source.read(answer.body, answer.headers, answer.url)
        posts = self.named(reading)
        return Batch(
            posts=posts,
            warnings=reading.warnings,
            earlier=self.following(page, posts),
            status=answer.status,
            size=len(answer.body),
        )

    def before(self, moment: datetime) -> str:
        """Return the address of the page with the posts before a moment."""
        return self.address("date", before=moment)

    def following(self, page: str, posts: Iterable[Post]) -> str | None:  # noqa: ARG002  # others go by the page
        """Return the address of what comes before these posts, which were on a page; None if that was all."""
        dates = [post.published for post in posts if post.published]
        return self.before(min(dates) + _SECOND) if dates else None

    async def reading(self, answer: Answer) -> Reading:
        """Read a page that was walked to. Raises Unreadable."""
        return await self.source.read(answer.body, answer.headers, answer.url)

    def begin(self, posts: Iterable[Post], *, whole: bool = False) -> None:
        """Put the marks of a first reading into a cursor that has none. `whole`: it saw all there is."""
        posts = tuple(posts)
        dates, changes = _dates("date", posts), _dates("modified", posts)
        numbers = [number for post in posts if (number := self.numbered(post)) is not None]
        self.cursor.setdefault("date", min(max(dates, default=self.now), self.now).isoformat())
        self.cursor.setdefault("modified", min(max(changes, default=self.now), self.now).isoformat())
        self.cursor.setdefault("first", (_EVER if whole else min(dates, default=self.now)).isoformat())
        self.cursor.setdefault("first_id", str(max(numbers, default=0)))

    async def _shown(self) -> tuple[str, ...] | None:
        """Return the keys of the newest posts, now and then: what was taken away is neither new nor edited.

        None where they are as they were.
        """
        asked = self.cursor.get("shown")
        if asked and timedelta(0) <= self.now - datetime.fromisoformat(asked) < _SHOWN:
            return None
        self.cursor["shown"] = self.now.isoformat()  # where it fails, it is not asked again at each poll
        try:
            answer = await self.source.get(self.still_there())
            self.answers.append(answer)
            reading = await self.reading(answer)
        except MonitorError as problem:
            self.warnings.append(f"what is new was read, but not which of the newest are still there: {problem}")
            return None
        self.warnings += reading.warnings
        return self._noted(self.named(reading))

    def _noted(self, posts: Iterable[Post]) -> tuple[str, ...] | None:
        shown = tuple(post.key for post in posts)
        before, known = self.cursor.get("shown_hash"), digest("shown", *shown, length=16)
        self.cursor |= {"shown": self.now.isoformat(), "shown_hash": "" if self.warnings else known}
        return None if known == before else shown  # beside a warning nobody compares it: it is told again

    async def _walk(self, by: By) -> None:
        mark = datetime.fromisoformat(self.cursor[by])
        since = mark - self.overlap[by]
        if by == "date":
            since = max(since, datetime.fromisoformat(self.cursor["first"]) - _SECOND)
        page = await self._page(by, since, 1)
        number = int(self.cursor.pop(f"{by}_page", "0"))
        before = datetime.fromisoformat(self.cursor.pop(f"{by}_top", self.cursor[by]))
        if page.same and not number:
            return
        oldest = min(_dates(by, page.posts), default=before)
        number = number if number > 1 and oldest <= before else 2  # else what is newer fills the page: begin again
        start, top, ended = number, max(mark, before), False
        while not ended:
            dates = _dates(by, page.posts)
            top = max([top, *(min(date, self.now) for date in dates)])
            self._take(post for post in page.posts if _date(by, post) >= since - _FILTERED)
            ended = page.last or bool(dates and max(dates) < since)
            late = number > start and time.monotonic() - self.began > LONGEST
            if ended or late or number == start + PAGES - 1:
                break
            try:
                page = await self._page(by, since, number)
            except MonitorError as problem:
                ended = getattr(problem, "status", None) == 400  # there is no such page
                if not ended:
                    self.warnings.append(f"page {number} could not be read and is asked for again: {problem}")
                break
            number += 1
        if ended:
            self.cursor[by] = top.isoformat()
        else:
            self.cursor |= {f"{by}_page": str(number), f"{by}_top": top.isoformat()}

    async def _page(self, by: By, since: datetime | None, number: int) -> Page:
        answer = await self.source.get(self.address(by, since=since, number=number))
        self.answers.append(answer)
        first, name = number == 1 and since is not None, f"{by}_hash"
        seen = hashlib.sha256(self.mark(answer)).hexdigest()[:16]
        if first and self.cursor.get(name) == seen:
            return Page((), last=False, same=True)
        reading = await self.reading(answer)
        if first:
            self.cursor[name] = seen
        self.warnings += reading.warnings
        return Page(self.named(reading), self.is_last(answer, reading, number))

    def _take(self, posts: Iterable[Post]) -> None:
        self.posts |= {post.key: post for post in posts}

    def _since_the_beginning(self) -> tuple[Post, ...]:
        """Return the posts without those of the archive: not seen at the first reading, they would come as news."""
        first, highest = datetime.fromisoformat(self.cursor["first"]), int(self.cursor["first_id"])
        kept = tuple(post for post in self.posts.values() if not self._is_archived(post, first, highest))
        if left := len(self.posts) - len(kept):
            self.warnings.append(
                f"{left} posts older than the first reading were edited; they are no news and left out"
            )
        return kept

    def _is_archived(self, post: Post, first: datetime, highest: int) -> bool:
        """Whether a post is older than the first reading; one that came late under an old date has a new number."""
        number = self.numbered(post)
        return bool(post.published and post.published < first and number is not None and number <= highest)


def _date(by: By, post: Post) -> datetime:
    """Return the date a walk goes by; of a post without any, one that is never too old."""
    date = post.published if by == "date" else post.updated or post.published
    return date or datetime.max.replace(tzinfo=UTC)


def _dates(by: By, posts: Iterable[Post]) -> list[datetime]:
    return [_date(by, post) for post in posts if post.published or post.updated]
