"""What a text tells that who tells it again in other words cannot change: when, who, how many, who did what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from monitor.dedup.anchors import Figures, Token, is_month, is_name, spoken, with_capital
from monitor.dedup.marked import unmarked
from monitor.dedup.shingles import folded
from monitor.dedup.weighty import light
from monitor.model import Post, changed

_KEPT = 256  # posts: candidates come again with the next ones of their party
_STEM = 5  # letters of a word: endings bend with the sentence around them
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE = re.compile(r"(?<!\b\w)[.!?;։…]+[\"»”’)]*\s+|\n+")
_CLAUSE = re.compile(r",(?!\s?\d)|\s(?:and|while|but|и|а|но|և|եւ|իսկ|ve|və|isə|ise|et|tandis)\s|[()—–]", re.IGNORECASE)
_DENIED = frozenset({"not", "deny"})
FATES = {"killed": "killed", "losses": "killed", "wounded": "wounded", "missing": "missing", "captured": "captured"}
TOLL = frozenset(FATES.values())
DEEDS = frozenset({
    *("taken", "advanced", "withdrew", "repelled", "attack", "fire", "breach", "destroyed", "damaged", "downed"),
    *("closed", "opened", "agreed", "refused"),
})  # fmt: skip
# By themselves these say that it is told of something else: of the next time, of the second man, of how it ended.
_ANEW = tuple(folded("""
again anew repeat second cancel postpon succumb died dies worsen deteriorat improv returned released freed buried
  resumed restored identified reached risen rose
вновь снова опять повторн второй второго вторая вторую втором отмен перенес скончал умер ухудш улучш вернул
  возвращена возвращены освобожд похорон возобнов восстанов опознан достиг возрос
կրկին վերստին դարձյալ նորից երկրորդ նույնպես չեղարկ հետաձգ մահացել վատթար բարելավ վերադարձել վերադարձվել ազատվել
  հուղարկ վերսկս վերականգն հասել
