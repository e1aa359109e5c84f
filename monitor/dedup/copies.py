"""Whether a later post is a near copy of an earlier one: retold, shortened or extended, and nothing else said. Pure.

Likeness does not decide that: "not" is one word among a hundred, and so is the other side's name. Sentences are paired
by the words they share; each pair must say the same parties, figures, names and words of weight in the same order
(`weighty`), and what only one of the two says must not carry any. In doubt it is none: rather an alert twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple

from monitor.dedup.coat import one_filing
from monitor.dedup.likeness import moments
from monitor.dedup.phrases import Phrase, capitals, laid_out, outline
from monitor.dedup.spelling import one_name, typo
from monitor.model import Likeness, Post

_FEWEST = 12  # words; what is shorter is alike by chance
_MOST, _LONGEST = 80, 4_000  # sentences and words that are compared; of a longer text it is not known
_APART = timedelta(hours=6)  # the same words later are another report, unless they name their own day
_OF_ONE_SOURCE = timedelta(hours=1)  # as long as ADMIT takes the very same words for a repeat
_REMEMBERED = timedelta(days=7)
_ALIKE = 0.45  # of the words of two sentences, for them to be a pair
_KNOWN = 0.6  # of the words of a lead are those of the text that it leads to
_MOST_CHANGED = 0.5  # of all words that say something
_ANCHORS, _SPOTS = 3, 5  # figures and names that stand, and words that were changed, where it was retold
_LABEL = 4  # words of a line that is no more than a label
_SLIPS = 20  # words in which a slip is looked for


class Copied(NamedTuple):
    """What a later post is of an earlier one; `share`: words of both among those of the longer one, 0 to 1."""

    kind: Likeness
    share: float


def copy_of(first: Post, later: Post) -> Copied | None:
    """Say whether `later` says what `first` said, in other words or in part; None if it says anything else.

    A title counts only for what it says beyond the text: titles repeat, and agencies make their own.
    """
    both = moments(first, later)
    if both is None or abs(both[1] - both[0]) > _REMEMBERED or not _may_be(first, later):
        return None
    if not _in_time(first, later, both) or not one_filing(first, later):
        return None
    (title, one), (other_title, other) = laid_out(first, capitals(later)), laid_out(later, capitals(first))
    if not _one_number(one, other):
        return None
    pairs = _paired(one, other)
    if not pairs or not all(_one_saying(one[i], other[j]) for i, j in pairs.items()):
        return None
    left = [it for n, it in enumerate(one) if n not in pairs]
    added = [it for n, it in enumerate(other) if n not in pairs.values()]
    days = _days(first) | _days(later)
    if not _only_beside(added, one, days, both=bool(left)) or not _titles_agree((title, one), (other_title, other)):
        return None
    return _kind([(one[i], other[j]) for i, j in pairs.items()], left, added)


def _may_be(first: Post, later: Post) -> bool:
    """Say at a glance whether one may be a copy of the other; most that only share words end here.

    Sentences that are a pair carry the same. So both can share no more words than there are in sentences that do.
    """
    one, other = outline(first), outline(later)
    fewest, most = sorted((one.words, other.words))
    if fewest < _FEWEST or most > _LONGEST or max(one.sentences, other.sentences) > _MOST:
        return False
    shared = sum([min(one.carrying[it], other.carrying[it]) for it in one.carrying.keys() & other.carrying.keys()])
    return shared >= _FEWEST and shared >= _ALIKE * fewest


# --- when -------------------------------------------------------------------------------------------------------------


def _in_time(first: Post, later: Post, both: tuple[datetime, datetime]) -> bool:
    """Say whether two posts of within a week are near enough; `both`: their moments."""
    apart = abs(both[1] - both[0])
    near = _OF_ONE_SOURCE if first.source == later.source else _APART
    return apart <= near or (_dated(first, both[0]) and _dated(later, both[0]))


def _dated(post: Post, moment: datetime) -> bool:
    """Say whether a post names the day of its publication, or the one before."""
    _, said = laid_out(post, frozenset())
    named = frozenset(date for phrase in said for date in (*phrase.dates, *phrase.clocks))
    days = (moment, moment - timedelta(days=1))
    return any(not named.isdisjoint((f"m{day.month}-{day.day}", f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}")) for day in days)


def _days(post: Post) -> frozenset[str]:
    """Return how a line before the text says its day."""
    moments = (moment for moment in (post.published, post.seen) if moment)
    return frozenset(word for day in moments for word in (f"m{day.month}-{day.day}", f"m{day.month}", str(day.year)))


# --- what two texts have in common ------------------------------------------------------------------------------------


def _paired(one: Sequence[Phrase], other: Sequence[Phrase]) -> dict[int, int]:
    """Return which sentences say the same, the likest first; each once, in the order of the first text."""
    met = ((i, a, j, b) for i, a in enumerate(one) for j, b in enumerate(other) if not a.alike.isdisjoint(b.alike))
    every = ((_likeness(a, b), -abs(i - j), i, j) for i, a, j, b in met)
    likest = sorted((pair for pair in every if pair[0] >= _ALIKE), reverse=True)
    taken: dict[int, int] = {}
    for _, _, i, j in likest:
        if i not in taken and j not in taken.values():
            taken[i] = j
    return dict(sorted(taken.items()))


def _likeness(a: Phrase, b: Phrase) -> float:
    if a.words == b.words:
        return 1.0
    return 2 * len(a.alike & b.alike) / (len(a.alike) + len(b.alike)) - 0.01


def _one_saying(a: Phrase, b: Phrase) -> bool:
    carried = ((it.dates, it.clocks, it.parties, it.states) for it in (a, b))
    return next(carried) == next(carried) and _same_names(a.names, b.names)


def _carried(phrase: Phrase) -> tuple[str, ...]:
    return *phrase.dates, *phrase.clocks, *phrase.parties, *phrase.states


def _same_names(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(a is not None and b is not None and one_name(a, b) for a, b in zip_longest(one, other))


def _one_number(one: Sequence[Phrase], other: Sequence[Phrase]) -> bool:
    """Say whether two texts do not count themselves apart: `Report 1` and `Report 2` are two reports in the same words.

    A number in a line of a few words is a label, whatever else the texts may count as many of.
    """
    labels = [
        {figure for phrase in said if len(phrase.words) <= _LABEL for figure in _figures(phrase)}
        for said in (one, other)
    ]  # fmt: skip
    return not all(labels) or labels[0] == labels[1]


def _figures(phrase: Phrase) -> list[str]:
    return [state for state in phrase.states if state[-1].isdigit()]


def _only_beside(added: Sequence[Phrase], said: Sequence[Phrase], days: frozenset[str], *, both: bool) -> bool:
    """Say whether what the later text has beside the first carries nothing new: a lead, a date line, who told whom.

    `both`: the first has sentences of its own too; then what was added may only say again what the text says.
    """
    known = frozenset(word for phrase in said for word in _carried(phrase)) | days
    plain = frozenset(word for phrase in said for word in phrase.alike)
    for phrase in added:
        states = [state for state in (*phrase.dates, *phrase.clocks, *phrase.states) if state not in days]
        if not known.issuperset(states) or (states and not known.issuperset(phrase.parties)):
            return False
        if states and not all(any(one_name(name, other) for it in said for other in it.names) for name in phrase.names):
            return False
        if (both or states) and len(phrase.plain & plain) < _KNOWN * len(phrase.plain):
            return False
    return True


def _titles_agree(one: tuple[Phrase | None, Sequence[Phrase]], other: tuple[Phrase | None, Sequence[Phrase]]) -> bool:
    """Say whether neither title says more than both texts do, and two that are much alike are the same."""
    titles = [title for title, _ in (one, other) if title]
    known = frozenset(word for phrase in (*one[1], *other[1]) for word in _carried(phrase))
    if len(titles) == 2:  # both
        a, b = titles
        same = a.parties == b.parties and _same_names(a.names, b.names) and not _unlike(a.plain, b.plain)
        same = same and _figures(a) == _figures(b)
        if a.words != b.words and _likeness(a, b) >= _ALIKE and not same:
            return False
        known |= frozenset(_carried(a)) & frozenset(_carried(b))
    return all(known.issuperset((*title.dates, *title.clocks, *title.states)) for title in titles)


def _unlike(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return words that are not among others, not even with another letter."""
    there = frozenset(others)
    missing = [word for word in some if word not in there]
    return missing if len(missing) > _SLIPS else [one for one in missing if not any(typo(one, it) for it in there)]


