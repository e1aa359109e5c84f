"""One name for a post, whether the API or the feed shows it. Pure.

A guid like `https://ministry.example/?p=12` holds the post's id, and the feed shows nothing else of it. Where it was
kept from another site it may hold that site's id, or none (an imported address): then whichever showed the post first
has named it, and the bookmark remembers that, by a mark of the guid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from html import unescape
from urllib.parse import parse_qs, urlsplit

from monitor.model import Post, changed, digest, post_key

Names = dict[str, str]  # native ids by the mark of a guid

_MOST = 200  # names that are remembered: a feed shows ten posts
_PARAMETERS = ("p", "page_id", "attachment_id")


def own(guid: str, site: str) -> str | None:
    """Return the id in a guid of this very site; None if it holds none that can be trusted."""
    try:
        parts = urlsplit(unescape(guid.strip()))
        home, host = urlsplit(site).hostname, parts.hostname
    except ValueError:
        return None
    if not host or _bare(host) != _bare(home):
        return None
    values = parse_qs(parts.query)
    given = [value for name in _PARAMETERS for value in values.get(name, ())]
    return given[0] if len(given) == 1 and given[0].isascii() and given[0].isdecimal() and len(given[0]) < 20 else None


def mark(guid: str) -> str:
    return digest("guid", unescape(guid.strip()), length=12)


def remembered(cursor: Mapping[str, str]) -> Names:
    """Return the names a bookmark holds; none if they cannot be read."""
    with suppress(ValueError):
        names = json.loads(cursor.get("guids", "{}"))
        if isinstance(names, dict):
            return {str(guid): str(name) for guid, name in names.items()}
    return {}


def kept(names: Names) -> str:
    """Return names as a bookmark keeps them: the latest."""
    return json.dumps(dict(list(names.items())[-_MOST:]), separators=(",", ":"))


def named(posts: Iterable[Post], guids: Mapping[str, str], names: Names) -> tuple[Post, ...]:
    """Give posts the names they had before. `guids`: marks of their guids by native id; new names go into `names`."""
    found = []
    for post in posts:
        name = post.native_id
        if guid := guids.get(name):
            name = names.pop(guid, name)
            names[guid] = name  # at the end: what was seen last is forgotten last
        found.append(post if name == post.native_id else renamed(post, name))
    return tuple(found)


def renamed(post: Post, native_id: str) -> Post:
    return changed(post, native_id=native_id, key=post_key(post.source, native_id))


def _bare(host: str | None) -> str:
    return (host or "").casefold().removeprefix("www.")