yenidən təkrar ikinci ləğv təxirə vəfat dünyasını pisləş yaxşılaş qayıdıb qaytarılıb azad bərpa dəfn çatıb yüksəlib
yeniden tekrar ikinci iptal ertele hayatını kötüleş iyileş döndü serbest toprağa yükseldi
nouveau annul ajourn second deuxième décéd succomb aggrav rentré libéré enterré repris rétabli alourdi
""").split())  # fmt: skip
_AGE = tuple(folded("year лет летн год տարեկան տարեկ yaş ans").split())
_HOLDS = tuple(
    folded("position post posts outpost territor позици пост территори դիրք տարածք mövqe ərazi mevzi toprak").split()
)

T = TypeVar("T")
Count = tuple[tuple[str, ...], tuple[str, ...]]  # fates, figures


class Telling(NamedTuple):
    """What one post tells.

    clocks, dates    `14.05`, `m11-16`, also its own day
    counts           how many were killed, wounded, …: fates of a part of a sentence, and the figures of it
    numbers          other figures above one, but for those of a sentence that names another year: that is history
    told, denied     words of weight by the names of `weighty`; those beside a "not" or a "false" are denied
    actors           of each deed and fate the party that its sentence names first; parties: all of them
    """

    clocks: frozenset[str]
    dates: frozenset[str]
    counts: frozenset[Count]
    numbers: frozenset[str]
    told: frozenset[str]
    denied: frozenset[str]
    actors: frozenset[tuple[str, str]]
    parties: frozenset[str]


class Wording(NamedTuple):
    """By what names and in which words one post tells it.

    names   words with a capital, folded, but for offices; persons: two of them in a row
    loud    all words with a capital, also where a sentence begins
    words   beginnings of ordinary ones; row: those of any two words in a row
    anew    beginnings of words that say by themselves that it is told of something else
    """

    names: frozenset[str]
    persons: frozenset[tuple[str, str]]
    loud: frozenset[str]
    words: frozenset[str]
    row: frozenset[tuple[str, str]]
    anew: frozenset[str]


@lru_cache(maxsize=_KEPT)
def wording(post: Post) -> Wording:
    """Read the words of a post. A title counts only where there is no text: agencies make their own."""
    _, text, read = spoken(unmarked(post))
    loud = with_capital(read)
    names = frozenset(one.word for one in loud if not one.opens and is_name(one))
    return Wording(
        names,
        frozenset(_persons(loud, text, names)),
        frozenset(one.word for one in loud),
        frozenset(one.word[:_STEM] for one in read if _ordinary(one) and one.word not in names),
        frozenset((one.word[:_STEM], next_.word[:_STEM]) for one, next_ in pairwise(read)),
        frozenset(one.word[:_STEM] for one in read if one.word.startswith(_ANEW)),
    )


@lru_cache(maxsize=_KEPT)
def telling(post: Post) -> Telling:
    """Read what a post tells, sentence by sentence; of one without a text, its title."""
    _, text, read = spoken(unmarked(post))
    timeless = changed(post, published=None, seen=None)
    sentences = [
        _sentence(timeless, list(_parted(said, text, _CLAUSE)), _year(post)) for said in _parted(read, text, _SENTENCE)
    ]
    return Telling(
        clocks=_all(one.clocks for one in sentences),
        dates=_all(one.dates for one in sentences),
        counts=_all(one.counts for one in sentences),
        numbers=_all(one.numbers for one in sentences),
        told=_all(one.told for one in sentences),
        denied=_all(one.denied for one in sentences),
        actors=_all(one.actors for one in sentences),
        parties=frozenset(one.party for one in read if one.party),
    )


class _Sentence(NamedTuple):
    """What one sentence tells, as in `Telling`."""

    clocks: list[str]
    dates: list[str]
    counts: list[Count]
    numbers: list[str]
    told: set[str]
    denied: set[str]
    actors: list[tuple[str, str]]


def _sentence(post: Post, clauses: Sequence[Sequence[Token]], year: str) -> _Sentence:
    """Read one sentence. `year`: that of its publication."""
    figures = [Figures(post, _without_ages(clause)) for clause in clauses]
    counts, numbers = _counted(clauses, [it.numbers for it in figures])
    told, denied = set[str](), set[str]()
    for clause in clauses:
        states = {FATES.get(one.state, one.state) for one in clause if one.state and _says(one)}
        (told if states.isdisjoint(_DENIED) else denied).update(states)
    done = (told | denied) & (DEEDS | TOLL)
    if not {number for number in numbers if _YEAR.fullmatch(number)} <= {year}:
        numbers = []
    elif not done:
        numbers = [number for number in numbers if number != "2"]  # the two ministers
    actor = next((party for clause in clauses for party in _acting(clause)), None)
    return _Sentence(
        [clock for it in figures for clock in it.clocks],
        [date for it in figures for date in it.dates],
        counts,
        [number for number in numbers if number != year],
        told,
        denied,
        [(deed, actor) for deed in done] if actor else [],
    )


def _counted(clauses: Sequence[Sequence[Token]], numbers: Sequence[Sequence[str]]) -> tuple[list[Count], list[str]]:
    """Return the figures that stand by a fate, in their part of the sentence or the one before it; and the others."""
    counts, others, waiting = list[Count](), list[str](), list[str]()
    for clause, found in zip(clauses, numbers, strict=True):
        others += [number for number in found if _YEAR.fullmatch(number)]
        said = [number for number in found if not _YEAR.fullmatch(number)]
        fates = tuple(dict.fromkeys(fate for one in clause if (fate := FATES.get(one.state or ""))))
        if fates and (said or waiting):
            counts.append((fates, tuple(said or waiting)))
            waiting = []
        elif said:
            others += waiting
            waiting = said
    return counts, others + waiting


def _acting(clause: Sequence[Token]) -> Iterator[str]:
    """Yield the parties of a part of a sentence, but for those whose positions are spoken of."""
    return (one.party for one, next_ in _followed(clause) if one.party and not next_.startswith(_HOLDS))


def _all(parts: Iterable[Iterable[T]]) -> frozenset[T]:
    return frozenset(one for part in parts for one in part)


def _without_ages(clause: Sequence[Token]) -> list[Token]:
    return [one for one, next_ in _followed(clause) if not next_.startswith(_AGE)]


def _followed(clause: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each token with the word behind it."""
    return zip(clause, [*(one.word for one in clause[1:]), ""], strict=True)


def _year(post: Post) -> str:
    moment = post.published or post.seen
    return str(moment.year) if moment else ""


def _parted(read: Sequence[Token], text: str, at: re.Pattern[str]) -> Iterator[list[Token]]:
    """Yield the tokens between one sign and the next."""
    if not read:
        return
    ends = iter([*(found.start() for found in at.finditer(text, read[0].at, read[-1].at)), len(text)])
    end, part = next(ends), list[Token]()
    for one in read:
        while one.at >= end:
            end = next(ends)
            if part:
                yield part
                part = []
        part.append(one)
    yield part


def _says(token: Token) -> bool:
    return (
        token.word.isalpha()
        and token.word != "according"
        and not (token.state or "").isdigit()
        and not is_month(token.state or "")
    )


def _ordinary(token: Token) -> bool:
    return token.word.isalpha() and not token.state and not token.party and not light(token.word)


def _persons(loud: Sequence[Token], text: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    for one, next_ in pairwise(loud):
        between = text[one.at + len(one.written) : next_.at]
        if between == " " and next_.word in names and is_name(one):
            yield one.word, next_.word
