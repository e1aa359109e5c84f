"""RSS 0.90 to 2.0, RDF, Atom and JSON Feed: one kind, because publishers call them all RSS.

The formats are told apart by what stands in the document, never by its name or content type alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Literal
from urllib.parse import urldefrag, urlsplit

from monitor import markup
from monitor.model import Post, Reading, changed, post_key
from monitor.sources import Document, SourceConfig
from monitor.sources._entries import KNOWN
from monitor.sources.rss.fields import MOST_POSTS
from monitor.sources.rss.split import Split


class Config(SourceConfig):
    """A feed has no settings beyond those of every source."""

    kind: Literal["rss"] = "rss"


class Source(Document):
    windowed = True
    remembers = True
    accept = (
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
    )


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:
    """Return the posts of one feed, in its own order, and what it says of itself. Raises Unreadable if it is none.

    Both readers give posts whose `native_id` is the publisher's id or link as written, or empty; here each gets its
    key. What was wrong with the feed, but could be read around, becomes a warning. With `KNOWN` among the headers only
    posts of unknown entries are returned.
    """
    from monitor.sources.rss import decode, feed, jsonfeed, unknown  # noqa: PLC0415  # feedparser loads in workers only

    text = decode.text(body, headers)
    del body  # a worker gives it away: of 8 MiB there should be few copies at a time
    place = markup.link(headers.get("content-location", ""), url) or markup.link(url, url) or url
    # Relative links need no query of ours, which may hold a token.
    base = urlsplit(place)._replace(query="", fragment="").geturl()
    here = url, place, base
    if text[0] in "{[":
        return _keyed(jsonfeed.read(text, base, settings), settings, here)
    document = decode.xml(text).encode()
    del text

    def whole(document: bytes) -> tuple[Reading, bool]:
        reading, apart = feed.read(document, base, settings)
        return _keyed(reading, settings, here), apart

    def some(parts: Split, wanted: Sequence[bytes]) -> Reading | None:
        reading = feed.read_entries(parts, wanted, base, settings)
        return _keyed(reading, settings, here) if reading else None

    reading = unknown.read(document, headers.get(KNOWN, ""), base, settings, unknown.Reader(whole, some))
    return reading if KNOWN in headers else changed(reading, entries="")


def _keyed(found: Reading, settings: Config, here: tuple[str, ...]) -> Reading:
    """Give each post its key, and tell what is odd about their ids. `here`: the feed's own addresses."""
    posts, warnings = list(found.posts), list(found.warnings)
    if len(posts) > MOST_POSTS:
        posts = posts[:MOST_POSTS]
        warnings.append(f"the feed holds more than {MOST_POSTS} posts; only the first were read")
    known, repeats = _identified(posts)
    if repeats:
        warnings.append(f"{repeats} ids stand for several different posts; their links were added to tell them apart")
    keyed = (changed(p, key=post_key(settings.id, p.native_id)) for p in known)
    shown = {post.native_id for post in known}
    gone = tuple(dict.fromkeys(name for name in found.deletions if name not in shown))
    earlier = found.earlier and _another(found.earlier, *here)
    return changed(found, posts=tuple(keyed), deletions=gone, warnings=tuple(warnings), earlier=earlier)


def _another(page: str, *here: str) -> str | None:
    """Return the page's address, never without the protection this one came with; None if this one is the page."""
    if here[0].startswith("https:") and page.startswith("http:"):
        page = page.replace("http:", "https:", 1)
    return None if urldefrag(page)[0] in {urldefrag(address)[0] for address in here} else page


def _identified(posts: Iterable[Post]) -> tuple[list[Post], int]:
    """Give every post an id of its own; return them with the number of ids that were used for several."""
    named = [p if p.native_id else changed(p, native_id=f"hash:{_hash(p)}", flags=(*p.flags, "no-id")) for p in posts]
    distinct = list({(p.native_id, p.permalink, p.title, p.text): p for p in named}.values())
    ids = Counter(p.native_id for p in distinct)
    links = Counter((p.native_id, p.permalink) for p in distinct)
    known = [p if ids[p.native_id] == 1 else _apart(p, by_link=links[p.native_id, p.permalink] == 1) for p in distinct]
    return known, sum(uses > 1 for uses in ids.values())


def _apart(post: Post, *, by_link: bool) -> Post:
    """Add to a shared id what tells this post apart from the others: its link, or else that and its content."""
    mark = post.permalink if by_link and post.permalink else _hash(post, post.permalink or "")
    return changed(post, native_id=f"{post.native_id} {mark}", flags=(*post.flags, "repeated-id"))


def _hash(post: Post, *more: str) -> str:
    return sha256("\0".join((post.title, post.text, *more)).encode()).hexdigest()
