"""From an AppView's JSON to posts: a page of an author's feed, one of its posts, or the DID of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, post_key
from monitor.sources import SourceConfig, language
from monitor.sources._json import Thing, document, named, part, parts, string
from monitor.sources.bluesky.facets import whole

_OLDER = 100  # posts of a page before the newest, the most there may be
_POST = re.compile(r"at://([\w.:%-]{1,260})/app\.bsky\.feed\.post/([\w.~:-]{1,512})", re.ASCII)
_URI = re.compile(r"at://[\w.:%-]{1,260}/[\w.-]{1,200}/[\w.~:-]{1,512}", re.ASCII)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")
# A quoted post that is not shown, by the end of its view's $type.
_HIDDEN = {"viewNotFound": "quote-deleted", "viewBlocked": "quote-blocked", "viewDetached": "quote-revoked"}
_WARNED = frozenset({"!warn", "graphic-media", "gore", "nudity", "porn", "sexual"})


def read(body: bytes, headers: Mapping[str, str], url: str, settings: SourceConfig) -> Reading:  # noqa: ARG001  # JSON says it all
    """Return the posts of an answer in its own order; of a resolved name the DID, as `account` in the cursor.

    Raises Unreadable for an error, also one told with 200, and for anything else.
    """
    found = document(body, "an answer of Bluesky's API")
    if not isinstance(found, dict):
        raise Unreadable("the answer is JSON, but none of Bluesky's API: no object")
    if "error" in found:
        said = f"{string(found, 'error')}: {string(found, 'message')}"
        raise Unreadable(f"Bluesky answered with an error: {markup.line(said, 200)!r}")
    if "did" in found and _DID.fullmatch(string(found, "did")):
        return Reading(cursor={"account": string(found, "did")})
    listed = [found] if "post" in found else found.get("feed")
    if not isinstance(listed, list):
        raise Unreadable("the answer is JSON, but holds neither a feed nor a post of Bluesky")
    known, warnings = named(listed, _native_id)
    views = {_native_id(view): view for view in known}  # a pinned one may come twice
    return Reading(
        posts=tuple(_post(view, url, settings) for view in views.values()),
        warnings=warnings,
        earlier=_earlier(url, string(found, "cursor")) if views else None,
    )


def _earlier(url: str, cursor: str) -> str | None:
    place = urlsplit(url)
    if not cursor or not place.path.endswith(".getAuthorFeed"):
        return None
    query = dict(parse_qsl(place.query)) | {"limit": str(_OLDER), "cursor": cursor}
    return place._replace(query=urlencode(query, quote_via=quote, safe=":"), fragment="").geturl()


def _repost(view: Thing) -> Thing:
    reason = part(view, "reason")
    return reason if string(reason, "$type").endswith("#reasonRepost") else {}


def _native_id(view: Thing) -> str:
    """Return the post's uri; for a repost that of the repost, or, from an older server, one made of its two halves."""
    uri, repost = string(part(view, "post"), "uri"), _repost(view)
    if not _URI.fullmatch(uri):
        return ""
    if not repost:
        return uri
    own, by = string(repost, "uri"), string(part(repost, "by"), "did")
    return own if _URI.fullmatch(own) else f"{by if _DID.fullmatch(by) else ''} {uri}".strip()


def _post(view: Thing, url: str, settings: SourceConfig) -> Post:
    said, repost = part(view, "post"), _repost(view)
    record, native_id = part(said, "record"), _native_id(view)
    quoted, hidden = _quoted(said)
    by = part(repost, "by") if repost else part(said, "author")
    langs = record.get("langs")
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind="bluesky",
        native_id=native_id,
        author=_name(by),
        # Whoever writes a post claims its time: it may be missing, blank, or any other. Without a zone it is UTC.
        created=dates.parse(string(record, "createdAt"), UTC),
        published=dates.parse(string(repost or said, "indexedAt"), UTC),
        text=_text(said, record),
        language=language(*(langs if isinstance(langs, list) else ()), settings.language),
        permalink=_permalink(said),
        media=tuple(_media(part(said, "embed"), url)),
        repost_of=string(said, "uri") if repost else None,
        quote_of=quoted,
        reply_to=_uri(part(part(record, "reply"), "parent")),
        flags=tuple(filter(None, (hidden, *_flags(view, said, record)))),
    )


def _permalink(said: Thing) -> str | None:
    """Return the address of the post's page, by its author's DID, for an uri may name the author otherwise."""
    address, did = _POST.fullmatch(string(said, "uri")), string(part(said, "author"), "did")
    if not address:
        return None
    return f"https://bsky.app/profile/{did if _DID.fullmatch(did) else address[1]}/post/{address[2]}"


def _name(profile: Thing) -> str | None:
    """Return the account's name; its DID where the name does not point back to it."""
    name = string(profile, "handle")
    return markup.line(string(profile, "did") if name == "handle.invalid" else name, 300) or None


def _uri(thing: Thing) -> str | None:
    uri = string(thing, "uri")
    return uri if _URI.fullmatch(uri) else None


def _text(said: Thing, record: Thing) -> str:
    """Return the words with whole links, and the title and address of the card where they are not among them."""
    words = markup.clean(whole(string(record, "text"), parts(record, "facets")))
    for embed in _embeds(part(said, "embed"), part(record, "embed")):
        card = part(embed, "external")
        more = (markup.line(string(card, "title")), markup.link(string(card, "uri"), "") or "")
        unsaid = "\n".join(each for each in more if each and each not in words)
        words = "\n\n".join(filter(None, (words, unsaid)))
    return markup.clean(words)


def _embeds(*embeds: Thing) -> Iterator[Thing]:
    """Yield what is embedded; of a quote with media both."""
    for embed in embeds:
        yield embed
        yield part(embed, "media")


def _quoted(said: Thing) -> tuple[str | None, str | None]:
    """Return the quoted post's uri and, if it is not shown, a flag. Lists, feeds and the like are no quotes."""
    for embed in (part(said, "embed"), part(part(said, "record"), "embed")):
        quoted = part(embed, "record")
        quoted = part(quoted, "record") or quoted  # with media it lies one deeper
        uri = _uri(quoted)
        if uri and _POST.fullmatch(uri):
            return uri, _HIDDEN.get(string(quoted, "$type").partition("#")[2])
    return None, None


def _media(view: Thing, url: str) -> Iterator[Media]:
    for embed in _embeds(view):
        for item in (*parts(embed, "images"), *parts(embed, "items"), embed):
            image, video = (markup.link(string(item, name), url) for name in ("fullsize", "playlist"))
            if place := image or video:
                alt = markup.clean(string(item, "alt"), 10_000) or None
                yield Media(type="image" if image else "video", url=place, alt=alt)


def _flags(view: Thing, said: Thing, record: Thing) -> Iterator[str]:
    if string(part(view, "reason"), "$type").endswith("#reasonPin"):
        yield "pinned"
    labels = (*parts(said, "labels"), *parts(part(record, "labels"), "values"))
    if any(string(label, "val") in _WARNED for label in labels):
        yield "sensitive"
