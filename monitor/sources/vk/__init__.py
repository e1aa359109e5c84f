"""The posts a community or a person has put on their own wall at VK: `https://vk.com/ministry`.

The name is looked up once; then the wall is asked for by its owner's id, which stays when the name changes. Asked is
VK's API (dev.vk.com, 5.199, `wall.get`) with the service token of an application: the newest 50 posts, in which edits
show, and after new ones the pages before them, until one holds nothing new. It knows no "since" and tells no deletion.
"""

from __future__ import annotations

import re
import time
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr, field_validator

from monitor.errors import MonitorError, Unauthorized, Unreachable
from monitor.fetch import Answer, HttpUrl
from monitor.model import Batch, Bookmark, changed
from monitor.sources import Asker, Document, Fetch, Read, SourceConfig, _account, unread
from monitor.sources.vk import refusal
from monitor.sources.vk.wall import NOBODY, OLDER, read

__all__ = ["Config", "Source", "read"]

_VERSION = "5.199"
_PAGE = 50
_PAGES = 10  # before the newest, in one poll
_OVERLAP = 5  # posts of two pages: some may be deleted meanwhile, and whether a pinned one counts nobody says
_LONGEST = 60.0  # seconds after which no further page is asked for
_HOSTS = frozenset(f"{prefix}vk.{end}" for prefix in ("", "www.", "m.") for end in ("com", "ru"))
_PLACE = re.compile(
    r"/(?:(?:club|public|event)(?P<group>[1-9]\d{0,17})|id(?P<person>[1-9]\d{0,17})"
    r"|(?:wall)?(?P<owner>-[1-9]\d{0,17})|(?P<name>[A-Za-z0-9_.]{1,100}))/?",
    re.ASCII,
)
_EMPTIED = "the wall shows no posts although it used to; nothing is taken for deleted"
_NOT_ASKED = (
    "VK's API answers nobody without a token: give the service token of an application as `token` or `token_file`"
)


class Config(SourceConfig):
    """`url` is the page of a community or a person.

    token  the service token of an application; it is sent in a header, and to `api` only
    api    where to ask; VK has the API at api.vk.ru, too
    """

    kind: Literal["vk"] = "vk"
    token: SecretStr | None = None
    api: HttpUrl = "https://api.vk.com"

    @field_validator("url")
    @classmethod
    def _is_a_page(cls, url: str) -> str:
        place = urlsplit(url)
        if place.hostname not in _HOSTS or not _PLACE.fullmatch(place.path):
            raise ValueError(
                "the page of a community or a person is wanted, like https://vk.com/ministry or https://vk.com/club1"
            )
        return url

    @property
    def account(self) -> str | None:
        """The name in the address; None where the id itself stands there."""
        return self._place("name")

    @property
    def owner(self) -> str | None:
        """The id in the address, as the API has it: below zero for a community."""
        group = self._place("group")
        return f"-{group}" if group else self._place("person") or self._place("owner")

    def asks(self, method: str, **query: object) -> str:
        return f"{self.methods}{method}?{urlencode({**query, 'v': _VERSION})}"

    @property
    def methods(self) -> str:
        """What all addresses of the API begin with."""
        return f"{self.api.rstrip('/')}/method/"

    def wall(self, owner: str, offset: int = 0) -> str:
        """Return the address of the newest posts on the wall of the owner with this id, or of those below `offset`."""
        page = {"count": OLDER, "offset": offset} if offset else {"count": _PAGE}
        return self.asks("wall.get", owner_id=owner, filter="owner", extended=1, **page)

    def _place(self, part: str) -> str | None:
        found = _PLACE.fullmatch(urlsplit(self.url).path)
        return found[part] if found else None


class Source(Asker):
    """Asks for the newest page, and for those before it while there is something new on them.

    In the bookmark's cursor, beside those of `Document`: `account`, the owner's id; `profile`, a mark of the address it
    was looked up by; `newest`, the highest number of a post up to which all was read.
    """

    settings: Config

    def __init__(self, settings: Config, fetch: Fetch, read: Read) -> None:
        super().__init__(settings, _Api(settings, fetch), read)

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """See `monitor.sources.Source.poll`. A name that has passed on to another owner is not followed there."""
        known, settings = bookmark or Bookmark(), self.settings
        owner = settings.owner or _account.remembered(known, settings) or await self._look_up()
        page = self.document(settings.wall(owner))
        batch = await page.poll(known)
        if not batch.unchanged:
            batch = await self._caught_up(page, batch, owner)
        if settings.account is None:
            return batch
        return _account.renamed(_account.kept(batch, settings, owner), settings.account)

    async def earlier(self, page: str) -> Batch:
        """See `monitor.sources.Source.earlier`."""
        return await self.document(self.settings.api).earlier(page)

    async def _look_up(self) -> str:
        name = self.settings.account
        url = self.settings.asks("utils.resolveScreenName", screen_name=name)
        owner = await _account.looked_up(url, self)
        if owner == NOBODY:
            raise Unreachable(f"VK knows no community and no person of the name {name!r}", status=404)
        return owner

    async def _caught_up(self, page: Document, batch: Batch, owner: str) -> Batch:
        """Return the newest page, together with those before it up to one on which nothing is new."""
        known = batch.bookmark.cursor.get("newest")
        numbers = _numbers(batch)
        if not batch.posts and known not in (None, "0"):
            return _account.warned(batch, _EMPTIED)
        if known is None or not _is_news(batch, int(known)):
            return _upto(batch, max([*numbers, int(known or 0)]))
        before, why, again = await self._before(page, batch, owner, int(known))
        joined = _account.joined(before[::-1], batch)
        # `again`: nothing of it counts as read, and the same answer is to be read again.
        joined = changed(joined, bookmark=unread(joined.bookmark)) if again else _upto(joined, max(numbers))
        return _account.warned(joined, why) if why else joined

    async def _before(self, page: Document, batch: Batch, owner: str, known: int) -> tuple[list[Batch], str, bool]:
        """Read page by page; return the pages, why no known one was reached, and whether the next poll has to try."""
        found: list[Batch] = []
        began, offset = time.monotonic(), _PAGE
        while batch.earlier and _is_news(batch, known):
            if len(found) == _PAGES or time.monotonic() - began > _LONGEST:
                return found, f"{len(found)} pages were read, and all of it is new: older posts may be missing", False
            try:
                batch = await page.earlier(self.settings.wall(owner, offset - _OVERLAP))
            except MonitorError as error:
                return found, f"posts before those of the first page are still to come: {error}", True
            offset += OLDER - _OVERLAP
            found.append(batch)
        return found, "", False


class _Api(_account.Bearer):
    """Asks nobody without a token, which goes to the API alone; raises an error that came with HTTP's 200."""

    def __init__(self, settings: Config, fetch: Fetch) -> None:
        super().__init__(fetch, settings.token, lambda url: url.startswith(settings.methods))

    async def get(self, url: str, **how: Any) -> Answer:
        if not self.token:
            raise Unauthorized(_NOT_ASKED)
        answer = await super().get(url, **how)
        if error := refusal.told(answer.body):
            raise error
        return answer


def _numbers(batch: Batch) -> list[int]:
    """Return the numbers of the posts; a pinned one is old, wherever it stands."""
    return [int(post.native_id.rpartition("_")[2]) for post in batch.posts if "pinned" not in post.flags]


def _is_news(batch: Batch, known: int) -> bool:
    return any(number > known for number in _numbers(batch))


def _upto(batch: Batch, newest: int) -> Batch:
    return changed(batch, bookmark=changed(batch.bookmark, cursor={**batch.bookmark.cursor, "newest": str(newest)}))
