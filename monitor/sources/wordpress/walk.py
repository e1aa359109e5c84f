"""Reading a collection back to where it was left: by date what is new, by date of change what was edited.

In the cursor:

date, modified   the latest dates that were seen. What is asked for begins some time before them
<by>_page        where a walk over many pages broke off, and `<by>_top`, the latest date it had seen: the next poll
                 reads the first page and goes on from there, and only a walk that came to its end moves the mark
<by>_hash        of the first page and the number of posts: the same need not be read again
first, first_id  the oldest date and the highest id of the very first reading: before it lies the archive
told             ids of the posts the API told last
route            `pretty` or `plain`, the way that was open
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from monitor.errors import MonitorError, Unreadable
from monitor.fetch import Answer, lifetime
from monitor.model import Batch, Post, Reading
from monitor.sources import Fetch, Read
from monitor.sources.wordpress import address, ids, rest
from monitor.sources.wordpress.address import PER_PAGE, By

if TYPE_CHECKING:
    from monitor.sources.wordpress import Config

PAGES = 5  # in one poll
LONGEST = 60.0  # seconds after which a poll asks for no further page: one that is cut off would begin again
# A scheduled post comes out when somebody next visits the site, under the date it was meant for. Edits bear their hour.
_OVERLAP: dict[By, timedelta] = {"date": timedelta(hours=6), "modified": timedelta(minutes=10)}
_FILTERED = timedelta(days=1)  # what is older than asked for by more than that was not filtered by the site
_TOLD = 100
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_ERROR = re.compile(rb'\s*\{\s*"code"\s*:')


class Closed(Unreadable):
    """Something else than the API's JSON came from its address."""


class Page(NamedTuple):
    """`last`: there is none after it; `same`: it is what it was at the last poll, and was not read."""

    posts: tuple[Post, ...]
    last: bool
    same: bool = False


