"""What terms weigh together: a rule's, or a category's that has a threshold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import fsum

from monitor.rules.finder import Found, Sentence
from monitor.rules.weigh import longest, place, quoted

_most_told = 4
_nothing = frozenset[str]()
_most_ways = 16  # in which contexts may be left out of account: so that time does not grow with their number


class Score:
    """What terms weigh together, and what they must: a rule's, or a category's that has a threshold.

    weighed  by what is counted once, a term or a category: its weight, and where it first stands
    """

    def __init__(self, weighed: Mapping[str, tuple[float, Found]], threshold: float) -> None:
        self.weighed = weighed
        self.threshold = threshold
        self.total = fsum(weight for weight, _ in weighed.values())  # whatever the order: 0.7, 0.2 and 0.1 are one

    @property
    def enough(self) -> bool:
        return self.total >= self.threshold

    @cached_property
    def parts(self) -> list[tuple[float, Found]]:
        """Each weight and where it stands, the heaviest first."""
        return sorted(self.weighed.values(), key=lambda one: (-abs(one[0]), place(one[1])))

    @cached_property
    def told(self) -> str:
        """What weighs how much, as a sentence: `“fire” +3, “exercise” -2: 1 of 3`."""
        if not self.weighed:
            return "no term found"
        parts = ", ".join(f"{quoted(term)} {weight:+g}" for weight, term in self.parts[:_most_told])
        return f"{parts}{', …' * (len(self.weighed) > _most_told)}: {self.total:g} of {self.threshold:g}"


def score(terms: Iterable[Found], threshold: float) -> Score:
    """Weigh terms: each once, however often it stands.

    Of terms that share words only the longest counts; a category that is weighed as one counts even where another's
    words lie over its own. What weighs against does so in the whole post; or, where its category has a `reach`, only
    over what it reaches: then that is left out of account together with it, if so the rest weighs more. So an
    anniversary in the next sentence takes nothing from a shelling, and one in the title weighs on all that follows.
    """
    listed = sorted((one for one in terms if one.use.leaf is None), key=place)
    counted = longest([one for one in listed if not one.use.together])
    counted += [one for one in listed if one.use.together]
    limited = [one for one in counted if one.use.weight < 0 and one.use.reach]
    over = _Over(limited)
    firsts: dict[tuple[str, frozenset[str]], Found] = {}  # what counts once, and what must be counted with it
    for one in counted:
        if one.use.weight >= 0:
            firsts.setdefault((one.use.key, over.covering(one)), one)
    ways = list(dict.fromkeys([_nothing, *(cover for _, cover in firsts)]))[:_most_ways]
    for one in limited:
        firsts.setdefault((one.use.key, frozenset((one.use.key,))), one)
    for one in counted:
        if one.use.weight < 0 and not one.use.reach:
            firsts.setdefault((one.use.key, _nothing), one)
    ways.append(frozenset(one.use.key for one in limited))
    return max((Score(_weighed(firsts, way), threshold) for way in dict.fromkeys(ways)), key=lambda one: one.total)


class _Over:
    """What weighs against within its reach: its sentence, from a title the text, and of a paragraph what follows."""

    def __init__(self, limited: Iterable[Found]) -> None:
        self._sentences: dict[Sentence, frozenset[str]] = {}
        self._titles = _nothing
        self._paragraphs: dict[tuple[str, int], dict[str, int]] = {}  # in which sentence each first stands
        for one in limited:  # in their order
            key = frozenset((one.use.key,))
            self._sentences[one.sentence] = self._sentences.get(one.sentence, _nothing) | key
            if one.part == "title" and one.use.reach != "sentence":
                self._titles |= key
            if one.use.reach == "paragraph":
                here = self._paragraphs.setdefault((one.field.name, one.paragraph), {})
                here.setdefault(one.use.key, one.sentence[1])

    def covering(self, term: Found) -> frozenset[str]:
        """Return the keys of all that reaches a term."""
        keys = self._sentences.get(term.sentence, _nothing)
        if self._titles and term.part != "title":
            keys |= self._titles
        if self._paragraphs:
            before = self._paragraphs.get((term.field.name, term.paragraph), {})
            keys |= {key for key, sentence in before.items() if sentence < term.sentence[1]}
        return keys


def _weighed(firsts: Mapping[tuple[str, frozenset[str]], Found], way: frozenset[str]) -> dict[str, tuple[float, Found]]:
    """Return what counts once, with its weight and where it first stands."""
    weighed: dict[str, tuple[float, Found]] = {}
    for (key, cover), one in firsts.items():
        if cover <= way:
            weighed.setdefault(key, (one.use.weight, one))
    return weighed
