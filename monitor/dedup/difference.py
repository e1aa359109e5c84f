"""What one version of a text has that another has not, by words. Pure.

Sentences that stand in both are found first, then words between them: by those that stand once in either text, and
where there are none by trying what is small enough to be tried. So the effort is bounded whatever the texts are; what
would cost more is shown as gone and new, whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.model import Part

_TRIED = 20_000  # pairs of words compared at most between two that are known to be the same
_DEEPEST = 24  # times a stretch is divided by words that stand once in it
_SILENT = "\u00ad\u0300-\u036f\u055b\u055c\u055e\u200b-\u200f\u2060"  # stand inside a word and part nothing
_WORD = re.compile(rf"\d+(?:[.,:։/]\d+)+|\w[\w{_SILENT}]*|\s+|[^\w\s]")
_END = frozenset(".!?։…")


class _Run(NamedTuple):
    """Words that both texts have, or what one has where the other has something else."""

    same: str = ""
    gone: str = ""
    new: str = ""


def difference(before: str, after: str) -> tuple[Part, ...]:
    """Return both texts as one row of parts: `same` and `gone` are the first, `same` and `new` the second.

    What is gone stands before what is new in its place. Words that two changes happen to leave between them, shorter
    than either, count as changed: a sentence that was written anew reads better whole.
    """
    old, new = _sentences(before), _sentences(after)
    runs: list[_Run] = []
    for run in _runs(old, new, _common(old, new)):
        if run.same:
            runs.append(run)
        else:
            gone, came = _WORD.findall(run.gone), _WORD.findall(run.new)
            runs += _runs(gone, came, _common(gone, came))
    return tuple(_parts(_read_well(_joined(runs))))


def _sentences(text: str) -> list[str]:
    """Return a text in its sentences and lines, white space with what stands before it."""
    found, begin, at, last = [], 0, 0, ""
    for word in _WORD.finditer(text):
        at = word.end()
        if word[0].isspace() and (last in _END or "\n" in word[0]):
            found.append(text[begin:at])
            begin = at
        last = word[0]
    return [*found, text[begin:]] if begin < len(text) else found


def _runs(old: Sequence[str], new: Sequence[str], pairs: Sequence[tuple[int, int]]) -> Iterator[_Run]:
    """Yield the runs of two rows of words, of which pairs are the same."""
    i = j = 0
    for one, other in (*pairs, (len(old), len(new))):
        if i < one or j < other:
            yield _Run(gone="".join(old[i:one]), new="".join(new[j:other]))
        if one < len(old):
            yield _Run(same=old[one])
        i, j = one + 1, other + 1


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which places of two rows hold the same, in order."""
    found: list[tuple[int, int]] = []
    waiting = [(0, len(old), 0, len(new), 0)]
    while waiting:
        a, b, c, d, depth = waiting.pop()
        while a < b and c < d and old[a] == new[c]:
            found.append((a, c))
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
            found.append((b, d))
        if a == b or c == d:
            continue
        known = _once(old[a:b], new[c:d]) if depth < _DEEPEST else []
        if known:
            edges = [(a, c), *((a + i, c + j) for i, j in known), (b, d)]
            waiting += [(i, k, j, m, depth + 1) for (i, j), (k, m) in pairwise(edges)]
        elif (b - a) * (d - c) <= _TRIED:
            found += [(a + i, c + j) for i, j in _tried(old[a:b], new[c:d])]
    return sorted(found)


def _once(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words stand that either row has once, as many as are in the same order in both."""
    here, there = Counter(old), Counter(new)
    places = {word: j for j, word in enumerate(new) if there[word] == 1 == here[word] and any(map(str.isalnum, word))}
    pairs = [(i, places[word]) for i, word in enumerate(old) if word in places]
    ends: list[int] = []  # of the longest rising row of each length, the lowest end
    last: list[int] = []  # and which pair that is
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _tried(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest row of words common to both, by trying all pairs."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below = longest[i], longest[i + 1]
        for j in range(len(new) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Return runs that alternate: one that is the same, one that is not, and so on."""
    found: list[tuple[bool, list[_Run]]] = []
    for run in runs:
        same = bool(run.same)
        if not found or found[-1][0] != same:
            found.append((same, []))
        found[-1][1].append(run)
    return [_Run(*("".join(words) for words in zip(*some, strict=True))) for _, some in found]


def _read_well(runs: Sequence[_Run]) -> list[_Run]:
    """Return runs without the few same words that stand between two longer changes."""
    found: list[_Run] = []
    for number, run in enumerate(runs):
        if found and run.same and number + 1 < len(runs) and _is_lost(found[-1], run, runs[number + 1]):
            last = found.pop()
            found.append(_Run(gone=last.gone + run.same, new=last.new + run.same))
        elif found and not run.same and not found[-1].same:
            last = found.pop()
            found.append(_Run(gone=last.gone + run.gone, new=last.new + run.new))
        else:
            found.append(run)
    return found


def _is_lost(before: _Run, same: _Run, after: _Run) -> bool:
    if not any(map(str.isalnum, same.same)) and "\n" not in same.same:
        return True
    length = len(same.same.strip())
    return all(length <= max(len(run.gone), len(run.new)) for run in (before, after))


def _parts(runs: Sequence[_Run]) -> Iterator[Part]:
    for run in runs:
        whole = Part(kind="same", words=run.same), Part(kind="gone", words=run.gone), Part(kind="new", words=run.new)
        yield from (part for part in whole if part.words)
