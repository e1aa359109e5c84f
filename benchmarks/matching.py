"""What it costs to judge a post by many terms: the Rulebook beside an alternation of `re`, RE2 and a bare automaton.

They do not do the same. The Rulebook folds spelling, finds words in all their forms, keeps to whole words, sentences
and languages, weighs contexts that cancel, and gives the reasons, the places where each stands and the languages; the
alternations fold case and keep to whole words as they are written; the bare automaton finds strings in folded text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import re2
from ahocorasick_rs import AhoCorasick

from benchmarks import feeds
from benchmarks.figures import Figure
from benchmarks.passes import spent, timed
from monitor.model import Origin, Post
from monitor.rules import Rulebook, RuleConfig

_WORDS = 60
_POSTS = 300
Work = Callable[[str], object]
_LONGEST_PASS = 1.0  # seconds; a slow engine gets fewer posts
SIZES = (50, 1_000, 10_000)
QUIET, RINGING = "monitor, posts that stay quiet", "monitor, posts that ring"
NOTES = {
    QUIET: "the Rulebook: words folded, all their forms, whole words, the language of the post",
    RINGING: "the same, and sentences and their languages, what speaks for and against, reasons: what an alert tells",
    "`re` alternation": "lower case, whole words as they are written",
    "`re2` alternation": "the same",
    "bare ahocorasick_rs": "the bound: lower case, anywhere in a text, as they are written",
}
_REAL = {  # stand in some of the posts, whatever the number of terms
    "en": ("wounded", "open fire", "border"),
    "ru": ("ранить", "граница", "открыть огонь"),
    "hy": ("վիրավոր", "սահման"),
    "az": ("sərhəd", "atəşə tutmaq"),
    "tr": ("sınır", "can kaybı"),
}
_UNLESS = {
    "en": ("exercise", "visit", "no casualties"),
    "ru": ("учения", "визит"),
    "hy": ("զորավարժություն",),
    "az": ("təlim",),
    "tr": ("tatbikat",),
}
_ALPHABETS = {
    "en": "abcdefghiklmnoprstuw",
    "ru": "абвгдежзиклмнопрстуя",
    "hy": "աբգդեզթիլկհմնոպջռստր",
    "az": "abcçdeəgğiıklmnoöprs",
    "tr": "abcçdefgğhıiklmnoöşz",
}


def case(terms: int) -> str:
    return f"matching, {terms:,} terms, {_WORDS} words a post"


def measure(sizes: Sequence[int] = SIZES, *, beside: bool = True) -> list[Figure]:
    """Measure each size; `beside`: the others too."""
    dice = random.Random(7)
    texts = [feeds.words(dice, feeds.LANGUAGES[n % len(feeds.LANGUAGES)], _WORDS) for n in range(_POSTS)]
    return [figure for size in sizes for figure in _compared(_terms(dice, size), texts, beside=beside)]


def _terms(dice: random.Random, size: int) -> dict[str, tuple[str, ...]]:
    """Return as many terms, in five languages: a sixth open at their end, a fifth of two words, some near another."""
    terms = {language: list(real[: max(size // len(_REAL), 1)]) for language, real in _REAL.items()}
    for number in range(size - sum(map(len, terms.values()))):
        language = feeds.LANGUAGES[number % len(feeds.LANGUAGES)]
        words = [
            "".join(dice.choices(_ALPHABETS[language], k=dice.randrange(5, 10)))
            for _ in range(2 if number % 5 == 0 else 1)
        ]
        joint = " NEAR/5 " if number % 25 == 0 else " "
        terms[language].append(joint.join(words) + ("*" if number % 6 == 0 else ""))
    return {language: tuple(found) for language, found in terms.items()}


def _compared(terms: dict[str, tuple[str, ...]], texts: Sequence[str], *, beside: bool) -> list[Figure]:
    book = Rulebook([RuleConfig(id="all", terms=terms, unless=_UNLESS, to=("console",))])
    origin = Origin(id="x", kind="rss", name="x")
    posts = {text: Post(key="x", source="x", kind="rss", native_id="x", text=text) for text in texts}
    ringing = [text for text in texts if book.judge(posts[text], origin).alert]
    quiet = [text for text in texts if text not in set(ringing)]
    which = case(sum(map(len, terms.values())))
    engines: list[tuple[str, Work, Sequence[str]]] = [
        (QUIET, lambda text: book.judge(posts[text], origin), quiet),
        (RINGING, lambda text: book.judge(posts[text], origin), ringing),
        *(_beside(terms, texts) if beside else ()),
    ]
    return [Figure(which, "a post", "µs", _timed(work, some), by) for by, work, some in engines]


def _beside(terms: dict[str, tuple[str, ...]], texts: Sequence[str]) -> list[tuple[str, Work, Sequence[str]]]:
    plain = [term.replace(" NEAR/5 ", " ").casefold() for found in terms.values() for term in found]
    alternation = rf"\b(?:{'|'.join(map(_pattern, plain))})\b"
    pattern, linear = re.compile(alternation), re2.compile(alternation, _options())
    automaton = AhoCorasick([term.rstrip("*") for term in plain])
    return [
        ("`re` alternation", lambda text: pattern.findall(text.casefold()), texts),
        ("`re2` alternation", lambda text: linear.findall(text.casefold()), texts),
        (
            "bare ahocorasick_rs",
            lambda text: automaton.find_matches_as_indexes(text.casefold(), overlapping=True),
            texts,
        ),
    ]


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = 1 << 30  # the default does not hold ten thousand terms
    return options


def _pattern(term: str) -> str:
    return re.escape(term.rstrip("*")) + (r"\w*" if term.endswith("*") else "")


def _timed(work: Work, texts: Sequence[str]) -> tuple[float, ...]:
    """Return the µs for one text, for each pass over as many as there is time for."""
    one = spent(work, texts[:20]) / 20
    return timed(work, texts[: max(int(_LONGEST_PASS / one), 20)])
