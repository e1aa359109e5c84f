"""What it costs to judge a post by many terms: the Rulebook beside an alternation of `re` and a bare automaton.

The three do not do the same. The Rulebook folds spelling, keeps to whole words, sentences and languages, and gives the
reason; the alternation folds case and keeps to whole words; the bare automaton finds strings in folded text.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence

from ahocorasick_rs import AhoCorasick

from benchmarks import feeds
from benchmarks.report import Figure
from monitor.model import Origin, Post
from monitor.rules import Rulebook, RuleConfig

_WORDS = 60
_POSTS = 300
_PASSES = 5
_LONGEST_PASS = 1.0  # seconds; a slow engine gets fewer posts
_SIZES = (50, 1_000, 10_000)
_REAL = {  # stand in some of the posts, whatever the number of terms
    "en": ("wounded", "opened fire", "border"),
    "ru": ("ранен*", "границ*", "открыли огонь"),
    "hy": ("վիրավոր*", "սահման*"),
    "az": ("sərhəd*", "atəşə tut*"),
    "tr": ("sınır*", "can kaybı*"),
}
_ALPHABETS = {
    "en": "abcdefghiklmnoprstuw",
    "ru": "абвгдежзиклмнопрстуя",
    "hy": "աբգդեզթիլկհմնոպջռստր",
    "az": "abcçdeəgğiıklmnoöprs",
    "tr": "abcçdefgğhıiklmnoöşz",
}


def measure() -> list[Figure]:
    dice = random.Random(7)
    texts = [feeds.words(dice, feeds.LANGUAGES[n % len(feeds.LANGUAGES)], _WORDS) for n in range(_POSTS)]
    return [figure for size in _SIZES for figure in _compared(_terms(dice, size), texts)]


def _terms(dice: random.Random, size: int) -> dict[str, tuple[str, ...]]:
    """Return as many terms, in five languages: a third open at their end, a fifth of two words."""
    terms = {language: list(real) for language, real in _REAL.items()}
    for number in range(size - sum(map(len, terms.values()))):
        language = feeds.LANGUAGES[number % len(feeds.LANGUAGES)]
        words = [
            "".join(dice.choices(_ALPHABETS[language], k=dice.randrange(5, 10)))
            for _ in range(2 if number % 5 == 0 else 1)
        ]
        terms[language].append(" ".join(words) + ("*" if number % 3 == 0 else ""))
    return {language: tuple(found) for language, found in terms.items()}


def _compared(terms: dict[str, tuple[str, ...]], texts: Sequence[str]) -> list[Figure]:
    size = sum(map(len, terms.values()))
    every = [term.casefold() for found in terms.values() for term in found]
    book = Rulebook([RuleConfig(id="all", terms=terms, to=("console",))])
    origin = Origin(id="x", kind="rss", name="x")
    posts = {text: Post(key="x", source="x", kind="rss", native_id="x", text=text) for text in texts}
    pattern = re.compile(rf"\b(?:{'|'.join(map(_pattern, every))})\b")
    automaton = AhoCorasick([term.rstrip("*") for term in every])
    case = f"matching, {size:,} terms, {_WORDS} words a post"
    return [
        Figure(case, "Rulebook", "µs", _timed(lambda text: book.judge(posts[text], origin), texts)),
        Figure(case, "`re` alternation", "µs", _timed(lambda text: pattern.findall(text.casefold()), texts)),
        Figure(
            case,
            "bare ahocorasick_rs",
            "µs",
            _timed(lambda text: automaton.find_matches_as_indexes(text.casefold(), overlapping=True), texts),
        ),
    ]


def _pattern(term: str) -> str:
    return re.escape(term.rstrip("*")) + (r"\w*" if term.endswith("*") else "")


def _timed(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, ...]:
    """Return the µs of processor time for one text, for each pass: what others do meanwhile does not count."""
    began = time.process_time()
    for text in texts[:20]:
        work(text)
    one = (time.process_time() - began) / 20
    few = texts[: max(int(_LONGEST_PASS / one), 20)]
    found = []
    for _ in range(_PASSES):
        began = time.process_time()
        for text in few:
            work(text)
        found.append((time.process_time() - began) / len(few) * 1e6)
    return tuple(found)
