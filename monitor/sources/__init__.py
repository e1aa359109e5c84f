"""Where posts come from. One kind, one file.

To add a kind, write `sources/<kind>.py` with a docstring and three names:

    class Config(SourceConfig)          its settings, with `kind: Literal["<kind>"] = "<kind>"`
    def read(body, headers, url, settings) -> Reading
                                        pure: one answer in, posts out; no I/O, no clock
    class Source                        made as `Source(settings, fetch, read)`; `async poll(bookmark) -> Batch`

A kind whose answer is one document (`Document` below: conditional GET, unchanged bodies known by their hash) needs no
more than `Source = Document`. `read` runs in a worker process that can be killed (`workers`), so the `read` handed to
a source is asynchronous and takes no settings. Its test is `tests/sources/test_<kind>.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal, Protocol
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from monitor.fetch import AllowPrivate, Answer, HttpUrl
from monitor.model import Batch, Bookmark, Origin, Reading
from monitor.pace import Every


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone {name!r}; a name like Asia/Yerevan or UTC is wanted")
    return name


SourceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
TimeZone = Annotated[str, AfterValidator(_zone)]


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


class Fetch(Protocol):
    """The polite client (`fetch.Fetcher`), as a source sees it."""

    async def get(self, url: str, *, headers: Mapping[str, str] = ..., allow_private: AllowPrivate = ...) -> Answer: ...


class Read(Protocol):
    """A kind's `read`, run in a worker process with the source's own settings."""

    async def __call__(self, body: bytes, headers: Mapping[str, str], url: str) -> Reading: ...


class Source(Protocol):
    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask for what is new. Raises Unreachable, Unreadable, Refused, Rejected or Unauthorized."""
        ...


class Document:
    """A source that is one document at one address."""

    accept = "*/*"

    def __init__(self, settings: SourceConfig, fetch: Fetch, read: Read) -> None:
        self.settings = settings
        self.fetch = fetch
        self.read = read

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask once, with both validators exactly as the server gave them. See `Source.poll`."""
        known = bookmark or Bookmark()
        headers = {"Accept": self.accept}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        answer = await self.fetch.get(
            str(self.settings.url), headers=headers, allow_private=self.settings.allow_private
        )
        if answer.status == 304:
            return Batch(bookmark=known, unchanged=True)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        following = Bookmark(
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            body_hash=body_hash,
        )
        if body_hash == known.body_hash:
            return Batch(bookmark=following, unchanged=True)
        reading = await self.read(answer.body, answer.headers, answer.url)
        if reading.warnings:
            # A cut or malformed document is asked for again in full: no validator is kept for it. Its hash may be:
            # the same bytes would only be read the same way.
            following = Bookmark(body_hash=body_hash)
        return Batch(posts=reading.posts, bookmark=following, warnings=reading.warnings)
