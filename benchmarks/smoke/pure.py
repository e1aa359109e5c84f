"""What is pure, in instructions of Python: reading, matching, comparing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks import feeds, parsing
from benchmarks.smoke.counted import instructions
from benchmarks.smoke.posts import ORIGIN, quiet, ringing
from monitor import dedup
from monitor.model import changed
from monitor.rules import Rulebook
from monitor.sources import rss


def counts(book: Rulebook) -> dict[str, int]:
    """Return what was done, and how many instructions it took the second time. `book`: the shipped rules."""
    calm, loud = quiet(1), ringing(1)
    copy = changed(loud, source="agency", key="agency:1", text=f"The ministry reports the following. {loud.text}")
    if book.judge(calm, ORIGIN).alert or not book.judge(loud, ORIGIN).alert or not dedup.copy_of(loud, copy):
        raise ValueError("the posts are not told apart as this counts on it; change the words in posts.py")
    done: dict[str, Callable[[], object]] = {
        "read a feed of 20 posts": _reading(20),
        "read a feed of one post": _reading(1),
        "read a feed of 20 posts, one of them new": _reading_again(),
        "judge a quiet post by the shipped rules": partial(book.judge, calm, ORIGIN),
        "judge a ringing post by the shipped rules": partial(book.judge, loud, ORIGIN),
        "hash, mark and band a post": partial(_prepared, iter(range(100))),
        "compare a post and its copy": partial(dedup.copy_of, loud, copy),
    }
    return {name: _second(work) for name, work in done.items()}


def _prepared(numbers: Iterator[int]) -> object:
    post = ringing(next(numbers))  # another one every time: what was asked before is remembered
    return (
        dedup.content_hash(post),
        dedup.fingerprint(post),
        dedup.marks(post, ORIGIN.party or ""),
        dedup.bands(post.text),
    )


def _reading(count: int) -> Callable[[], object]:
    settings = rss.Config.model_validate({"id": "ministry", "url": "https://ministry.example/feed"})
    document = feeds.document(1, [feeds.item(1, number) for number in range(count)])
    return lambda: rss.read(document, {}, str(settings.url), settings)


def _reading_again() -> Callable[[], object]:
    before, now = (feeds.document(1, [feeds.item(1, n) for n in range(first, first + 20)]) for first in (0, 1))
    return partial(parsing.reading, now, parsing.reading(before, "").entries)


def _second(work: Callable[[], object]) -> int:
    work()
    return instructions(work)
