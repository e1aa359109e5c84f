"""Made-up posts, and very many of them written straight into a store, as ADMIT and RAISE leave those of long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from benchmarks.copies import Language
from monitor.dedup import content_hash
from monitor.model import Post, Verdict, post_key, short_key
from monitor.store import keys
from monitor.store.connection import Argument, Connection, ms
from monitor.store.record import pack

SOURCES = 500
_TEXTS = 2_000  # from which the old posts take theirs, each under a number of its own
_AT_ONCE = 2_000
_EDITED = 10**8  # numbers of texts from here on are those of edits
_BEGAN = datetime(2025, 11, 16, 12, tzinfo=UTC)
_RINGS = "Two servicemen were wounded near the border today. "
_SILENT = Verdict(alert=False, reasons=("casualties: no term found",))  # as `posts` would judge it


def source(number: int) -> str:
    return f"ministry-{number % SOURCES:03}"


def key(number: int) -> str:
    return post_key(source(number), _address(number))


def post(number: int, poll: int) -> Post:
    """Return post `number`, of eighty words which are its own; every tenth rings. `poll`: the number of its poll."""
    rings = _RINGS if number % 10 == 0 else ""
    return _post(number, poll, f"{rings}{' '.join(_language().text(number))}")


def edited(number: int, edit: int) -> Post:
    """Return another version of an old post, in words that no other has."""
    return _post(number, number, " ".join(_language().text(_EDITED + 10 * number + edit)))


async def fill(connection: Connection, numbers: range) -> None:
    """Write posts that were judged long ago. Their words are forgotten by then, and nothing is compared with them."""
    for first in range(numbers.start, numbers.stop, _AT_ONCE):
        some = range(first, min(first + _AT_ONCE, numbers.stop))
        await connection.together(command for number in some for command in _written(number))
    if numbers:
        # Whoever judges goes on behind them.
        await connection.call("XGROUP", "SETID", keys.POSTS, keys.JUDGE, "$")


def _written(number: int) -> Iterator[tuple[Argument, ...]]:
    one = _post(number, number, f"Report {number}. {_text(number % _TEXTS)}")
    seen = ms(_BEGAN)
    yield (
        "HSET", keys.post(one.key), "hash", content_hash(one), "revision", 1, "first", seen,
        "record:1", pack(one), "verdict:1", pack(_SILENT, one),
    )  # fmt: skip
    yield "ZADD", keys.seen(one.source), seen, short_key(one.key)
    yield (
        "XADD", keys.POSTS, "*", "key", one.key, "revision", 1, "silent", "0", "copy_of", "", "gather", "", "held", "",
    )  # fmt: skip


def _post(number: int, of: int, text: str) -> Post:
    """`of`: the number of its source."""
    moment = _BEGAN + timedelta(seconds=number)
    place = _address(number)
    return Post(
        key=post_key(source(of), place), source=source(of), kind="rss", native_id=place, permalink=place,
        title=f"Statement {number}", text=text, published=moment, seen=moment,
    )  # fmt: skip


def _address(number: int) -> str:
    return f"https://ministry.example/{number}"


@cache
def _language() -> Language:
    return Language()


@cache
def _text(number: int) -> str:
    return " ".join(_language().text(number))
