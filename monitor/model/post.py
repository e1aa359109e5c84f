"""What was said."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from monitor.model.value import Value

Likeness = Literal["same", "shortened", "extended", "reworded", "retold"]
MediaType = Literal["image", "video", "audio", "document", "other"]


class Media(Value, frozen=True, kw_only=True):
    """One picture, video, sound or file of a post. `duration` in seconds; `mime` in small letters."""

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


class Repeat(Value, frozen=True, kw_only=True):
    """Another place where a post appeared: the same words again by the same source, or the statement in another coat.

    For the latter `source` and `key` name the post of that other source, and `likeness` says what it is of the first.
    """

    permalink: str | None
    native_id: str
    seen: datetime
    published: datetime | None = None
    source: str = ""
    key: str = ""
    likeness: Likeness | None = None


class SameAs(Value, frozen=True, kw_only=True):
    """The post by which another source of the party said a statement first, by its key, and what this one is of it."""

    key: str
    likeness: Likeness


class Like(Value, frozen=True, kw_only=True):
    """The post that this one is a near copy or a retelling of, by its key: the first of all, as far as it is known.

    `kind`: what it is of that; `share`: words of both among those of the longer one, 0 to 1; of a retelling, ordinary
    words of both among those of the shorter one.
    """

    key: str
    kind: Likeness
    share: float


class Translation(Value, frozen=True, kw_only=True):
    """A post that says the same in another `language`, by its key; how certain that is, 0 to 1, and why, in words."""

    key: str
    language: str
    certainty: float
    why: str


class Place(Value, frozen=True, kw_only=True):
    """Where a statement appeared, and when. `key`: of the post there; `name`: of the source."""

    key: str
    source: str
    name: str
    permalink: str | None = None
    published: datetime | None = None
    seen: datetime | None = None
