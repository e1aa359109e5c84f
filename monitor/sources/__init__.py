"""Where posts come from. One kind, one file.

To add a kind, write `sources/<kind>.py` with a docstring and three names:

    class Config(SourceConfig)          its settings, with `kind: Literal["<kind>"] = "<kind>"`
    def read(body, headers, url, settings) -> Reading
                                        pure: one answer in, posts out; no I/O, no clock
    class Source                        made as `Source(settings, fetch, read)`; `async poll(bookmark) -> Batch`,
                                        `async earlier(page) -> Batch`

A kind whose answer is one document (`Document`: conditional GET, unchanged bodies known by their hash) needs no more
than `Source = Document`; others may begin with `Asker`. `read` runs in a worker process that can be killed (`workers`),
so the `read` handed to a source is asynchronous and takes no settings. Its test is `tests/sources/test_<kind>.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from monitor.fetch import AllowPrivate, Answer, HttpUrl
from monitor.model import Batch, Bookmark, Origin, Post, Reading
from monitor.pace import Duration, Every, TimeZone
from monitor.sources._document import Asker, Document, due_in_full, settled, unread
from monitor.sources._entries import forgetful
from monitor.sources._language import language

__all__ = [
    "Asker",
    "Document",
    "Fetch",
    "Read",
    "Source",
    "SourceConfig",
    "SourceId",
    "due_in_full",
    "forgetful",
    "language",
    "settled",
    "unread",
]

SourceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class SourceConfig(BaseModel):
    """What every kind of source has. `disabled_because` holds the reason, so that nobody has to guess it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SourceId
    kind: str
    url: HttpUrl
    name: str = ""
    party: str | None = None
    official: bool = False
    every: Every = 300.0
    fastest: Duration = 60.0
    slowest: Duration = 900.0
    hints: Literal["obey", "ignore"] = "obey"
    robots: Literal["obey", "ignore"] = "ignore"
    slo: Duration | None = None
    storm: Annotated[int, Field(ge=2)] = 50
    timezone: TimeZone | None = None
    language: str | None = None
    backfill: Literal["silent", "alert"] = "silent"
    allow_private: AllowPrivate = ()
    enabled: bool = True
    disabled_because: str | None = None

    @property
    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def origin(self) -> Origin:
        return Origin(
            id=self.id,
            kind=self.kind,
            name=self.name or self.id,
            party=self.party,
            official=self.official,
            language=self.language,
            timezone=self.timezone,
        )

    def whereabouts(self, post: Post) -> str | None:
        """Return the address at which one post of the source can be asked for; None where there is none."""
        return post.permalink

    def denies(self, body: bytes) -> bool:  # noqa: ARG002  # for the kinds that know
        """Say whether an answer of 200 at a post's whereabouts says itself that there is no such post."""
        return False

    def shows(self, body: bytes) -> bool:  # noqa: ARG002  # for the kinds that know
        """Say whether an answer of 200 at a post's whereabouts shows that it is there, though not with its words."""
        return False


class Fetch(Protocol):
    """The polite client (`fetch.Fetcher`), as a source sees it."""

    async def get(
        self, url: str, *, headers: Mapping[str, str] = ..., allow_private: AllowPrivate = ..., robots: bool = ...
    ) -> Answer: ...


class Read(Protocol):
    """A kind's `read`, run in a worker process with the source's own settings."""

    async def __call__(self, body: bytes, headers: Mapping[str, str], url: str) -> Reading: ...


class Source(Protocol):
    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask for what is new. Raises Unreachable, Unreadable, Blocked, Refused, Rejected or Unauthorized."""
        ...

    async def earlier(self, page: str) -> Batch:
        """Ask for the posts before a batch, whose `earlier` named this page. Its bookmark is not to be kept."""
        ...