@dataclass
class Walks:
    """One poll's reading of a collection. `cursor` and `names` (see `ids`) are changed as it goes on."""

    settings: Config
    fetch: Fetch
    read: Read
    cursor: dict[str, str]
    names: ids.Names
    now: datetime
    posts: dict[str, Post] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def all(self) -> Batch:
        """Return what is new and what was changed. Raises Closed and what `Source.poll` raises."""
        back = None
        if "date" not in self.cursor:
            page = await self._page("date", None, 1)
            self._take(page.posts)
            begin(self.cursor, page.posts, self.now, whole=page.last)
        else:
            # Should the newest post have vanished, nothing known may be among what comes: before it something is.
            back = self.before(datetime.fromisoformat(self.cursor["date"]) + timedelta(seconds=1))
            await self._walk("date")
            try:
                await self._walk("modified")
            except MonitorError as problem:
                self.warnings.append(f"what is new was read, but what was edited could not be asked for: {problem}")
        posts = self._since_the_beginning()
        told = dict.fromkeys([post.native_id for post in posts] + json.loads(self.cursor.get("told", "[]")))
        self.cursor["told"] = json.dumps(list(told)[:_TOLD])
        return Batch(
            posts=posts,
            warnings=tuple(dict.fromkeys(self.warnings)),
            unchanged=back is not None and not self.posts and not self.warnings,
            fresh=lifetime(self.answers[0].headers, self.now),
            earlier=back,
            status=self.answers[0].status,
            size=sum(len(answer.body) for answer in self.answers),
        )

    def before(self, moment: datetime) -> str:
        """Return the address of the page with the posts before a moment."""
        return self._address("date", before=moment)

    async def get(self, url: str) -> Answer:
        """Ask for a page of the API, or of the feed."""
        return await self.fetch.get(
            url,
            headers={"Accept": "application/json, application/rss+xml;q=0.9, */*;q=0.1"},
            allow_private=self.settings.allow_private,
            robots=self.settings.robots == "obey",
        )

    def named(self, reading: Reading) -> tuple[Post, ...]:
        """Return the posts of a reading under the names they had before."""
        return ids.named(reading.posts, json.loads(reading.cursor["guids"]), self.names)

    async def _walk(self, by: By) -> None:
        mark = datetime.fromisoformat(self.cursor[by])
        since = mark - _OVERLAP[by]
        if by == "date":
            since = max(since, datetime.fromisoformat(self.cursor["first"]) - timedelta(seconds=1))
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
        answer = await self.get(self._address(by, since=since, number=number))
        self.answers.append(answer)
        pages = answer.headers.get("x-wp-totalpages", "")
        told = number >= int(pages) if pages.isdecimal() else None
        total = answer.headers.get("x-wp-total", "")  # with it goes what changes on the pages below
        seen, name = hashlib.sha256(answer.body + total.encode()).hexdigest()[:16], f"{by}_hash"
        if number == 1 and since and self.cursor.get(name) == seen:
            return Page((), last=bool(told), same=True)
        try:
            reading = await self.read(answer.body, answer.headers, answer.url)
        except Unreadable as problem:
            if rest.begins(answer.body) < 0:
                raise Closed("something else than JSON came from its address, a page for people perhaps") from None
            if _ERROR.match(answer.body):
                raise Closed(str(problem)) from None
            raise
        if "items" not in reading.cursor:
            raise Closed("a feed came from the address of the API")
        if number == 1 and since:
            self.cursor[name] = seen
        self.warnings += reading.warnings
        last = int(reading.cursor["items"]) < PER_PAGE if told is None else told
        return Page(self.named(reading), last)

    def _take(self, posts: Iterable[Post]) -> None:
        self.posts |= {post.key: post for post in posts}

    def _since_the_beginning(self) -> tuple[Post, ...]:
        """Return the posts without those of the archive: not seen at the first reading, they would come as news."""
        first, highest = datetime.fromisoformat(self.cursor["first"]), int(self.cursor["first_id"])
        kept = tuple(post for post in self.posts.values() if not _is_archived(post, first, highest))
        if left := len(self.posts) - len(kept):
            self.warnings.append(
                f"{left} posts older than the first reading were edited; they are no news and left out"
            )
        return kept

    def _address(
        self, by: By, *, since: datetime | None = None, before: datetime | None = None, number: int = 1
    ) -> str:
        return address.page(
            str(self.settings.url),
            self.settings.collection,
            self.settings.query,
            plain=self.cursor.get("route") == "plain",
            by=by,
            since=since,
            before=before,
            number=number,
        )


def begin(cursor: dict[str, str], posts: Iterable[Post], now: datetime, *, whole: bool = False) -> None:
    """Put the marks of a first reading, by the API or the feed, into a cursor that has none. `whole`: it saw all."""
    posts = tuple(posts)
    dates, changes = _dates("date", posts), _dates("modified", posts)
    numbers = [int(post.native_id) for post in posts if post.native_id.isdecimal()]
    cursor.setdefault("date", min(max(dates, default=now), now).isoformat())
    cursor.setdefault("modified", min(max(changes, default=now), now).isoformat())
    cursor.setdefault("first", (_EVER if whole else min(dates, default=now)).isoformat())
    cursor.setdefault("first_id", str(max(numbers, default=0)))


def _date(by: By, post: Post) -> datetime:
    """Return the date a walk goes by; of a post without any, one that is never too old."""
    date = post.published if by == "date" else post.updated or post.published
    return date or datetime.max.replace(tzinfo=UTC)


def _dates(by: By, posts: Iterable[Post]) -> list[datetime]:
    return [_date(by, post) for post in posts if post.published or post.updated]


def _is_archived(post: Post, first: datetime, highest: int) -> bool:
    """Whether a post is older than the first reading; one that came late under an old date has a new id."""
    number = int(post.native_id) if post.native_id.isdecimal() else None
    return bool(post.published and post.published < first and number is not None and number <= highest)
