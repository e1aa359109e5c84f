"""All terms and contexts of all rules, found in one pass over a field, however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from monitor.rules.field import Field
from monitor.rules.terms import Term, compiled

# Languages that share the Latin script. Azerbaijani and Turkish are too close to be kept apart.
_kin = {"en": "english", "fr": "french", "az": "turkic", "tr": "turkic"}

Sentence = tuple[str, int]  # the name of a field, and the number of a sentence in it


class Use(NamedTuple):
    """A term as one rule uses it. `rule`: its number; `language`: the one it is filed under; `context`: an `unless`."""

    rule: int
    written: str
    language: str
    context: bool


class Found(NamedTuple):
    """A use that stands in a field, from word `first` to word `last`, both within `sentence`."""

    use: Use
    field: Field
    first: int
    last: int
    sentence: Sentence

    @property
    def words(self) -> str:
        """What stands there, as the post has it."""
        return self.field.text[self.field.start(self.first) : self.field.end(self.last)]


class Automaton:
    """The terms, compiled. One search costs the same for ten terms and for ten thousand."""

    def __init__(self, uses: Iterable[Use]) -> None:
        by_head: dict[str, list[tuple[Term, Use]]] = {}
        for each in uses:
            term = compiled(each.written)
            use = each._replace(language=each.language.partition("-")[0].lower())
            by_head.setdefault(term.head, []).append((term, use))
        self._uses = list(by_head.values())
        self._search = AhoCorasick(list(by_head), store_patterns=False)

    def find(self, field: Field, spoken: str | None) -> Iterator[Found]:
        """Yield every use that stands in the field within one sentence, and whose language may be the sentence's.

        `spoken`: the language of the whole post, if it is known.
        """
        line, uses = field.line, self._uses
        for head, start, end in self._search.find_matches_as_indexes(line, overlapping=True):
            for term, use in uses[head]:
                if term.rest is None or term.rest.match(line, end):
                    first = field.word_at(start)
                    last = first + term.words - 1
                    sentence = field.sentence(first)
                    if last != first and field.sentence(last) != sentence:
                        continue
                    if _may_be(use.language, spoken) or _may_be(use.language, field.language(sentence)):
                        yield Found(use, field, first, last, (field.name, sentence))


def _may_be(filed: str, spoken: str | None) -> bool:
    """Tell whether a term filed under one language counts where another is spoken.

    Scripts part Armenian and Russian from the rest; so only English, French and the two Turkic languages turn down
    each other's terms. Where the language is not plain, every term counts: an alert too many is the smaller harm.
    """
    kin = _kin.get(filed)
    return kin is None or spoken is None or _kin.get(spoken, kin) == kin
