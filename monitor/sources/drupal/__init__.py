"""A site made with Drupal, by its JSON:API: `/jsonapi/node/news`, open without a key where the site has turned it on.

nodes    the API's answers: posts

What is new is asked for by `created`, what was edited or came out late under an old date by `changed`. Drupal filters
both by seconds since 1970, puts 50 nodes on a page at most, and leaves out what visitors may not see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import Field, field_validator

from monitor.errors import MonitorError, Unauthorized, Unreachable, Unreadable
from monitor.fetch import Answer, named
from monitor.model import Batch, Bookmark, Post, Reading, changed, digest
from monitor.sources import Asker, SourceConfig
from monitor.sources._json import document, part
from monitor.sources._walk import By, Walk
from monitor.sources.drupal.nodes import read

__all__ = ["Config", "Source", "read"]

_SIZE = 50  # nodes on a page, the most there may be
_IDS = "created,drupal_internal__nid"  # of a node that is only to be known again, beside its id
_PATHS: dict[By, str] = {"date": "created", "modified": "changed"}
_OURS = ("sort", "page", "include", "filter[status]", "filter[since]", "filter[before]")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Config(SourceConfig):
    """`url` is the site's address, as people open it; with `/hy`, say, where each language has its own.

    type     the machine name of the type of content: its address is `/jsonapi/node/<type>`
    text     the fields that are the text, in their order
    include  the relations to files and media to read as well (`field_image`, `field_media.field_media_image`), or `uid`
             for the author. One that the type does not have makes the site refuse every question
    query    what else the API is asked, such as `filter[field_category.name]: Army`
    api      where the API is on the site, if not at `/jsonapi`
    """

    kind: Literal["drupal"] = "drupal"
    type: Name = "article"
    text: Annotated[tuple[Name, ...], Field(min_length=1)] = ("body",)
    include: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}$")], ...] = ()
    query: dict[Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9_.\[\]-]{0,99}$")], str] = Field(default_factory=dict)
    api: Annotated[str, Field(pattern=r"^/[A-Za-z0-9_/-]{0,99}$")] = "/jsonapi"

    @field_validator("query")
    @classmethod
    def _leaves_ours(cls, query: dict[str, str]) -> dict[str, str]:
        if taken := sorted(name for name in query if name.startswith(_OURS)):
            raise ValueError(f"{', '.join(taken)}: the monitor itself sets this with every request")
        return query

    def whereabouts(self, post: Post) -> str:
        """Return the question for one node: at its own address the site says 403 of one it has taken away."""
        return f"{self.collection}?{urlencode({'filter[status]': '1', 'filter[id]': post.native_id}, safe='[]')}"

    def denies(self, body: bytes) -> bool:
        with suppress(Unreadable):
            said = document(body, "")
            return isinstance(said, dict) and said.get("data") == [] and "omitted" not in part(said, "meta")
        return False

    @property
    def home(self) -> str:
        """The path of the site's front page, without the last slash, even if `url` leads on to the API."""
        return f"{urlsplit(str(self.url)).path.rstrip('/')}/".partition(f"{self.api.rstrip('/')}/")[0].rstrip("/")

    @property
    def collection(self) -> str:
        """The address of all posts, without a question."""
        path = f"{self.home}{self.api.rstrip('/')}/node/{self.type}"
        return urlsplit(str(self.url))._replace(path=path, query="", fragment="").geturl()


