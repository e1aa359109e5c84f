"""The Atom feed of a YouTube channel or playlist: `https://www.youtube.com/feeds/videos.xml?channel_id=UC…`.

It shows the fifteen latest videos, shorts and announced broadcasts, not always in the order of their dates. Every look
at a video changes its statistics, and often `updated` with them, so neither is part of what a post says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree.ElementTree import Element

from pydantic import field_validator

from monitor import dates, markup
from monitor.errors import Unreachable, Unreadable
from monitor.model import Batch, Bookmark, Media, Post, Reading, post_key
from monitor.sources import Document, SourceConfig, _xml
from monitor.sources._xml import words

_SITE = "https://www.youtube.com/"
_HOSTS = ("youtube.com", "www.youtube.com", "m.youtube.com")
_FEEDS = ("/feeds/videos.xml", "/xml/feeds/videos.xml")
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})(?:/|$)", re.ASCII)
_PREFIX = "yt:video:"
_VIDEO = re.compile(r"[\w-]{1,64}", re.ASCII)
_DELETED = re.compile(_PREFIX + _VIDEO.pattern, re.ASCII)
_MOST = 1_000  # of fifteen that are to be expected
# The lists YouTube itself keeps for a channel: `UU` and these letters in the place of the id's `UC`.
_LISTS = {"UUSH": "short", "UULV": "live"}


class Config(SourceConfig):
    """A feed has no settings beyond those of every source. `url` is the feed's, not the channel page's."""

    kind: Literal["youtube"] = "youtube"

    @field_validator("url")
    @classmethod
    def _is_the_feed(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.hostname not in _HOSTS:
            return url  # a mirror or a cache of one's own
        if channel := _CHANNEL.match(parts.path):
            raise ValueError(f"this is the channel's page; its feed is {_SITE}feeds/videos.xml?channel_id={channel[1]}")
        if parts.path not in _FEEDS or not parse_qs(parts.query).keys() & {"channel_id", "playlist_id", "user"}:
            raise ValueError(
                f"a feed's address is wanted: {_SITE}feeds/videos.xml?channel_id=UC… (or playlist_id=…); "
                "the channel's page names its id under 'Share channel'"
            )
        return url

    def whereabouts(self, post: Post) -> str:
        """Return where YouTube tells how a video is embedded: its page answers 200 whether there is one or not."""
        page = urlsplit(post.permalink or _SITE)
        video = f"{page.scheme}://{page.netloc}/watch?v={post.native_id.removeprefix(_PREFIX)}"
        asked = urlencode({"url": video, "format": "json"})
        return page._replace(path="/oembed", query=asked, fragment="").geturl()

    def shows(self, body: bytes) -> bool:
        with suppress(ValueError, RecursionError):
            said = json.loads(body)
            return isinstance(said, dict) and bool(said.get("title"))
        return False


class Source(Document):
    windowed = True
    accept = "application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        """Ask once. See `Source.poll`. A 404 is told as what it mostly is: YouTube's feeds are out of order."""
        try:
            return await super().poll(bookmark)
        except Unreachable as error:
            if error.status != 404:
                raise
            raise Unreachable(
                f"{urlsplit(str(self.settings.url)).hostname} answered 404, as YouTube's feeds do for hours or days "
                "while all is well with a channel; if it lasts, look whether the channel is still there",
                retry_after=error.retry_after,
                status=error.status,
            ) from error


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:  # noqa: ARG001  # always UTF-8
    """Return the videos of a feed in its own order. Raises Unreadable if it is none.

    Of a damaged feed the whole entries are taken, with a warning. `deletions` are ids as WebSub's notices name them.
    """
    parsed = _xml.parse(body, "feed")
    if parsed.root != "feed":
        raise Unreadable("the answer is no Atom feed, as those of YouTube are")
    entries = parsed.named("entry")
    warnings = [f"the feed is malformed or cut ({parsed.fault}); its whole entries were taken"] if parsed.fault else []
    listed = _of_list(url)
    found = [_post(entry, listed, settings) for entry in entries[:_MOST]]
    if len(entries) > _MOST:
        warnings.append(f"the feed holds more than {_MOST:,} videos; only the first were read")
    if nameless := found.count(None):
        warnings.append(f"{nameless} of {len(found)} entries name no video and were left out")
    posts: dict[str, Post] = {}
    for post in filter(None, found):
        posts.setdefault(post.key, post)  # a playlist may hold one video twice
    deleted = (element.get("ref", "").strip() for element in parsed.named("deleted-entry"))  # RFC 6721
    return Reading(
        posts=tuple(posts.values()), deletions=tuple(filter(_DELETED.fullmatch, deleted)), warnings=tuple(warnings)
    )


def _post(entry: Element, listed: str | None, settings: Config) -> Post | None:
    name = words(entry, "{*}videoId") or words(entry, "{*}id").removeprefix(_PREFIX)
    if not _VIDEO.fullmatch(name):
        return None
    native_id = _PREFIX + name  # as the entry's own id, and as a notice of its deletion names it
    page = _page(entry) or f"{_SITE}watch?v={name}"
    short = "short" if urlsplit(page).path.startswith("/shorts/") else None
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind=settings.kind,
        native_id=native_id,
        author=markup.line(words(entry, "{*}channelId") or words(entry, "{*}author/{*}name")) or None,
        published=dates.parse(words(entry, "{*}published"), settings.zone),
        updated=dates.parse(words(entry, "{*}updated"), settings.zone),
        title=markup.line(words(entry, "{*}title") or words(entry, "{*}group/{*}title")),
        text=markup.clean(words(entry, "{*}group/{*}description")),
        language=settings.language,
        permalink=page,
        # The address in `media:content` is that of a player long switched off.
        media=(Media(type="video", url=page),),
        flags=tuple(dict.fromkeys(filter(None, (listed, short)))),
    )


def _page(entry: Element) -> str | None:
    links = (link.get("href", "") for link in entry.iterfind("{*}link") if link.get("rel") == "alternate")
    return next(filter(None, (markup.link(href, _SITE) for href in links)), None)


def _of_list(url: str) -> str | None:
    """Return what all videos are of one of YouTube's own lists, as its name says: `short` or `live`."""
    (name, *_) = parse_qs(urlsplit(url).query).get("playlist_id", [""])
    return _LISTS.get(name[:4])
