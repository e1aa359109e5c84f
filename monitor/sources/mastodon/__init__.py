"""The public posts of one account on Mastodon, or on a server that speaks its API: `https://social.example/@ministry`.

The account is looked up by its name once; then its id is asked for, so that it is kept when it is renamed. Ask its home
server: others show only what has reached them. The API is Mastodon's own (docs.joinmastodon.org, 4.6): a page of the
newest 40 posts, in which edits show, and `min_id`, upwards from what is known, after a long silence.
"""

from __future__ import annotations

import re
import time
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr, field_validator

from monitor.errors import MonitorError, Rejected, Unauthorized, Unreachable
from monitor.fetch import Answer
from monitor.model import Batch, Bookmark, Post, changed
from monitor.sources import Asker, Document, Fetch, Read, SourceConfig, _account, unread
from monitor.sources.mastodon.statuses import order, read

__all__ = ["Config", "Source", "read"]

_PAGE = 40  # posts, the most there may be
_PAGES = 10  # upwards in one poll; what is left comes with the next ones
_LONGEST = 60.0  # seconds after which no further page is asked for
_EMPTIED = "the account shows no posts although it used to; nothing is taken for deleted"
_PROFILE = re.compile(r"/(?:users/|profile/|@)?(?P<name>[\w.-]{1,100})(?P<elsewhere>@[\w.-]+)?/?", re.ASCII)


class Config(SourceConfig):
    """`url` is the account's page on its home server.

    token    for a server that shows posts only to those who are logged in: of any account there, with `read` rights
    replies  also answers to others; those to itself always come
    boosts   also what it passes on from others
    """

    kind: Literal["mastodon"] = "mastodon"
    token: SecretStr | None = None
    replies: bool = True
    boosts: bool = True

    @field_validator("url")
    @classmethod
    def _is_a_profile(cls, url: str) -> str:
        profile = _PROFILE.fullmatch(urlsplit(url).path)
        if not profile:
            raise ValueError("the address of an account's page is wanted, like https://social.example/@ministry")
        if home := profile["elsewhere"]:
            raise ValueError(f"ask the account's own server: https://{home[1:]}/@{profile['name']}")
        return url

    @property
    def account(self) -> str:
        profile = _PROFILE.fullmatch(urlsplit(self.url).path)
        return profile["name"] if profile else ""

    @property
    def server(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/api/v1/accounts"

    def whereabouts(self, post: Post) -> str | None:
        """Return the address of one post in the API: its page is made by a script, and shows nothing without one."""
        return f"{self.server.removesuffix('accounts')}statuses/{quote(post.native_id, safe='')}"

    def timeline(self, account: str) -> str:
        """Return the address of the newest posts of the account with this id."""
        without = {"exclude_replies": not self.replies, "exclude_reblogs": not self.boosts}
        chosen = {name: "true" for name, left_out in without.items() if left_out}
        return f"{self.server}/{account}/statuses?{urlencode({'limit': _PAGE, **chosen})}"


class Source(Asker):
    """Asks for the newest page; for those between it and what is known, if it is all new.

    In the bookmark's cursor, beside those of `Document`: `account`, the id; `profile`, a mark of the address it was
    looked up by; `newest`, the highest id up to which all is known; `oldest`, the lowest on the page that had it.
    """

    settings: Config

    def __init__(self, settings: Config, fetch: Fetch, read: Read) -> None:
        super().__init__(settings, _Server(settings, fetch), read)

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """See `monitor.sources.Source.poll`. An account that is gone is looked up again under its name."""
        known = bookmark or Bookmark()
        before = _account.remembered(known, self.settings)
        account = before or await self._look_up()
        try:
            return await self._ask(account, known)
        except (Unreachable, Rejected) as error:
            if before is None or error.status not in (404, 410):
                raise
            account = await self._look_up()
            if account == before:
                raise
        batch = await self._ask(account, known)
        another = f"{self.settings.account!r} is another account now: its id was {before} and is {account}"
        return _account.warned(batch, another)

    async def earlier(self, page: str) -> Batch:
        """See `monitor.sources.Source.earlier`."""
        return await self.document(self.settings.url).earlier(page)

    async def _look_up(self) -> str:
        settings = self.settings
        url = f"{settings.server}/lookup?acct={quote(settings.account)}"
        try:
            return await _account.looked_up(url, self)
        except Unreachable as error:
            if error.status != 404:
                raise
            host = urlsplit(settings.url).hostname
            raise Unreachable(f"{host} knows no account of the name {settings.account!r} (404)", status=404) from None

    async def _ask(self, account: str, known: Bookmark) -> Batch:
        page = self.document(self.settings.timeline(account))
        page.windowed = True
        batch = await page.poll(known)
        if not batch.unchanged:
            batch = await self._caught_up(page, batch)
        return _account.renamed(_account.kept(batch, self.settings, account), self.settings.account)

    async def _caught_up(self, page: Document, batch: Batch) -> Batch:
        """Return the newest page, together with all between it and the last page of before if it is all new."""
        newest, oldest = batch.bookmark.cursor.get("newest"), batch.bookmark.cursor.get("oldest", "0")
        ids = _ids(batch)
        if not ids:
            batch = changed(batch, bookmark=_upto(batch.bookmark, newest or "0", oldest))
            return _account.warned(batch, _EMPTIED) if newest and newest != "0" else batch
        if newest is None or order(ids[0]) <= order(newest):
            return changed(batch, bookmark=_upto(batch.bookmark, ids[-1], ids[0]))
        between, why = await self._between(page, oldest, ids[0])
        batch = _account.joined(between, batch)
        if not why:
            return changed(batch, bookmark=_upto(batch.bookmark, ids[-1], ids[0]))
        last = _ids(between[-1]) if between else [oldest, newest]
        return _account.warned(changed(batch, bookmark=_upto(unread(batch.bookmark), last[-1], last[0])), why)

    async def _between(self, page: Document, oldest: str, end: str) -> tuple[list[Batch], str]:
        """Read upwards, page by page, until the post `end` is reached; return the pages, and why it was not.

        It begins with the page of before, from its second post on: something known should stand beside what is new.
        """
        found: list[Batch] = []
        after, began = oldest, time.monotonic()
        while len(found) < _PAGES and time.monotonic() - began < _LONGEST:
            try:
                batch = await page.earlier(f"{page.settings.url}&min_id={after}")
            except MonitorError as error:
                return found, f"posts between those known and the newest are still to come: {error}"
            ids = _ids(batch)
            if not ids or order(ids[-1]) <= order(after):
                return found, ""
            found.append(batch)
            after = ids[-1]
            if order(after) >= order(end):
                return found, ""
        return found, f"after a long silence {len(found)} pages of posts were read; the next polls bring the others"


class _Server(_account.Bearer):
    """Asks with the token, if there is one, which goes to the account's own server alone."""

    def __init__(self, settings: Config, fetch: Fetch) -> None:
        super().__init__(fetch, settings.token, lambda url: _origin(url) == _origin(settings.url))

    async def get(self, url: str, **how: Any) -> Answer:
        try:
            return await super().get(url, **how)
        except Unauthorized as error:
            if self.token or error.status != 401:
                raise
            why = "shows posts only to those who are logged in (401): give the token of an account there"
            raise Unauthorized(f"{urlsplit(url).hostname} {why}", status=401) from None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _ids(batch: Batch) -> list[str]:
    return sorted((post.native_id for post in batch.posts), key=order)


def _upto(bookmark: Bookmark, newest: str, oldest: str) -> Bookmark:
    return changed(bookmark, cursor={**bookmark.cursor, "newest": newest, "oldest": oldest})
