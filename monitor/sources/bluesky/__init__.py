"""The public posts of one account on Bluesky: `https://bsky.app/profile/ministry.example`.

The name is resolved once; then the account's DID is asked for, which stays when the name changes. Asked is the public
AppView, without an account of ours (docs.bsky.app, `app.bsky.feed.getAuthorFeed`): the newest 50 posts, and pages of
100 before them where none of those is known. It knows no "since": what is dated far back is not on the first page.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import field_validator

from monitor.errors import Unreachable
from monitor.fetch import HttpUrl
from monitor.model import Batch, Bookmark, Post, changed
from monitor.sources import Asker, SourceConfig, _account
from monitor.sources.bluesky.feed import read

__all__ = ["Config", "Source", "read"]

_PAGE = 50
_PROFILE = re.compile(r"/profile/(?P<name>did:[a-z]+:[A-Za-z0-9._:%-]{1,200}|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)/?")
_EMPTIED = "the account shows no posts although it used to; nothing is taken for deleted"


class Config(SourceConfig):
    """`url` is the account's page, with its name or its DID.

    api      where to ask; another AppView knows the same accounts
    replies  also answers to others; those to itself always come
    """

    kind: Literal["bluesky"] = "bluesky"
    api: HttpUrl = "https://public.api.bsky.app"
    replies: bool = True

    @field_validator("url")
    @classmethod
    def _is_a_profile(cls, url: str) -> str:
        if not _PROFILE.fullmatch(urlsplit(url).path):
            raise ValueError("the address of an account's page is wanted, like https://bsky.app/profile/name.example")
        return url

    @property
    def account(self) -> str:
        """The account's name, or its DID."""
        profile = _PROFILE.fullmatch(urlsplit(self.url).path)
        return profile["name"] if profile else ""

    def asks(self, method: str, **query: object) -> str:
        return f"{self.api.rstrip('/')}/xrpc/{method}?{urlencode(query, quote_via=quote, safe=':')}"

    def whereabouts(self, post: Post) -> str | None:
        """Return the address of one post in the API, whose answer is empty without it; a repost cannot be asked for."""
        return None if post.repost_of else self.asks("app.bsky.feed.getPosts", uris=post.native_id)

    def denies(self, body: bytes) -> bool:
        """Say whether the API knows no such post: the list it answers with is empty."""
        return b"".join(body.split()) == b'{"posts":[]}'

    def timeline(self, did: str) -> str:
        """Return the address of the newest posts, without pinned ones, which come first and are old."""
        chosen = "posts_with_replies" if self.replies else "posts_and_author_threads"
        return self.asks("app.bsky.feed.getAuthorFeed", actor=did, limit=_PAGE, filter=chosen, includePins="false")


class Source(Asker):
    """Asks for the newest page; those before it are asked for when none of its posts is known, see `poll.earlier`.

    In the bookmark's cursor, beside those of `Document`: `account`, the DID; `profile`, a mark of the address it was
    looked up by; `spoke`, once there was a post.
    """

    settings: Config

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """See `monitor.sources.Source.poll`. A name that has passed on to another account is not followed there."""
        known, settings = bookmark or Bookmark(), self.settings
        did = _account.remembered(known, settings) or await self._look_up()
        page = self.document(settings.timeline(did))
        page.windowed = True
        try:
            batch = await page.poll(known)
        except Unreachable as error:
            raise _explained(error, did) from None
        if batch.posts:
            batch = changed(batch, bookmark=_spoke(batch.bookmark))
        elif not batch.unchanged and "spoke" in batch.bookmark.cursor:
            batch = _account.warned(batch, _EMPTIED)
        batch = _account.kept(batch, settings, did)
        return batch if settings.account.startswith("did:") else _account.renamed(batch, settings.account)

    async def earlier(self, page: str) -> Batch:
        """See `monitor.sources.Source.earlier`."""
        return await self.document(self.settings.api).earlier(page)

    async def _look_up(self) -> str:
        name = self.settings.account
        if name.startswith("did:"):
            return name
        url = self.settings.asks("com.atproto.identity.resolveHandle", handle=name)
        try:
            return await _account.looked_up(url, self)
        except Unreachable as error:
            if error.status != 400:
                raise
            raise Unreachable(f"Bluesky knows no account of the name {name!r} (400)", status=400) from None


def _explained(error: Unreachable, did: str) -> Unreachable:
    """Bluesky says 400 of an account that is gone; why stands in a body that nobody hands on."""
    if error.status != 400:
        return error
    why = "it was deleted, deactivated or taken down, or the API has changed"
    return Unreachable(f"Bluesky shows no posts of the account {did} (400): {why}", status=400)


def _spoke(bookmark: Bookmark) -> Bookmark:
    return changed(bookmark, cursor={**bookmark.cursor, "spoke": "1"})
