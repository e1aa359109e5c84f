"""The values that travel through the house. All are frozen; times are aware and in UTC; unknown is None.

As JSON (`encode`), times are RFC 3339 with `Z`, and a post has the same field names everywhere: in the store, in the
API, in `monitor posts --json` and `monitor parse`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
MediaType = Literal["image", "video", "audio", "document", "other"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every value: immutable, made by keyword."""


class Media(Value, frozen=True, kw_only=True):
    """One picture, video, sound or file of a post. `duration` in seconds; `mime` as the publisher says."""

    type: MediaType
    url: str
    alt: str | None = None
    duration: float | None = None
    mime: str | None = None


class Post(Value, frozen=True, kw_only=True):
    """One statement as its publisher wrote it, in one version.

    key        stable name: `<source>:<20 hex>` of the source and the publisher's id, see `post_key`
    native_id  the publisher's own id: guid, id, link, or a hash where there is none
    revision   1 for the first version we saw, then 2, 3, …
    created    the author's own claim of when it was written; published, updated: as the publisher says
    seen       when we first saw this version
    text       plain text, paragraphs separated by blank lines; never HTML
    language   BCP 47 tag as the publisher or the source's setting says
    repost_of, quote_of, reply_to  address or id of the other post
    flags      short words: `partial` (text known to be cut), `edited`, `no-id`, `repeated-id`, …
    """

    key: str
    source: str
    kind: str
    native_id: str
    revision: int = 1
    author: str | None = None
    created: datetime | None = None
    published: datetime | None = None
    updated: datetime | None = None
    seen: datetime | None = None
    title: str = ""
    text: str = ""
    language: str | None = None
    permalink: str | None = None
    media: tuple[Media, ...] = ()
    repost_of: str | None = None
    quote_of: str | None = None
    reply_to: str | None = None
    flags: tuple[str, ...] = ()


class Reading(Value, frozen=True, kw_only=True):
    """What a kind's pure `read()` finds in one answer. `warnings` are sentences for the operator."""

    posts: tuple[Post, ...] = ()
    deletions: tuple[str, ...] = ()
    cursor: dict[str, str] = {}
    warnings: tuple[str, ...] = ()


class Bookmark(Value, frozen=True, kw_only=True):
    """Where a source was left: validators exactly as given, hash of the last body, and a kind's own cursor."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    cursor: dict[str, str] = {}


class Batch(Value, frozen=True, kw_only=True):
    """One poll's yield. `unchanged`: the source said, or its body showed, that nothing is new."""

    posts: tuple[Post, ...] = ()
    bookmark: Bookmark = Bookmark()
    warnings: tuple[str, ...] = ()
    unchanged: bool = False


class Origin(Value, frozen=True, kw_only=True):
    """What rules and alerts know of a source. `timezone`: IANA name of the clock its publisher goes by."""

    id: str
    kind: str
    name: str
    party: str | None = None
    official: bool = False
    language: str | None = None
    timezone: str | None = None


class Match(Value, frozen=True, kw_only=True):
    """One term that fired. `start`, `end`: code points in the post's `field` as stored; `words`: what stands there."""

    rule: str
    topic: str
    term: str
    field: Literal["title", "text"]
    start: int
    end: int
    words: str


class Verdict(Value, frozen=True, kw_only=True):
    """What the rules say of one post, and why.

    `reasons`: for an alert one sentence; for silence one per thing that kept it silent (no term, wrong party,
    cancelled by its context, first poll, …). `to`: channel ids of the rules that fired, in the rules' order.
    """

    alert: bool
    severity: Severity = "low"
    topics: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    language: str | None = None
    matches: tuple[Match, ...] = ()
    reasons: tuple[str, ...] = ()


class Alert(Value, frozen=True, kw_only=True):
    """One alert: the post, who said it, and the verdict. `id` is stable for post and revision, see `alert_id`."""

    id: str
    post: Post
    origin: Origin
    verdict: Verdict
    raised: datetime
    update: bool = False


class Delivery(Value, frozen=True, kw_only=True):
    """One alert on its way to one channel. `id` travels with the message, so a repeat can be recognised there.

    `attempts`: sends begun before this one. `queued`: when the alert was raised for this channel. `entry`: its
    place in the outbox while it is there. `left`: the only recipients still to be served, where some took it before;
    `lost`: those who refused it for good.
    """

    id: str
    alert: str
    channel: str
    state: Literal["waiting", "arrived", "dead"] = "waiting"
    attempts: int = 0
    entry: str = ""
    queued: datetime | None = None
    due: datetime | None = None
    arrived: datetime | None = None
    error: str | None = None
    receipt: str | None = None
    left: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


class Place(Value, frozen=True, kw_only=True):
    """Another address where the same words appeared: a repeat by the same source."""

    permalink: str | None
    native_id: str
    seen: datetime


class Entry(Value, frozen=True, kw_only=True):
    """One line of the posts stream: a new post or a new version, and what became of it.

    id        the stream's id, in order of arrival
    silent    from a source's first poll: shown, never alerted
    previous  the version before this one, for a revision above 1
    copy_of   key of an earlier post of another source with the same words
    places    later addresses of the same words in the same source (only in `posts.history`)
    verdict   None until the judge has read it; `alert` is the alert's id where one was raised
    """

    id: str
    post: Post
    silent: bool = False
    previous: Post | None = None
    copy_of: str | None = None
    places: tuple[Place, ...] = ()
    verdict: Verdict | None = None
    alert: str | None = None


Health = Literal["new", "healthy", "failing", "gone"]


class SourceState(Value, frozen=True, kw_only=True):
    """How a source is. `failures`: in a row; `error`: the last one in words.

    `gap`: when a poll last found nothing known beside what was new, so that posts may have come and gone unseen.
    """

    id: str
    health: Health = "new"
    asked: datetime | None = None
    answered: datetime | None = None
    changed: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    error: str | None = None
    error_kind: str | None = None
    posts: int = 0
    gap: datetime | None = None
    warnings: tuple[str, ...] = ()


class ChannelState(Value, frozen=True, kw_only=True):
    """How a channel's queue is. `oldest`: when the alert that waits longest was raised."""

    id: str
    waiting: int = 0
    dead: int = 0
    arrived: int = 0
    oldest: datetime | None = None
    last_arrived: datetime | None = None
    failures: int = 0
    error: str | None = None


def digest(*parts: str, length: int = 20) -> str:
    """Return the first `length` hex digits of the SHA-256 of the parts, kept apart by NUL."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]


def post_key(source: str, native_id: str) -> str:
    """Return a post's key. From the source and the publisher's id alone, never from dates or content."""
    return f"{source}:{digest(source, native_id)}"


def alert_id(post: Post) -> str:
    return digest("alert", post.key, str(post.revision))


def delivery_id(alert: str, channel: str) -> str:
    return digest("delivery", alert, channel, length=32)


def changed(value: T, **fields: Any) -> T:
    """Return a copy of a value with some fields changed."""
    return msgspec.structs.replace(value, **fields)


_encoder = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """Return any of these values, or a list or dict of them, as compact JSON."""
    return _encoder.encode(value)


def decode(raw: bytes | str, kind: type[T]) -> T:
    """Read a value back from `encode`. Raises ValueError if it is not one."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def shaped(value: Any, kind: type[T]) -> T:
    """Make a value of dicts, lists, strings and numbers. Raises ValueError if they do not fit."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def plain(value: Any) -> Any:
    """Return the value as dicts, lists, strings and numbers, ready for templates or another encoder."""
    return msgspec.to_builtins(value)
