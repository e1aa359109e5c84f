"""A WordPress site's collection, as `_walk` reads it.

In the cursor, beside what stands there:

told    ids of the posts the API told last
route   `pretty` or `plain`, the way that was open
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from monitor.errors import Unreadable
from monitor.fetch import Answer
from monitor.model import Batch, Post, Reading
from monitor.sources._walk import By, Walk
from monitor.sources.wordpress import address, ids, rest

if TYPE_CHECKING:
    from monitor.sources.wordpress import Source

_TOLD = 100
_ERROR = re.compile(rb'\s*\{\s*"code"\s*:')


class Closed(Unreadable):
    """Something else than the API's JSON came from its address."""


@dataclass(kw_only=True)
class Walks(Walk):
    """`names` (see `ids`) are changed as it goes on."""

    # A scheduled post comes out when somebody next visits the site, under the date it was meant for. Edits bear their
    # hour.
    overlap: ClassVar[Mapping[By, timedelta]] = {"date": timedelta(hours=6), "modified": timedelta(minutes=10)}

    source: Source
    names: ids.Names

    async def all(self) -> Batch:
        """Return what is new and what was changed. Raises Closed and what `Source.poll` raises."""
        batch = await super().all()
        told = dict.fromkeys([post.native_id for post in batch.posts] + json.loads(self.cursor.get("told", "[]")))
        self.cursor["told"] = json.dumps(list(told)[:_TOLD])
        return batch

    def address(self, by: By, *, since: datetime | None = None, before: datetime | None = None, number: int = 1) -> str:
        return self._page_of(by=by, since=since, before=before, number=number)

    def still_there(self) -> str:
        return self._page_of(whole=False)

    def is_last(self, answer: Answer, reading: Reading, number: int) -> bool:
        pages = answer.headers.get("x-wp-totalpages", "")
        return number >= int(pages) if pages.isdecimal() else int(reading.cursor["items"]) < address.PER_PAGE

    def mark(self, answer: Answer) -> bytes:
        return answer.body + answer.headers.get("x-wp-total", "").encode()

    def named(self, reading: Reading) -> tuple[Post, ...]:
        return ids.named(reading.posts, json.loads(reading.cursor["guids"]), self.names)

    def following(self, page: str, posts: Iterable[Post]) -> str | None:
        if "per_page=" in page:
            return super().following(page, posts)
        return address.older(page) if posts else None  # of the feed

    def _page_of(self, **what: Any) -> str:
        settings, plain = self.source.settings, self.cursor.get("route") == "plain"
        return address.page(str(settings.url), settings.collection, settings.query, plain=plain, **what)

    async def reading(self, answer: Answer) -> Reading:
        """Read a page of the API, and nothing else. Raises Closed and Unreadable."""
        try:
            reading = await self.source.read(answer.body, answer.headers, answer.url)
        except Unreadable as problem:
            if rest.begins(answer.body) < 0:
                raise Closed("something else than JSON came from its address, a page for people perhaps") from None
            if _ERROR.match(answer.body):
                raise Closed(str(problem)) from None
            raise
        if "items" not in reading.cursor:
            raise Closed("a feed came from the address of the API")
        return reading
