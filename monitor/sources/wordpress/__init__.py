"""A site made with WordPress, by its REST API; where that is closed, by its feed.

rest     the API's answers: posts
ids      one name for a post, whichever of the two shows it
address  what is asked
walk     the API's pages, read back to where they were left

The API tells edits, which a feed hides, and goes back as far as one likes. Many sites close it (401, 403, 404, a page
for people); then the feed is read as the kind `rss` reads it, and the API is tried again after some hours. How far it
was read stays in the bookmark, so that it then goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator

from monitor.errors import Blocked, MonitorError, Refused, Rejected, Unauthorized
from monitor.fetch import HttpUrl, named
from monitor.model import Batch, Bookmark, Hints, Post, Reading, changed, digest
from monitor.sources import Asker, Fetch, Read, SourceConfig, rss
from monitor.sources.wordpress import address, ids, rest
from monitor.sources.wordpress.walk import Closed, Walks

_TRY_AGAIN = timedelta(hours=6)
_CLOSED = "its API is closed, so its feed is read, where edits of older posts do not show: {why}"
_OURS = frozenset(
    ("after", "modified_after", "before", "orderby", "order", "per_page", "page", "offset", "context", "rest_route")
) | {"_fields", "_embed"}


class Config(SourceConfig):
    """`url` is the site's address, as people open it; below `/en/`, say, where each language has its own.

    collection  what is read: `posts`, `pages`, or the plural under which the site shows a type of its own (`news`)
    query       what else the API is asked, such as `categories: "7"` or `lang: hy`
    feed        the feed to read while the API is closed, if not `/feed/`. With a `query` or another collection there
                is none unless it is named here, for the site's own would tell something else
    """

    kind: Literal["wordpress"] = "wordpress"
    collection: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")] = "posts"
    query: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], str] = Field(default_factory=dict)
    feed: HttpUrl | None = None

    @field_validator("query")
    @classmethod
    def _leaves_ours(cls, query: dict[str, str]) -> dict[str, str]:
        if taken := sorted(_OURS & query.keys()):
            raise ValueError(f"{', '.join(taken)}: the monitor itself sets this with every request")
        return query

    @property
    def fallback(self) -> str | None:
        """The address of the feed that tells what the API would."""
        if self.feed:
            return str(self.feed)
        return None if self.query or self.collection != "posts" else address.feed(str(self.url))


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:
    """Return the posts of an answer of the API, or of the site's feed. Raises Unreadable if it is neither."""
    if rest.begins(body) >= 0 and b"jsonfeed.org/version/" not in body[:1000]:
        return rest.read(body, url, settings)
    found = rss.read(body, headers, url, _plain(settings))
    guids: dict[str, str] = {}
    posts: dict[str, Post] = {}
    for post in found.posts:
        name = ids.own(post.native_id, str(settings.url)) or post.native_id
        guids[name] = ids.mark(post.native_id)
        posts.setdefault(name, changed(ids.renamed(post, name), kind=settings.kind))  # two guids may be of one post
    return changed(found, posts=tuple(posts.values()), cursor={"guids": json.dumps(guids)})