def _kind(pairs: Sequence[tuple[Phrase, Phrase]], left: Sequence[Phrase], added: Sequence[Phrase]) -> Copied | None:
    changed = [_unlike(a.plain, b.plain) + _unlike(b.plain, a.plain) for a, b in pairs]
    if any(changed) and not _retold(pairs, changed):
        return None
    shared = sum(
        min(len(a.words), len(b.words)) - len(spots) // 2 for (a, b), spots in zip(pairs, changed, strict=True)
    )
    lengths = [
        sum(len(it.words) for it in (*(pair[side] for pair in pairs), *own)) for side, own in ((0, left), (1, added))
    ]
    if shared < _FEWEST or shared < _ALIKE * min(lengths):
        return None
    share = round(max(0, shared) / max(lengths), 2)
    if left:
        return Copied("shortened" if not added or lengths[1] <= lengths[0] else "reworded", share)
    if added:
        return Copied("extended", share)
    return Copied("same" if not any(changed) and all(a.plain == b.plain for a, b in pairs) else "reworded", share)


def _retold(pairs: Sequence[tuple[Phrase, Phrase]], changed: Sequence[Sequence[str]]) -> bool:
    """Say whether words were changed as somebody does who tells it again, not as somebody who corrects it.

    A correction, or the next report by the same template, changes a word in one place. Who tells it again changes
    many, and the figures and names that stand show that it is about the same.
    """
    figures = {word for a, _ in pairs for word in (*a.dates, *a.clocks, *a.states) if word[-1].isdigit()}
    anchors = figures.union(name for a, _ in pairs for name in a.names)
    spots, places = sum(map(len, changed)), sum(map(bool, changed))
    whole = sum(len(a.alike) + len(b.alike) for a, b in pairs)
    wide = places >= min(2, len(pairs)) and _SPOTS <= spots <= _MOST_CHANGED * whole
    return wide and bool(figures) and len(anchors) >= _ANCHORS
