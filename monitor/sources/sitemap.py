"""News sitemaps: what a site without a feed tells search engines of its news of the last two days.

The address is that of a news sitemap or of an index of sitemaps (sitemaps.org, Google's `sitemap-news/0.9`), packed
with gzip or not. Only titles stand there, so every post is `partial`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from pydantic import Field

from monitor import dates, markup
from monitor.errors import MonitorError, Unreadable
from monitor.fetch import named
from monitor.model import Batch, Bookmark, Media, Post, Reading, changed, decode, encode, post_key
from monitor.sources import Document, SourceConfig, _xml, language
from monitor.sources._xml import words

_LARGEST = 8 * 2**20  # bytes, unpacked
_MOST = 5_000  # posts; the protocol allows 1,000 news
_REMEMBERED = 50  # sitemaps of an index
_OLD = timedelta(days=2)  # what a news sitemap may hold


class Config(SourceConfig):
    """`sitemaps`: how many of an index are read: those that say "news" in their address first, then the newest."""

    kind: Literal["sitemap"] = "sitemap"
    sitemaps: Annotated[int, Field(ge=1, le=10)] = 2


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:  # noqa: ARG001  # always UTF-8
    """Return the news of a sitemap, in its own order, or of an index the sitemaps to be read. Raises Unreadable.

    The cursor's `sitemaps`: their addresses, one a line. What names no title is a page and no news: left out, counted.
    """
    body, cut = _unpacked(body)
    base = urlsplit(url)._replace(query="", fragment="").geturl()  # links need no query of ours, which may hold a token
    parsed = _xml.parse(body, "sitemap")
    fault = parsed.fault or cut
    warnings = [f"the sitemap is malformed or cut ({fault}); what is whole was taken"] if fault else []
    if parsed.root == "sitemapindex":
        chosen = _chosen(parsed.named("sitemap"), base, settings.sitemaps, itself=markup.link(url, url))
        if not chosen:
            warnings.append("the index names no sitemap")
        return Reading(cursor={"sitemaps": "\n".join(chosen)}, warnings=tuple(warnings))
    if parsed.root != "urlset":
        raise Unreadable("the answer is neither a sitemap nor an index of sitemaps")
    entries = parsed.named("url")
    posts: dict[str, Post] = {}
    found = [_post(entry, base, settings) for entry in entries[:_MOST]]
    for post in filter(None, found):
        posts.setdefault(post.key, post)
    if len(entries) > _MOST:
        warnings.append(f"the sitemap holds more than {_MOST:,} addresses; only the first were read")
    if pages := found.count(None):
        warnings.append(f"{pages} of {len(found)} addresses come without a title of news and were left out")
    return Reading(posts=tuple(posts.values()), warnings=tuple(warnings))


def _unpacked(body: bytes) -> tuple[bytes, str]:
    """Return what a file packed with gzip holds, and what is wrong with it."""
    if not body.startswith(b"\x1f\x8b"):
        return body, ""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain_body = unpacker.decompress(body, _LARGEST)
    except zlib.error as problem:
        raise Unreadable(f"the packed sitemap cannot be unpacked: {problem}") from None
    if unpacker.unconsumed_tail:
        raise Unreadable(f"the packed sitemap holds over {_LARGEST // 2**20} MiB")
    return plain_body, "" if unpacker.eof else "the packed file ends too early"


def _chosen(sitemaps: list[Element], base: str, many: int, *, itself: str | None) -> list[str]:
    """Return the sitemaps most worth reading: news, then the newest, then those that stand first."""
    found: dict[str, tuple[bool, float]] = {}
    for one in sitemaps:
        place = markup.link(words(one, "{*}loc"), base)
        changed_at = dates.parse(words(one, "{*}lastmod"), None)
        if place and place not in (itself, base):
            found.setdefault(place, ("news" not in place.casefold(), -changed_at.timestamp() if changed_at else 0.0))
    return sorted(found, key=found.__getitem__)[:many]


def _post(entry: Element, base: str, settings: Config) -> Post | None:
    page, title = markup.link(words(entry, "{*}loc"), base), markup.line(words(entry, "{*}news/{*}title"))
    if not page or not title:
        return None
    pictures = (markup.link(words(one, "{*}loc"), base) for one in entry.iterfind("{*}image"))
    return Post(
        key=post_key(settings.id, page),
        source=settings.id,
        kind=settings.kind,
        native_id=page,
        author=markup.line(words(entry, "{*}news/{*}publication/{*}name")) or None,
        published=dates.parse(words(entry, "{*}news/{*}publication_date"), settings.zone),
        updated=dates.parse(words(entry, "{*}lastmod"), settings.zone),
        title=title,
        language=language(words(entry, "{*}news/{*}publication/{*}language")) or settings.language,
        permalink=page,
        media=tuple(Media(type="image", url=place) for place in dict.fromkeys(filter(None, pictures))),
        flags=("partial",),
    )


class Source(Document):
    """The sitemap, or an index and the sitemaps chosen from it, each a document with a memory of its own.

    In the bookmark's cursor: `sitemaps`, those last chosen, for an index that has not changed says nothing of what
    they hold; `part <address>`, the bookmark of each; `met <address>`, when one was first chosen that was not there at
    the first poll: what it holds of the time before is an archive, and no news.
    """

    accept = "application/xml, text/xml;q=0.9, */*;q=0.1"

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask for the sitemap and, if it is an index, for those it names. See `Source.poll`.

        One of several that fails is a warning, but at the first poll, which has to know what is old.
        """
        listed: str | None = None

        async def noted(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            nonlocal listed
            reading = await self.read(body, headers, url)
            listed = reading.cursor.get("sitemaps", "")
            return reading

        whole = self.document(str(self.settings.url), noted)
        whole.windowed = True  # but an index, which has no posts of its own, and whose sitemaps come and go
        top = await whole.poll(bookmark)
        cursor = top.bookmark.cursor
        places = (cursor.get("sitemaps", "") if listed is None else listed).splitlines()
        return await self._joined(top, places) if places else top

    async def _joined(self, top: Batch, places: list[str]) -> Batch:
        cursor, now = dict(top.bookmark.cursor), self.now()
        first = "sitemaps" not in cursor
        parts, failed = [], []
        for place in places:
            if not first and f"part {place}" not in cursor:
                cursor.setdefault(f"met {place}", now.isoformat())
            try:
                part = await self._part(place, cursor)
            except MonitorError as error:
                failed.append((place, error))
                continue
            parts.append(part)
            cursor[f"part {place}"] = encode(part.bookmark).decode()
        if failed and (first or not parts):
            raise failed[0][1]
        fresh = [part.fresh for part in parts if part.fresh is not None]
        return changed(
            top,
            posts=tuple({post.key: post for part in reversed(parts) for post in part.posts}.values()),
            warnings=(*top.warnings, *_told(parts), *(f"{place} could not be read: {why}" for place, why in failed)),
            unchanged=top.unchanged and not failed and all(part.unchanged for part in parts),
            fresh=min(fresh, default=None),
            size=top.size + sum(part.size for part in parts),
            bookmark=changed(top.bookmark, cursor=_kept({**cursor, "sitemaps": "\n".join(places)}, places)),
        )

    async def _part(self, place: str, cursor: Mapping[str, str]) -> Batch:
        known, met = cursor.get(f"part {place}"), cursor.get(f"met {place}")
        document = self.document(named(str(self.settings.url), place), self._no_index)
        batch = await document.poll(decode(known, Bookmark) if known else None)
        if met is None:
            return batch
        since = datetime.fromisoformat(met) - _OLD
        return changed(batch, posts=tuple(p for p in batch.posts if p.published is None or p.published >= since))

    async def _no_index(self, body: bytes, headers: Mapping[str, str], url: str) -> Reading:
        reading = await self.read(body, headers, url)
        if not reading.cursor.get("sitemaps"):
            return reading
        return changed(reading, warnings=(*reading.warnings, f"{url} is an index within an index: not followed"))


def _told(parts: list[Batch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(warning for part in parts for warning in part.warnings))


def _kept(cursor: Mapping[str, str], places: list[str]) -> dict[str, str]:
    """Return the cursor with what is remembered of the chosen sitemaps and of the last that were chosen before."""
    known = [name.removeprefix("part ") for name in cursor if name.startswith("part ")]
    before = [place for place in known if place not in places]
    forgotten = {f"{what} {place}" for place in before[: max(0, len(known) - _REMEMBERED)] for what in ("part", "met")}
    return {name: value for name, value in cursor.items() if name not in forgotten}
