"""Parsing: a feed of twenty posts read into posts, all of them new, one of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import feedparser

from benchmarks import feeds, floor
from benchmarks.figures import Figure
from benchmarks.ours import NAME
from benchmarks.parsing import SETTINGS, URL, reading
from benchmarks.passes import timed
from monitor.sources.rss import decode, feed, split

WHOLE = f"{NAME}, by feedparser alone"
NOTES: Mapping[str, str] = {
    NAME: "posts with keys, texts without markup, dates and pictures checked; reads the entries it does not know, the "
    "plain ones of them with expat; all others read everything each time",
    WHOLE: "the same posts, each document given to feedparser whole, as what is malformed or unusual is",
    "feedparser": "its own `parse`: sanitized HTML, links made absolute, no texts",
    "feedparser, bare": "the same, with sanitizing and links left out",
    "expat": "the bound: ids, titles and links of a feed that is well-formed, nothing else",
}

_FEEDS = 20
_WHAT = f"a feed of {feeds.POSTS} posts, 39 KB"

Way = Callable[[int], object]


def measure() -> list[Figure]:
    first = [_document(number, feeds.POSTS, 1) for number in range(_FEEDS)]
    again = [_document(number, feeds.POSTS, 1, "tomorrow") for number in range(_FEEDS)]
    more = [_document(number, feeds.POSTS + 1, 2) for number in range(_FEEDS)]
    known = [reading(body, "").entries for body in first]
    if {len(reading(body, one).posts) for body, one in zip(more, known, strict=True)} != {1}:
        raise RuntimeError("of twenty posts one is new, and others are read")
    ways: dict[tuple[str, str], Way] = {("everything new", NAME): lambda n: reading(first[n], "")}
    ways |= {("everything new", by): _of(way, first) for by, way in _BESIDE.items()}
    ways["one new of twenty", NAME] = lambda n: reading(more[n], known[n])
    ways["nothing new, another head", NAME] = lambda n: reading(again[n], known[n])
    parts: dict[str, Way] = {
        "from bytes to text": lambda n: decode.xml(decode.text(first[n], {})),
        "where entries begin and end": lambda n: split.split(first[n]),
    }
    return [
        *(Figure(f"parsing, {case}", _WHAT, "ms", _taken(way), by) for (case, by), way in ways.items()),
        *(Figure("parsing, of which", what, "ms", _taken(way), NAME) for what, way in parts.items()),
    ]


_BESIDE: Mapping[str, Callable[[bytes], object]] = {
    WHOLE: lambda body: feed.read(decode.xml(decode.text(body, {})).encode(), URL, SETTINGS),
    "feedparser": feedparser.parse,
    "feedparser, bare": lambda body: feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False),
    "expat": lambda body: list(floor.read(body)),
}


def _of(way: Callable[[bytes], object], documents: Sequence[bytes]) -> Way:
    return lambda number: way(documents[number])


def _document(number: int, newest: int, oldest: int, built: str = "today") -> bytes:
    whole = feeds.document(number, [feeds.item(number, post) for post in range(newest, oldest - 1, -1)])
    return whole.replace(b"<item>", f"<lastBuildDate>{built}</lastBuildDate><item>".encode(), 1)


def _taken(way: Way) -> tuple[float, ...]:
    way(0)  # what is loaded late is loaded
    return tuple(us / 1000 for us in timed(lambda number: way(int(number)), [str(number) for number in range(_FEEDS)]))
