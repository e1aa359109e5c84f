"""From the JSON of X's API v2 to posts: a page of a timeline, one post, a stream that was saved, or an account.

Since August 2026 its description calls a tweet a post, and fields have two names (`note_tweet`, `note_post`); answers
still come with the old ones. Both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from itertools import chain
from typing import Any, NamedTuple

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, MediaType, Post, Reading, post_key
from monitor.sources import SourceConfig, language
from monitor.sources._json import Thing, document, named, part, parts, string

_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_NAME = re.compile(r"\w{1,50}", re.ASCII)
_SHORT = re.compile(r"https?://t\.co/\w+", re.ASCII)
_OWN_MEDIA = re.compile(r"/status/[0-9]+/(?:photo|video)/[0-9]+/?$", re.ASCII)
_MEDIA: dict[str, MediaType] = {"photo": "image", "video": "video", "animated_gif": "video"}
_NO_LANGUAGE = frozenset(("und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"))  # X's words for "none, or unknown"
_EPOCH = 1_288_834_974_657  # ms, from which the times in ids are counted
_LAST_WITHOUT = 30_000_000_000  # about the last id that was counted up, and holds no time
_TOLD = 3  # errors of one answer that are told in words


def moment(id_: str) -> datetime | None:
    """Return when something with this id was made, to the second; None for ids of before 2010, which hold no time."""
    return datetime.fromtimestamp(((int(id_) >> 22) + _EPOCH) // 1000, UTC) if int(id_) > _LAST_WITHOUT else None


def id_at(when: datetime) -> str:
    """Return the lowest id that something made at this time can have."""
    return str(max(int(when.timestamp() * 1000) - _EPOCH, 1) << 22)


def read(body: bytes, headers: Mapping[str, str], url: str, settings: SourceConfig) -> Reading:  # noqa: ARG001  # JSON says it all
    """Return the posts of an answer in its own order, of several versions of one the last.

    In its cursor, as far as there is something to say:

    account, name   of an account, its id and what it is called
    newest, oldest  the highest and the lowest id of its posts, of those that were edited the last version's
    next            what the next page is asked for with
    posts, users    ids of everything it holds, with blanks between them: what is paid for
    refused         what X says instead, if it gives nothing at all

    Raises Unreadable for anything that is no answer of this API.
    """
    found = document(body, "an answer of X's API")
    answers = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) and one.keys() & {"data", "meta", "errors"} for one in answers):
        raise Unreadable("the answer is JSON, but none of X's API")
    if len(answers) == 1 and string(part(answers[0], "data"), "username"):
        account = part(answers[0], "data")
        return Reading(cursor={"account": _id(account), "name": _name(account), "users": _id(account)})
    given = list(chain.from_iterable(_data(one) for one in answers))
    known, warnings = named(given, _id)
    told = tuple(_told(answers))
    beside = _Beside.of(answers)
    cursor = _cursor(answers, known, beside)
    if told and not any(one.get("data") or "meta" in one for one in answers):
        cursor["refused"] = told[0]
    latest = {_first(one): one for one in sorted(known, key=lambda one: int(_id(one)))}
    return Reading(
        posts=tuple(_post(one, beside, settings) for one in known if latest[_first(one)] is one),
        cursor=cursor,
        warnings=(*warnings, *(f"X says of a part of its answer: {one}" for one in told)),
    )


class _Beside(NamedTuple):
    """What comes along with posts, by its id or key."""

    users: dict[str, Thing]
    posts: dict[str, Thing]
    media: dict[str, Thing]

    @classmethod
    def of(cls, answers: list[Thing]) -> _Beside:
        included = [part(one, "includes") for one in answers]
        users = (part(one, "data") or one for all_ in included for one in parts(all_, "users"))
        posts = (one for all_ in included for name in ("tweets", "posts") for one in parts(all_, name))
        media = (one for all_ in included for one in parts(all_, "media"))
        return cls(
            {_id(one): one for one in users if _id(one)},
            {_id(one): one for one in posts if _id(one)},
            {string(one, "media_key"): one for one in media},
        )


def _data(answer: Thing) -> list[Any]:
    data = answer.get("data")
    return data if isinstance(data, list) else [data] if data is not None else []


def _cursor(answers: list[Thing], known: list[Thing], beside: _Beside) -> dict[str, str]:
    ids = sorted(map(_id, known), key=int)
    paid = dict.fromkeys([*ids, *beside.posts])
    cursor = {"posts": " ".join(paid), "users": " ".join(beside.users)}
    if ids:
        cursor |= {"newest": ids[-1], "oldest": ids[0]}
    following = string(part(answers[-1], "meta"), "next_token") if answers else ""
    return {**cursor, **({"next": following} if following else {})}


def _told(answers: list[Thing]) -> Iterator[str]:
    """Yield what errors say, also those that stand beside data: a post that was deleted or is not shown, mostly."""
    errors = [one for answer in answers for one in parts(answer, "errors")]
    for one in errors[:_TOLD]:
        words = (markup.line(string(one, name), 300) for name in ("title", "detail", "message"))
        yield ": ".join(dict.fromkeys(filter(None, words))) or "an error without words"
    if len(errors) > _TOLD:
        yield f"and {len(errors) - _TOLD} more errors"


def _id(thing: Thing) -> str:
    written = string(thing, "id")
    return written if _ID.fullmatch(written) else ""


def _first(given: Thing) -> str:
    """Return the id of a post's first version."""
    versions = _either(given, "edit_history_tweet_ids")
    first = _id({"id": versions[0]}) if isinstance(versions, list) and versions else ""
    return first or _id(given)


