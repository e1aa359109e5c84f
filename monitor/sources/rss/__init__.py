"""RSS 0.90 to 2.0, RDF, Atom and JSON Feed: one kind, because publishers call them all RSS.

The formats are told apart by what stands in the document, never by its name or content type alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Literal
from urllib.parse import urljoin

from monitor.model import Post, Reading, changed, post_key
from monitor.sources import Document, SourceConfig


class Config(SourceConfig):
    """A feed has no settings beyond those of every source."""

    kind: Literal["rss"] = "rss"


class Source(Document):
    accept = (
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
    )


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:
    """Return the posts of one feed, in its own order. Raises Unreadable if it is none.

    Both readers give posts whose `native_id` is the publisher's id or link as written, or empty; here each gets its
    key. What was wrong with the feed, but could be read around, becomes a warning.
    """
    from monitor.sources.rss import decode, feed, fields, jsonfeed  # noqa: PLC0415  # feedparser loads only in workers

    text = decode.text(body, headers)
    base = urljoin(url, headers.get("content-location", ""))
    reader = jsonfeed if text[0] in "{[" else feed
    posts, warnings = reader.read(text, base, settings)
    if len(posts) > fields.MOST_POSTS:
        posts = posts[: fields.MOST_POSTS]
        warnings.append(f"the feed holds more than {fields.MOST_POSTS} posts; only the first were read")
    known, repeats = _identified(posts)
    if repeats:
        warnings.append(f"{repeats} ids stand for several different posts; their links were added to tell them apart")
    keyed = (changed(p, key=post_key(settings.id, p.native_id)) for p in known)
    return Reading(posts=tuple(keyed), warnings=tuple(warnings))


def _identified(posts: Iterable[Post]) -> tuple[list[Post], int]:
    """Give every post an id of its own; return them with the number of ids that were used for several."""
    named = [p if p.native_id else changed(p, native_id=f"hash:{_hash(p)}", flags=(*p.flags, "no-id")) for p in posts]
    distinct = list({(p.native_id, p.permalink, p.title, p.text): p for p in named}.values())
    ids = Counter(p.native_id for p in distinct)
    links = Counter((p.native_id, p.permalink) for p in distinct)
    known = [p if ids[p.native_id] == 1 else _apart(p, by_link=links[p.native_id, p.permalink] == 1) for p in distinct]
    return known, sum(uses > 1 for uses in ids.values())


def _apart(post: Post, *, by_link: bool) -> Post:
    """Add to a shared id what tells this post apart from the others: its link, or else its content."""
    mark = post.permalink if by_link and post.permalink else _hash(post)
    return changed(post, native_id=f"{post.native_id} {mark}", flags=(*post.flags, "repeated-id"))


def _hash(post: Post) -> str:
    return sha256(f"{post.title}\0{post.text}".encode()).hexdigest()