@dataclass(kw_only=True)
class _Nodes(Walk):
    """The collection, as `_walk` reads it. In the cursor beside that: `size`, of a page, where the site wants less."""

    # What comes out by itself at a set hour may be some hours late. Edits bear their hour; caches are minutes old.
    overlap: ClassVar[Mapping[By, timedelta]] = {"date": timedelta(hours=6), "modified": timedelta(minutes=10)}

    source: Source
    numbers: dict[str, int] = field(default_factory=dict)

    def address(self, by: By, *, since: datetime | None = None, before: datetime | None = None, number: int = 1) -> str:
        """Return the address of a page. What has the same second goes by id, so that no page tears it apart."""
        settings = self.source.settings
        asked: dict[str, str] = {}
        for name, operator, moment in (("since", ">", since), ("before", "<", before)):
            if moment:
                condition = f"filter[{name}][condition]"
                asked |= {f"{condition}[path]": _PATHS[by], f"{condition}[operator]": operator}
                asked[f"{condition}[value]"] = str(int(moment.timestamp()))
        if settings.include:
            asked["include"] = ",".join(settings.include)
        return self._page_of(by, asked, number)

    def still_there(self) -> str:
        return self._page_of("date", {f"fields[node--{self.source.settings.type}]": _IDS})

    def _page_of(self, by: By, more: Mapping[str, str], number: int = 1) -> str:
        size, settings = int(self.cursor.get("size", _SIZE)), self.source.settings
        asked = {**settings.query, "filter[status]": "1", "sort": f"-{_PATHS[by]},id", **more}
        asked |= {"page[limit]": str(size)} | ({"page[offset]": str((number - 1) * size)} if number > 1 else {})
        return f"{settings.collection}?{urlencode(asked, safe='[],')}"

    def is_last(self, answer: Answer, reading: Reading, number: int) -> bool:  # noqa: ARG002  # `links.next` tells all
        return "next" not in reading.cursor

    def named(self, reading: Reading) -> tuple[Post, ...]:
        """Return the posts, with their numbers and the size of a page learned on the way."""
        self.numbers |= json.loads(reading.cursor["numbers"])
        if 0 < int(reading.cursor.get("size", _SIZE)) < _SIZE:
            self.cursor["size"] = reading.cursor["size"]
        return reading.posts

    def numbered(self, post: Post) -> int | None:
        return self.numbers.get(post.native_id)


class Source(Asker):
    """See the contract. In the bookmark's cursor: `home`, a mark of what is read, and what `_Nodes` keeps."""

    settings: Config
    accept = "application/vnd.api+json"

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask the API what is new and what was changed. See `monitor.sources.Source.poll`."""
        asked = sorted(f"{name}={value}" for name, value in self.settings.query.items())
        home = digest("drupal", self.settings.collection, *asked)
        known = bookmark if bookmark and bookmark.cursor.get("home") == home else Bookmark()
        nodes = self._nodes({**known.cursor, "home": home})
        try:
            batch = await nodes.all()
        except MonitorError as problem:
            raise _told(problem, self.settings) from None
        return changed(batch, bookmark=changed(known, cursor=nodes.cursor))

    async def earlier(self, page: str) -> Batch:
        """Ask for the posts before those of a batch. See `monitor.sources.Source.earlier`."""
        return await self._nodes({}).older(named(str(self.settings.url), page))

    def _nodes(self, cursor: dict[str, str]) -> _Nodes:
        return _Nodes(source=self, cursor=cursor, now=self.now())


def _told(problem: MonitorError, settings: Config) -> MonitorError:
    """Return a problem in words that say what to do about it."""
    parts = urlsplit(settings.collection)
    place, status = f"{parts.hostname}{parts.path}", getattr(problem, "status", None)
    otherwise = "or read its feed (kind: rss) or its list of news (kind: webpage)"
    if isinstance(problem, Unreachable) and status == 404:
        why = f"nothing is at {place} (404): Drupal's module JSON:API is off there, or its address (`api`) or the"
        return Unreachable(
            f"{why} machine name of the type of content (`type`) is another; correct them, {otherwise}", status=404
        )
    if isinstance(problem, Unauthorized) and status in (401, 403):
        why = f"{place} is not open to visitors ({status}): ask the site to open its JSON:API to the monitor,"
        return Unauthorized(f"{why} {otherwise}", status=status)
    if isinstance(problem, Unreachable) and status == 400:
        why = f"{place} refuses the question (400): a field that `include` or `query` names is none of"
        return Unreachable(f"{why} {settings.type!r}, or visitors may not filter by it", status=400)
    return problem
