"""From Mastodon's JSON to posts: a page of statuses, a single status, or the account that a search by name found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, MediaType, Post, Reading, post_key
from monitor.sources import SourceConfig, language
from monitor.sources._json import Thing, document, named, part, parts, string

_ID = re.compile(r"[\w-]{1,100}", re.ASCII)  # opaque: numbers on Mastodon, ULIDs and others elsewhere
# A link as it is shown: parts of its address are in hidden spans. The address itself says more, and is never cut.
_LINK = re.compile(
    r'<a\s(?:(?!\bhref=)[^<>]){0,2000}+href="([^"<>]{1,4000})"[^<>]{0,2000}+>'
    r'(?=<span class="invisible">)(?:<span[^<>]{0,100}>[^<>]{0,4000}</span>){1,4}</a>'
)
_MEDIA: dict[str, MediaType] = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
_KEPT_FROM_SOME = ("unlisted", "private", "direct")


def order(native_id: str) -> tuple[int, str]:
    """Return what ids are to be sorted by: they are numbers of up to 19 digits, or words of one length."""
    return len(native_id), native_id


def read(body: bytes, headers: Mapping[str, str], url: str, settings: SourceConfig) -> Reading:  # noqa: ARG001  # JSON says it all
    """Return the posts of an answer in its own order; of an account its `account` (the id) in the cursor.

    Raises Unreadable for an error, also one told with 200, and for anything else.
    """
    found = document(body, "an answer of Mastodon's API")
    if isinstance(found, dict) and "error" in found:
        raise Unreadable(f"the server answered with an error: {markup.line(string(found, 'error'), 200)!r}")
    if isinstance(found, dict) and "acct" in found and "account" not in found:
        return Reading(cursor={"account": _id(found)}, warnings=_moved(found))
    statuses = [found] if isinstance(found, dict) else found
    if not isinstance(statuses, list) or (isinstance(found, dict) and "account" not in found):
        raise Unreadable("the answer is JSON, but neither posts of Mastodon nor an account")
    known, warnings = named(statuses, _id)
    if known:
        warnings += _moved(part(known[0], "account"))
    posts = tuple({_id(status): _post(status, url, settings) for status in known}.values())  # a pinned one comes twice
    return Reading(posts=posts, warnings=warnings, earlier=_earlier(url, posts))


def _earlier(url: str, posts: tuple[Post, ...]) -> str | None:
    parts_ = urlsplit(url)
    if not posts or not parts_.path.endswith("/statuses"):
        return None
    kept = [(name, value) for name, value in parse_qsl(parts_.query) if name not in ("max_id", "min_id", "since_id")]
    oldest = min((post.native_id for post in posts), key=order)
    return parts_._replace(query=urlencode([*kept, ("max_id", oldest)]), fragment="").geturl()


def _moved(account: Thing) -> tuple[str, ...]:
    there = markup.link(string(part(account, "moved"), "url"), "")
    return (f"the account says that it has moved to {there}",) if there else ()


def _id(thing: Thing) -> str:
    value = thing.get("id")
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else string(thing, "id")
    return written if _ID.fullmatch(written) else ""


def _post(status: Thing, url: str, settings: SourceConfig) -> Post:
    """A boost has an id and a time of its own, and words that somebody else wrote."""
    boosted = part(status, "reblog")
    said = boosted or status
    quoted, quote_flags = _quoted(said, url)
    return Post(
        key=post_key(settings.id, _id(status)),
        source=settings.id,
        kind="mastodon",
        native_id=_id(status),
        author=_author(status),
        created=_date(said, "created_at", settings),
        published=_date(status, "created_at", settings),
        updated=_date(said, "edited_at", settings),
        title=markup.line(string(said, "spoiler_text")),
        text=_text(said),
        language=language(said.get("language"), settings.language),
        permalink=_address(said, url),
        media=tuple(_media(said, url)),
        repost_of=(_address(boosted, url) or _id(boosted) or None) if boosted else None,
        quote_of=quoted,
        reply_to=_name(status, "in_reply_to_id"),
        flags=(*_flags(said), *quote_flags),
    )


def _author(status: Thing) -> str | None:
    account = part(status, "account")
    return markup.line(string(account, "acct") or string(account, "username"), 300) or None


def _date(status: Thing, name: str, settings: SourceConfig) -> Any:
    return dates.parse(string(status, name), settings.zone)


def _text(said: Thing) -> str:
    """Return the words, and what a poll lets choose from; not how many chose it, for that is never the same twice."""
    words = markup.text(_LINK.sub(r"\1", string(said, "content")))
    options = (markup.line(string(option, "title")) for option in parts(part(said, "poll"), "options"))
    chosen_from = "\n".join(f"• {option}" for option in options if option)
    return markup.clean("\n\n".join(filter(None, (words, chosen_from))))


def _address(status: Thing, url: str) -> str | None:
    """`url` may be null; then `uri` may still be the address of a page."""
    return next(filter(None, (markup.link(string(status, name), url) for name in ("url", "uri"))), None)


def _name(thing: Thing, name: str) -> str | None:
    return _id({"id": thing.get(name)}) or None


def _quoted(said: Thing, url: str) -> tuple[str | None, tuple[str, ...]]:
    """Return what is quoted, and a flag where the one who is quoted, or the server, does not show it (since 4.4).

    Other servers put the quoted post, or its id, in the place of Mastodon's quote.
    """
    quote = part(said, "quote")
    other = _name(said, "quote_id") or markup.link(string(part(said, "pleroma"), "quote_url"), url)
    if not quote:
        return other, ()
    status = part(quote, "quoted_status") or (quote if "content" in quote else {})
    of = _address(status, url) or _id(status) or _name(quote, "quoted_status_id") or other
    state = string(quote, "state")
    hidden = bool(state) and state != "accepted" and re.fullmatch(r"[a-z_]{1,30}", state)
    return of, (f"quote-{state.replace('_', '-')}",) if hidden else ()


def _media(said: Thing, url: str) -> Iterator[Media]:
    for one in parts(said, "media_attachments"):
        places = (markup.link(string(one, name), url) for name in ("url", "remote_url", "preview_url"))
        if place := next(filter(None, places), None):
            yield Media(
                type=_MEDIA.get(string(one, "type"), "other"),
                url=place,
                alt=markup.clean(string(one, "description"), 10_000) or None,
                duration=_seconds(part(part(one, "meta"), "original").get("duration")),
            )


def _seconds(value: object) -> float | None:
    return round(value, 2) if isinstance(value, int | float) and 0 < value < 1e7 else None


def _flags(said: Thing) -> Iterator[str]:
    if said.get("edited_at"):
        yield "edited"
    if said.get("sensitive") is True or string(said, "spoiler_text").strip():
        yield "sensitive"
    if (visibility := string(said, "visibility")) in _KEPT_FROM_SOME:
        yield visibility
