"""What the answer at a post's own address says of the post. Pure.

404 and 410 say that it is not there. A page with its words says that it is. Everything else, a wall, a failure, a
page without its words, says nothing: sites answer 200 for what they do not have, and lead home from it.
"""

from __future__ import annotations

import html
import re
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from monitor.dedup import words
from monitor.errors import MonitorError, Rejected, Unreachable
from monitor.fetch import Answer
from monitor.model import Post
from monitor.sources import _encoding

_LOOKED_AT = 2 * 2**20  # bytes of a page
_FEWEST, _MOST = 3, 24  # words by which a post is known again
_SHARE = 0.6  # of them must stand on its page: a page that lists other news has some of them, too
_LONG = re.compile(r"[^\W_]{4,}")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NOT_THERE = (404, 410)


class Seen(NamedTuple):
    """`absent`: it is not there · `present`: it is · `unclear`: a page that says neither · `nothing`: no answer.

    `answers`: there is a page at the address itself, whatever stands on it; many are made by scripts.
    """

    what: Literal["absent", "present", "unclear", "nothing"]
    said: str
    answers: bool = False


def of_answer(post: Post, url: str, answer: Answer, *, denied: bool = False, shown: bool = False) -> Seen:
    """Return what an answer of 200 at the post's address `url` says.

    `denied`: it says itself that there is none; `shown`: or that there is, though not with the post's words.
    """
    host = urlsplit(url).hostname
    if denied:
        return Seen("absent", f"{host} says that there is no such post")
    if shown or _has_words(post, answer):
        return Seen("present", f"{host} shows it at its address", answers=True)
    if _leads_home(url, answer.url):
        return Seen("unclear", f"{host} leads from its address to the front page")
    return Seen("unclear", f"{host} shows a page at its address on which its words do not stand", answers=True)


def of_error(url: str, error: MonitorError) -> Seen:
    """Return what a failure to get the page says: that it is not there, or nothing."""
    if isinstance(error, Unreachable | Rejected) and error.status in _NOT_THERE:
        return Seen("absent", f"{urlsplit(url).hostname} answers {error.status} at its address")
    return Seen("nothing", f"its address could not be looked at: {error}")


def without_address(said: int) -> Seen:
    """Return what is to be held of a post that has no address: all depends on its publisher's own word."""
    if said:
        return Seen("absent", "its publisher calls it deleted, and gave it no address at which to look")
    return Seen("unclear", "it has no address at which to look")


def _leads_home(url: str, arrived: str) -> bool:
    path = urlsplit(arrived).path.strip("/")
    return path != urlsplit(url).path.strip("/") and (
        not path or path in ("index.html", "index.php", "404", "en", "ru")
    )


def _has_words(post: Post, answer: Answer) -> bool:
    wanted = tuple(dict.fromkeys(_LONG.findall(words.small(f"{post.title} {post.text}"))))[:_MOST]
    if len(wanted) < _FEWEST:
        return False
    there = set(_LONG.findall(words.small(_text(answer))))
    return sum(word in there for word in wanted) >= _SHARE * len(wanted)


def _text(answer: Answer) -> str:
    """Return the characters of a page, tags and all: words are looked for, not read."""
    text = _encoding.text(answer.body[:_LOOKED_AT], answer.headers, _CHARSET)
    return html.unescape(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text))
