"""Whose language a text is in: ours beside py3langid limited to the same six, where that is installed.

Judged are the labelled statements, whole and sentence by sentence. The label is that of the whole statement, so a
sentence in another language, or of a figure and a name, counts against both.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise

from benchmarks import feeds, statements
from benchmarks.figures import Figure
from benchmarks.passes import timed
from monitor.rules import sentences
from monitor.rules.fold import words
from monitor.rules.language import detect, of

_LANGUAGES = ["en", "ru", "hy", "az", "tr", "fr"]
_WORDS, _POSTS = 60, 300

Judge = Callable[[str], str | None]
Said = Sequence[tuple[str, str]]  # language, text


def measure() -> list[Figure]:
    judges: dict[str, Judge] = {"ours": detect}
    if find_spec("py3langid"):
        judges["py3langid"] = _py3langid()
    said = [one for folder in statements.folders() for one in statements.read(folder)]
    whole = [(one.language, one.text) for one in said if one.language in _LANGUAGES]
    parts = [(language, part) for language, text in whole for part in _sentences(text)]
    return [
        *_judged("language of a statement", whole, judges),
        *_judged("language of a sentence", parts, judges),
        *_cost(f"language of a post of {_WORDS} words", _posts(), judges),
    ]


def _py3langid() -> Judge:
    langid = importlib.import_module("py3langid.langid")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return lambda text: str(identifier.classify(text)[0])


def _judged(case: str, said: Said, judges: dict[str, Judge]) -> list[Figure]:
    figures = [figure for name, judge in judges.items() for figure in _counted(case, name, said, judge)]
    return figures + _cost(case, [text for _, text in said], judges)


def _counted(case: str, name: str, said: Said, judge: Judge) -> list[Figure]:
    got = [(language, judge(text)) for language, text in said]
    right = sum(language == answer for language, answer in got)
    open_ = sum(answer is None for _, answer in got)
    counts = {"right": right, "left open": open_, "wrong": len(got) - right - open_}
    return [Figure(case, f"{name}, {what}", f"of {len(got):,}", (many,)) for what, many in counts.items()]


def _cost(case: str, texts: Sequence[str], judges: dict[str, Judge]) -> list[Figure]:
    """Ours is asked with the folded words at hand, as the rules have them anyway."""
    folded = {text: words(text) for text in texts}
    figures = [Figure(case, "ours, its words at hand", "µs", timed(lambda text: of(text, folded[text]), texts))]
    return figures + [Figure(case, name, "µs", timed(judge, texts)) for name, judge in judges.items()]


def _sentences(text: str) -> list[str]:
    bounds = [0, *sentences.starts(text), len(text)]
    return [part for begin, end in pairwise(bounds) if words(part := text[begin:end])]


def _posts() -> list[str]:
    dice = random.Random(7)
    return [feeds.words(dice, feeds.LANGUAGES[n % len(feeds.LANGUAGES)], _WORDS) for n in range(_POSTS)]