def _name(user: Thing) -> str:
    written = string(user, "username")
    return written if _NAME.fullmatch(written) else ""


def _either(thing: Thing, name: str) -> Any:
    """Return the field that is called `…tweet…` or `…post…`."""
    return thing.get(name, thing.get(name.replace("tweet", "post")))


def _post(given: Thing, beside: _Beside, settings: SourceConfig) -> Post:
    """All versions of a post have the id of the first; a repost has an id of its own, and somebody else's words."""
    native_id = _first(given)
    edited = native_id != _id(given)
    refers = {string(one, "type"): _id(one) for one in parts({"_": _either(given, "referenced_tweets")}, "_")}
    reposted = refers.get("retweeted")
    said = beside.posts.get(reposted or "", given)
    author = _name(beside.users.get(string(given, "author_id"), {}))
    dated = dates.parse(string(given, "created_at"), UTC) or moment(_id(given))
    published = moment(native_id) if edited else dated
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind="x",
        native_id=native_id,
        author=author or None,
        created=published if said is given else dates.parse(string(said, "created_at"), UTC),
        published=published,
        updated=dated if edited else None,
        text=_text(said, beside),
        language=language(_spoken(said), settings.language),
        permalink=_address(native_id, author),
        media=tuple(_media(said, beside)),
        repost_of=_seen_at(reposted, beside),
        quote_of=_seen_at(refers.get("quoted"), beside),
        reply_to=refers.get("replied_to") or None,
        flags=tuple(_flags(said, edited=edited, cut=bool(reposted) and said is given)),
    )


def _spoken(said: Thing) -> str:
    spoken = string(said, "lang")
    return "" if spoken in _NO_LANGUAGE else spoken


def _address(id_: str, author: str) -> str:
    return f"https://x.com/{author or 'i/web'}/status/{id_}"


def _seen_at(id_: str | None, beside: _Beside) -> str | None:
    if not id_:
        return None
    author = string(beside.posts.get(id_, {}), "author_id")
    return _address(id_, _name(beside.users.get(author, {})))


def _note(said: Thing) -> Thing:
    """Return the whole of a long post, of which its `text` is only the beginning, with the links in it."""
    note = _either(said, "note_tweet")
    return note if isinstance(note, dict) and string(note, "text") else {}


def _text(said: Thing, beside: _Beside) -> str:
    """Return the words, with links as their author wrote them; the one to its own media goes where they came along."""
    whole = _note(said) or said
    shown = any(key in beside.media for key in _media_keys(said))
    links = dict(_links(said, whole))
    links |= {short: "" if shown else short for short, to in links.items() if _OWN_MEDIA.search(to)}
    text = unescape(string(whole, "text"))  # &amp; &lt; and &gt; are written so, once
    return markup.clean(_SHORT.sub(lambda short: links.get(short[0], short[0]), text))


def _links(*places: Thing) -> Iterator[tuple[str, str]]:
    """Yield each link as it stands in the text, and where it leads; what it is unwound to may change with the years."""
    for one in (one for place in places for one in parts(part(place, "entities"), "urls")):
        if to := markup.link(string(one, "expanded_url"), ""):
            yield string(one, "url"), to


def _media_keys(said: Thing) -> list[str]:
    keys = part(said, "attachments").get("media_keys")
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []


def _media(said: Thing, beside: _Beside) -> Iterator[Media]:
    """Yield what is attached; of what did not come along, the page that shows it."""
    page = next((to for _, to in _links(said) if _OWN_MEDIA.search(to)), None)
    for key in _media_keys(said):
        one = beside.media.get(key, {})
        if url := _file(one) or page:
            yield Media(
                type=_MEDIA.get(string(one, "type"), "other"),
                url=url,
                alt=markup.clean(string(one, "alt_text"), 10_000) or None,
                duration=_seconds(one.get("duration_ms")),
            )


def _file(medium: Thing) -> str | None:
    """Return a picture's address, a video's in its best quality, or that of its first picture."""
    videos = [one for one in parts(medium, "variants") if string(one, "content_type") == "video/mp4"]
    videos.sort(key=_rate)
    places = [string(one, "url") for one in videos[-1:]] + [
        string(medium, name) for name in ("url", "preview_image_url")
    ]
    return next(filter(None, (markup.link(place, "") for place in places)), None)


def _rate(variant: Thing) -> float:
    rate = variant.get("bit_rate")
    return rate if isinstance(rate, int | float) else 0


def _seconds(milliseconds: object) -> float | None:
    if isinstance(milliseconds, int | float) and 0 < milliseconds < 1e10:
        return round(milliseconds / 1000, 2)
    return None


def _flags(said: Thing, *, edited: bool, cut: bool) -> Iterator[str]:
    if edited:
        yield "edited"
    if said.get("possibly_sensitive") is True:
        yield "sensitive"
    if part(said, "withheld"):
        yield "withheld"
    if cut:
        yield "partial"
