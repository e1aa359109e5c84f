"""From the JSON of VK's API to posts: a page of a wall, or the owner that a search by name found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor import markup
from monitor.dates import FIRST_YEAR, LAST_YEAR
from monitor.errors import Unreadable
from monitor.model import Post, Reading, post_key
from monitor.sources import SourceConfig
from monitor.sources._json import Thing, document, named, part, parts, string
from monitor.sources.vk.attached import SITE, media, titles, unsaid
from monitor.sources.vk.refusal import complaint

NOBODY = "0"  # an id that no owner has
OLDER = 100  # posts of a page before the newest, the most there may be

_COMMUNITIES = frozenset(("group", "page", "event"))
# [club1|Name], [id1:bp-2_3|Name], [https://vk.com/wall-2_3|words]
_NAMED = re.compile(
    r"\[(?:(?:id|club|public|event|app)\d{1,18}(?::[\w-]{1,60})?|https?://[^\[\]|\s]{1,2000}+)\|([^\[\]]{1,500})\]"
)


def read(body: bytes, headers: Mapping[str, str], url: str, settings: SourceConfig) -> Reading:  # noqa: ARG001  # JSON says it all
    """Return the posts of an answer in its own order; of a name's owner the id, as `account` in the cursor.

    `deletions` are posts that the wall itself calls deleted. Raises Unreadable for an error and for anything else.
    """
    found = document(body, "an answer of VK's API")
    if not isinstance(found, dict):
        raise Unreadable("the answer is JSON, but none of VK's API: no object")
    if "error" in found:
        raise Unreadable(str(complaint(part(found, "error"))))
    response = part(found, "response")
    if found.get("response") == [] or "object_id" in response:
        return Reading(cursor={"account": _owner(response)})
    listed = response.get("items")
    if not isinstance(listed, list):
        raise Unreadable("the answer is JSON, but holds neither a wall of VK nor an owner")
    items, warnings = named(listed, _native_id)
    names = dict(_names(response))
    shown = {_native_id(item): item for item in items if item.get("is_deleted") is not True}
    gone = dict.fromkeys(name for item in items if (name := _native_id(item)) not in shown)
    return Reading(
        posts=tuple(_post(item, names, url, settings) for item in shown.values()),
        deletions=tuple(gone),
        warnings=warnings,
        earlier=_earlier(url, response) if items else None,
    )


def _owner(response: Thing) -> str:
    """Return the id of a community or a person, NOBODY for an application and where there is nothing."""
    sort, number = string(response, "type"), _number(response, "object_id")
    if sort == "user":
        return str(number)
    return str(-number) if sort in _COMMUNITIES else NOBODY


def _earlier(url: str, response: Thing) -> str | None:
    place = urlsplit(url)
    query = dict(parse_qsl(place.query))
    offset, count = (int(query[name]) if query.get(name, "").isdecimal() else 0 for name in ("offset", "count"))
    if not place.path.endswith("/wall.get") or not 0 < count < _number(response, "count") - offset:
        return None
    query |= {"offset": str(offset + count), "count": str(OLDER)}
    return place._replace(query=urlencode(query), fragment="").geturl()


def _number(thing: Thing, name: str) -> int:
    value = thing.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1e18 else 0


def _native_id(item: Thing) -> str:
    owner, number = _number(item, "owner_id"), _number(item, "id")
    return f"{owner}_{number}" if owner and number > 0 else ""


def _names(response: Thing) -> Iterator[tuple[int, str]]:
    """Yield the name in the address of everyone the posts speak of, by the id."""
    for sort, sign in (("groups", -1), ("profiles", 1)):
        for one in parts(response, sort):
            yield sign * _number(one, "id"), markup.line(string(one, "screen_name"), 300)


def _post(item: Thing, names: Mapping[int, str], url: str, settings: SourceConfig) -> Post:
    """A repost has an id and a time of its own, perhaps words of its own, and those that somebody else wrote."""
    originals = parts(item, "copy_history")
    original = originals[0] if originals else {}
    native_id = _native_id(item)
    published = _moment(item, "date")
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind="vk",
        native_id=native_id,
        author=names.get(_number(item, "from_id")) or None,
        created=_moment(original, "date") if original else published,
        published=published,
        updated=_moment(item, "edited"),
        text=_text(item, *originals),
        language=settings.language,
        permalink=f"{SITE}wall{native_id}",
        media=tuple(one for said in (item, *originals) for one in media(said, url)),
        repost_of=_address(original) if original else None,
        reply_to=_address({"owner_id": item.get("reply_owner_id"), "id": item.get("reply_post_id")}),
        flags=tuple(_flags(item)),
    )


def _address(item: Thing) -> str | None:
    native_id = _native_id(item)
    return f"{SITE}wall{native_id}" if native_id else None


def _moment(thing: Thing, name: str) -> datetime | None:
    """Read seconds since 1970. A zero stands for what is not known."""
    seconds = _number(thing, name)
    if not 0 < seconds < 1e11:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if FIRST_YEAR <= moment.year < LAST_YEAR else None


def _text(*said: Thing) -> str:
    """Return the words of a post and of those it passes on; if there are none, the titles of what is attached."""
    words = "\n\n".join(filter(None, map(_words, said)))
    return markup.clean(words or "\n".join(title for one in said for title in titles(one)))


def _words(said: Thing) -> str:
    words = markup.clean(_NAMED.sub(r"\1", string(said, "text")))
    return "\n\n".join(filter(None, (words, unsaid(said, words))))


def _flags(item: Thing) -> Iterator[str]:
    if _number(item, "edited"):
        yield "edited"
    if item.get("is_pinned") == 1:
        yield "pinned"
    if item.get("marked_as_ads") == 1 or string(item, "post_type") == "post_ads":
        yield "ad"
    if part(part(item, "donut"), "placeholder"):
        yield "partial"  # only those who pay may read it