class Source(Asker):
    """See the contract.

    In the bookmark's cursor: `home`, a mark of what is read; what `walk` keeps; `guids`, see `ids`; `closed`, since
    when the API is, and `why`; `feed`, the `home` of the feed's reader, and what else that reader keeps.
    """

    settings: Config
    accept = "application/json, application/rss+xml;q=0.9, */*;q=0.1"

    def __init__(self, settings: Config, fetch: Fetch, read: Read) -> None:
        super().__init__(settings, fetch, read)
        self._names: ids.Names = {}

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask the API what is new and what was changed; while it is closed, the feed."""
        home = digest("wordpress", str(self.settings.url), self.settings.collection, *_flat(self.settings.query))
        known = bookmark if bookmark and bookmark.cursor.get("home") == home else Bookmark()
        known = changed(known, cursor={**known.cursor, "home": home})
        self._names = ids.remembered(known.cursor)
        closed = known.cursor.get("closed")
        if closed and self.now() - datetime.fromisoformat(closed) < _TRY_AGAIN and self.settings.fallback:
            return await self._feed(known)
        try:
            return await self._api(known)
        except MonitorError as problem:
            if not self.settings.fallback or not (closed or _is_closed(problem)):
                raise
            since = {"closed": self.now().isoformat(), "why": str(problem)}
            return await self._feed(changed(known, cursor={**known.cursor, **since}))

    async def earlier(self, page: str) -> Batch:
        """Ask for the posts before those of a batch."""
        walks = self._walks({"route": "plain"} if "rest_route=" in page else {})
        return await walks.older(named(str(self.settings.url), page))

    def _walks(self, cursor: Mapping[str, str]) -> Walks:
        return Walks(source=self, cursor=dict(cursor), names=self._names, now=self.now())

    async def _api(self, known: Bookmark) -> Batch:
        """Ask by the way that was open last, then by the other. Raises Closed and what `Source.poll` raises."""
        cursor = {name: value for name, value in known.cursor.items() if name not in ("closed", "why")}
        cursor.setdefault("route", "pretty")
        walks = self._walks(cursor)
        try:
            batch = await walks.all()
        except MonitorError as problem:
            if not isinstance(problem, Closed) and getattr(problem, "status", None) != 404:
                raise
            walks = self._walks({**cursor, "route": "plain" if cursor["route"] == "pretty" else "pretty"})
            batch = await walks.all()
        cursor = {**walks.cursor, "guids": ids.kept(self._names)}
        return changed(batch, bookmark=changed(known, cursor=cursor, hints=Hints()))

    async def _feed(self, known: Bookmark) -> Batch:
        """Let the reader of feeds poll the site's own. Its bookmark lies within ours."""
        place, ours = self.settings.fallback or "", known.cursor
        reader = rss.Source(self._as_feed(place), self.fetch, self._read_feed)
        reader.now, reader.remembers = self.now, False  # posts get other names here than the feed gives them
        batch = await reader.poll(changed(known, cursor={**ours, "home": ours.get("feed", "")}))
        theirs = batch.bookmark.cursor
        cursor = {**ours, **theirs, "home": ours["home"], "feed": theirs["home"], "guids": ids.kept(self._names)}
        # What the API has told is not told again: the feed words it in another way, and often cuts it.
        told = json.loads(ours.get("told", "[]"))
        posts = tuple(post for post in batch.posts if post.native_id not in told)
        if not batch.unchanged:
            walks = self._walks(cursor)
            walks.begin(batch.posts)
            cursor = walks.cursor
        return changed(
            batch,
            posts=posts,
            # Where nothing known is left, the same page proves that nothing was missed.
            earlier=place if len(posts) < len(batch.posts) else batch.earlier or address.older(place),
            bookmark=changed(batch.bookmark, cursor=cursor),
            warnings=(*batch.warnings, _CLOSED.format(why=ours["why"])),
        )

    def _as_feed(self, place: str) -> rss.Config:
        return _plain(self.settings.model_copy(update={"url": place}))

    async def _read_feed(self, body: bytes, headers: Mapping[str, str], url: str) -> Reading:
        reading = await self.read(body, headers, url)
        return changed(reading, posts=self._walks({}).named(reading))


def _plain(settings: Config) -> rss.Config:
    """Return the settings of a feed in the place of a site's."""
    return rss.Config.model_validate(
        {**settings.model_dump(include=rss.Config.model_fields.keys() - {"kind"}), "kind": "rss"}
    )


def _flat(query: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(query.items())]


def _is_closed(problem: MonitorError) -> bool:
    """Whether the API is closed, by the site or its robots.txt. A server that is ill is not asked for its feed."""
    status = getattr(problem, "status", None)
    return isinstance(problem, Closed | Unauthorized | Rejected | Refused | Blocked) or (status or 0) in (
        404,
        405,
        406,
        451,
    )
