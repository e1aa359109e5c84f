"""One poll's reading of a timeline: what is new since the last, and what an earlier poll had to leave.

X gives the newest first and goes back from there. A walk that breaks off, for want of money, of time or of an answer,
leaves a span of ids between what it has read and what was known; later polls read it after what is new.

In the cursor: `newest`, the highest id that was seen; `since`, the id after which the next poll begins; `unread`, the
spans that are still to be read, the newest first.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.errors import MonitorError
from monitor.fetch import Answer
from monitor.model import Post, Reading
from monitor.sources.x.purse import Purse

FIRST = 20  # posts of a first poll: they alert nobody, and cost as much as others
PAGES = 10  # in one poll
_LONGEST = 60.0  # seconds after which no further page is asked for
_SPANS = 5  # that are remembered; more are joined, and what lies between them is read twice
# Ids are given out by many machines: a post may be shown after one with a higher id. So far the poll after one that
# brought something begins before what is known. Each one does not: whatever is shown again may have to be paid again.
_OVERLAP = 60_000 << 22  # a minute, in ids

Ask = Callable[[Mapping[str, str]], Awaitable[tuple[Answer, Reading]]]


class Span(NamedTuple):
    """Ids to be read: those above `since` and below `until`, without an upper end where that is ""."""

    since: str
    until: str = ""

    @property
    def query(self) -> dict[str, str]:
        return {"since_id": self.since} | ({"until_id": self.until} if self.until else {})


@dataclass
class Walk:
    """`purse` is changed as it goes on. `stopped`: why it went no further, in words."""

    ask: Ask
    purse: Purse
    posts: dict[str, Post] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    newest: str = "0"
    stopped: str = ""
    began: float = field(default_factory=time.monotonic)

    async def first(self) -> None:
        """Read the newest posts, and none before them."""
        await self._page({}, FIRST)

    async def through(self, spans: list[Span]) -> list[Span]:
        """Read these spans, and return what is left of them. Raises as `Source.poll` does if the first page fails."""
        left: list[Span] = []
        for span in spans:
            rest = span if self.stopped else await self._one(span)
            left += [rest] if rest else []
        if self.stopped and left:
            self.warnings.append(self.stopped)
        return left

    async def _one(self, span: Span) -> Span | None:
        """Read a span, from its upper end down. Return what is left of it."""
        query, left = span.query, span
        while not (stopped := self._stopped()):
            try:
                reading = await self._page(query)
            except MonitorError as error:
                if not self.answers:
                    raise
                stopped = f"posts between those known and the newest are still to come: {error}"
                break
            left = Span(span.since, reading.cursor.get("oldest", left.until))
            token = reading.cursor.get("next")
            if token is None or token == query.get("pagination_token"):
                return None
            query = {**span.query, "pagination_token": token}
        self.stopped = stopped
        return left

    async def _page(self, query: Mapping[str, str], most: int = 100) -> Reading:
        answer, reading = await self.ask({**query, "max_results": str(min(most, self.purse.affords()))})
        self.answers.append(answer)
        self.purse = self.purse.after(reading.cursor.get("posts", "").split(), reading.cursor.get("users", "").split())
        for post in reading.posts:
            self.posts.setdefault(post.key, post)
        self.warnings += reading.warnings
        self.newest = max(self.newest, reading.cursor.get("newest", "0"), key=int)
        return reading

    def _stopped(self) -> str:
        """Return why no further page is to be asked for, "" if it may."""
        if not self.purse.affords():
            return "the budget for the day is used up before all new posts were read: the next day brings the others"
        if len(self.answers) >= PAGES or time.monotonic() - self.began > _LONGEST:
            return f"{len(self.answers)} pages of posts were read; the next polls bring the others"
        if self.answers and self.answers[-1].headers.get("x-rate-limit-remaining") == "0":
            return "X takes no more requests for some minutes: the next polls bring the posts that are missing"
        return ""


def spans(cursor: Mapping[str, str]) -> list[Span]:
    """Return what is to be read after a poll that left this cursor, the newest first."""
    unread = (one.partition("-") for one in cursor.get("unread", "").split())
    return [Span(cursor["since"]), *(Span(since, until) for since, _, until in unread)]


def place(known: str, newest: str, unread: list[Span]) -> dict[str, str]:
    """Return the cursor after a poll. `known`: the highest id before it; `newest`: the highest it saw."""
    while len(unread) > _SPANS:
        *unread, above, below = unread
        unread.append(Span(below.since, above.until))
    highest = max(known, newest, key=int)
    since = int(highest) - (_OVERLAP if int(newest) > int(known) else 0)
    written = " ".join(f"{span.since}-{span.until}" for span in unread)
    return {"newest": highest, "since": str(max(since, 1)), "unread": written}
