"""What an agency itself says of a version: `(version 2)`, `UPDATE 2-`, `(Adds details: first version at 10:30)`.

Pure. Such a mark stands in brackets or before a colon or dash, at the beginning or the end of a title, or in the first
or last line of a text. The same words inside a sentence are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.dedup.difference import difference
from monitor.dedup.words import SHORTEST, letters
from monitor.model import Post, changed

_APART = timedelta(days=1)  # between two versions at most
_NEAR = 200  # characters of a beginning or an end in which a mark is looked for
_SHARED = 0.6  # of the letters of the earlier text that stand in the later one too, at least
_SAYS = (
    "updated?|details? added|adds|corrected|correction|"
    "обновлен[оаы]?|обновлён|дополнен[оа]?|добавлены подробности|исправлен[оа]?|"
    "թարմացված|թարմացվել է|լրացված|լրացվել է|"
    "yenilənib|yeniləndi|əlavə olunub|düzəliş|"
    "güncellendi|güncelleme|düzeltme|"
    "mise? à jour|actualisé"
)
_NUMBERED = (
    r"(?:version|версия|տարբերակ|versiya|sürüm|v\.?)\s*(?P<a>\d{1,2})"
    r"|(?P<b>\d{1,2})(?:nd|rd|th|-?[яй])?\s+(?:version|версия)"
)
_IN_BRACKETS = rf"[(\[]\s*(?:{_NUMBERED}|(?:{_SAYS})\b)[^()\[\]\n]{{0,140}}[)\]]"
_LABEL = rf"(?:update\s*-?(?P<c>\d{{1,2}})|(?:{_SAYS})\b)\s*[-–—:|.]"
_FIRST = re.compile(rf"\W{{0,4}}?(?:{_IN_BRACKETS}|{_LABEL})[\s.:–—-]{{0,8}}", re.IGNORECASE)
_LAST = re.compile(rf"[\s.–—-]{{0,4}}(?:{_IN_BRACKETS}|[-–—|]\s*(?:{_SAYS}))\s*[.։]?\s*$", re.IGNORECASE)
_LINE = re.compile(rf"\s*{_IN_BRACKETS}\s*[.։]?\s*", re.IGNORECASE)
_EARLIER = re.compile(
    r"(?:first|original|earlier|previous|первая|предыдущая|первоначальная|առաջին|նախորդ|ilk|əvvəlki|önceki|première)"
    r"[^()\[\]\n]{0,60}?(?<!\d)(\d{1,2})[:.։](\d{2})(?!\d|\.\d)",
    re.IGNORECASE,
)


class Marked(NamedTuple):
    """A later version by its own mark: its `number`, and when the `first` version came, as far as it says so."""

    number: int | None = None
    first: datetime | None = None

    @property
    def said(self) -> str:
        return f"version {self.number} by its own mark" if self.number else "a later version by its own mark"


def marked_version(post: Post, zone: str | None = None) -> Marked | None:
    """Return what a post says of being a later version; None if it says nothing.

    `zone`: IANA name of the clock its publisher goes by; without it the first version's time of day is not known.
    """
    found = [mark for text in (post.title, post.text) for mark in _marks(text)]
    if not found:
        return None
    numbers = [int(number) for mark in found for number in mark.groupdict().values() if number]
    earlier = next((time for mark in found if (time := _EARLIER.search(mark[0]))), None)
    return Marked(next(iter(numbers), None), _moment(earlier, post, zone) if earlier else None)


def unmarked(post: Post) -> Post:
    """Return a post without the marks of its version, the very same where it has none."""
    title, text = _without(post.title), _without(post.text)
    return post if (title, text) == (post.title, post.text) else changed(post, title=title, text=text)


def continued(post: Post, earlier: Sequence[Post], zone: str | None = None) -> Post | None:
    """Return the post of which this one is a later version by its own mark; None if it has none, or none fits.

    One of the same source and day, with the same title but for the mark, most of whose words stand in this one. Of
    several the nearest to what the mark says of the first version, else the newest.
    """
    mark = marked_version(post, zone) if earlier else None
    if mark is None:
        return None
    fitting = [one for one in earlier if one.key != post.key and one.source == post.source and _goes_on(one, post)]
    if mark.first:
        first = mark.first
        return min(fitting, key=lambda one: (abs(_when(one) - first), -one.revision), default=None)
    return max(fitting, key=lambda one: (_when(one), one.revision), default=None)


def _marks(text: str) -> list[re.Match[str]]:
    return [mark for mark in (_first(text), _last(text)) if mark]


def _first(text: str) -> re.Match[str] | None:
    return _FIRST.match(text.lstrip()[:_NEAR].partition("\n")[0])


def _last(text: str) -> re.Match[str] | None:
    """Return the mark at the end of a text: of one line behind its words, of several in a line of its own."""
    before, _, line = text.rstrip().rpartition("\n")
    if not before.strip():
        return _LAST.search(line[-_NEAR:])
    return _LINE.fullmatch(line) if len(line) <= _NEAR else None


def _without(text: str) -> str:
    if first := _first(text):
        text = text.lstrip()[first.end() :]
    if last := _last(text):
        text = text.rstrip().removesuffix(last[0].rstrip()).rstrip()
    return text


def _goes_on(one: Post, post: Post) -> bool:
    apart = _when(post) - _when(one)
    bare, other = unmarked(one), unmarked(post)
    if not timedelta() <= apart <= _APART or letters(bare.title) != letters(other.title):
        return False
    parts = difference(bare.text, other.text)
    same = sum(len(letters(part.words)) for part in parts if part.kind == "same")
    return same >= SHORTEST and same >= _SHARED * len(letters(bare.text))


def _when(post: Post) -> datetime:
    return post.published or post.created or post.seen or datetime.min.replace(tzinfo=UTC)


def _moment(clock: re.Match[str], post: Post, zone: str | None) -> datetime | None:
    """Return the time of day that a mark names, on the post's own day or the one before it."""
    hour, minute, now = int(clock[1]), int(clock[2]), post.published or post.seen
    if not zone or now is None or hour > 23 or minute > 59:
        return None
    try:
        there = now.astimezone(ZoneInfo(zone))
    except (OSError, ValueError, LookupError):
        return None
    found = there.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (found if found <= there else found - timedelta(days=1)).astimezone(UTC)
