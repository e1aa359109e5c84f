"""Which of the six languages a text is in: by its script first, then by a vote of its words. No model, no I/O.

In the Latin script, words that only one language has count most (`lexicon`), then endings (`votes`), then marked
letters. A language is named if it has enough points, and enough more than any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.fold import words
from monitor.rules.language.votes import Words, points, vote

_enough = 2000  # characters
_armenian = re.compile("[ա-և]+")
_cyrillic = re.compile("[\u0400-\u04ff]+")
_digits = re.compile(r"\d+")
_not_russian = re.compile("[іїєґўјљњћђџѓќәғқңөұүһҹҝҷҳӣӯў]")
_ukrainian = frozenset({"що", "щодо", "або", "було", "буде", "бути", "після", "та", "від", "це"})
_neighbours = _ukrainian | {"е", "се", "със", "във", "беше", "бяха", "сега", "ще"}  # Bulgarian
_no_neighbour = re.compile("[ыэ]")  # Ukrainian and Bulgarian have neither

_least, _margin = 6, 3  # points
_long = 60  # words: up to so many, each asks for half a point more, so that a stray word does not name a long text
_unmarked = 5  # words after which a text that has ş or ı but no ə is hardly Azerbaijani

_marks = [
    *((letter, vote(6, "az")) for letter in "əƏ"),
    *((letter, vote(3, "turkic")) for letter in "ığĞ"),
    *((letter, vote(2, "turkic")) for letter in "şŞİ"),
    *((letter, vote(1, "turkic")) for letter in "öü"),
    ("ç", vote(1, "turkic", "fr")),
    *((letter, vote(2, "fr")) for letter in "éèêàùÉÀœ"),
    *((letter, vote(4, "others")) for letter in "äßñãåøłčíáóý"),
]
_spoken = Words()


def detect(text: str) -> str | None:
    """Return `hy`, `ru`, `az`, `tr`, `en`, `fr`; None for any other, and where the text is too short to tell."""
    return of(text, words(text[:_enough]))


def of(text: str, folded: Sequence[str]) -> str | None:
    """The same as `detect`, for a text whose folded words are already at hand."""
    if not text.isascii() and not (joined := "".join(folded)).isascii():  # Latin letters are folded to ASCII
        initials = "".join([word[0] for word in folded])
        armenian, cyrillic = _count(_armenian, initials), _count(_cyrillic, initials)
        if max(armenian, cyrillic) * 2 > len(initials) - _count(_digits, initials):
            return "hy" if armenian > cyrillic else _slavic(joined[:_enough], folded)
    return _latin(text[:_enough], folded)


def _count(runs: re.Pattern[str], initials: str) -> int:
    return sum(map(len, runs.findall(initials)))


def _slavic(joined: str, folded: Sequence[str]) -> str | None:
    """Russian, unless letters or words say that it is one of its neighbours."""
    if _not_russian.search(joined):
        return None
    return "ru" if _neighbours.isdisjoint(folded) or _no_neighbour.search(joined) else None


def _latin(text: str, folded: Sequence[str]) -> str | None:
    votes = by_words = _spoken.votes(folded)
    if not by_words:
        return None  # marked letters alone name no language: names have them
    if not text.isascii():
        votes += sum([said for letter, said in _marks if letter in text])
    english, french, turkish, azerbaijani, others = points(votes)
    turkic = max(turkish, azerbaijani)
    first = max(english, french, turkic)
    if first < _least or first * 2 < min(len(folded), _long):
        return None
    near = first - _margin
    if (english > near) + (french > near) + (turkic > near) + (others > near) > 1:
        return None
    if first == turkic:
        return _turkic(turkish - azerbaijani, text, len(folded))
    return "en" if first == english else "fr"


def _turkic(lead: int, text: str, many: int) -> str | None:
    """Turkish or Azerbaijani; None if they are too close."""
    if many >= _unmarked and not text.isascii() and "ə" not in text and "Ə" not in text:
        lead += 2
    if abs(lead) < 2:
        return None
    return "tr" if lead > 0 else "az"
