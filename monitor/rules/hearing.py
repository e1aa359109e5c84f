"""One post as the rules hear it: its fields, its language, the terms found in it, the places it names."""

from __future__ import annotations

from functools import cached_property

from monitor.model import Mention, Origin, Post
from monitor.rules import language, score
from monitor.rules.field import Field
from monitor.rules.finder import Finder, Found, Sentence
from monitor.rules.gazetteer import Gazetteer
from monitor.rules.query import Known, Within
from monitor.rules.score import Score


class Hearing:
    """What costs time is worked out when it is asked for: places, and the languages of sentences.

    fields    title and text
    found     every term and context, by the number of its rule
    language  the one most of the post is in, else what its publisher says
    """

    def __init__(self, post: Post, origin: Origin, finder: Finder, gazetteer: Gazetteer) -> None:
        self.origin = origin
        self._gazetteer = gazetteer
        self._scored = finder.scored
        self.fields = (Field("title", post.title), Field("text", post.text, untitled=not post.title))
        title, text = self.fields
        spoken = language.of(f"{post.title}\n{post.text}", title.words + text.words)
        self.language = spoken or post.language or origin.language
        self.found = finder.find(self.fields, spoken, origin.party)

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The score of each category that has a threshold."""
        return {
            name: score.score(self.found.get(number, ()), threshold)
            for name, (number, threshold) in self._scored.items()
        }

    @cached_property
    def places(self) -> tuple[Mention, ...]:
        return self._gazetteer.mentions(self.fields, self.origin.party)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """All languages of its sentences, in their order, if there is more than one."""
        every = (field.language(sentence) for field in self.fields for sentence in range(field.sentences))
        several = tuple(dict.fromkeys(one for one in every if one))
        return several if len(several) > 1 else ()

    @cached_property
    def speaking(self) -> list[int]:
        """The numbers of the rules, and of scored categories, that have a term in it."""
        return [number for number, found in self.found.items() if any(map(_speaks, found))]

    def speaks(self, sentence: Sentence) -> bool:
        """Tell whether a term of any rule stands in a sentence: no context, and nothing that weighs against."""
        return sentence in self._spoken

    @cached_property
    def _spoken(self) -> frozenset[Sentence]:
        return frozenset(one.sentence for found in self.found.values() for one in found if _speaks(one))

    def known(self, asked: Known | Within) -> bool:
        """Tell whether something holds that is known of the post, beside its words."""
        if isinstance(asked, Within) or asked.what == "place":
            return bool(self.at(asked))
        origin = self.origin
        facts = {
            "source": origin.id,
            "party": origin.party,
            "kind": origin.kind,
            "official": str(origin.official).lower(),
        }
        if asked.what == "language":  # `en` is that of Scotland, too
            return asked.value in (self.language, (self.language or "").partition("-")[0])
        return facts[asked.what] == asked.value

    def at(self, asked: Known | Within) -> list[Mention]:
        """Return the places it names that lie in another, or near one."""
        if isinstance(asked, Within):
            there = self._gazetteer.near(asked.place, asked.km)
        else:
            there = self._gazetteer.inside(asked.value)
        return [mention for mention in self.places if mention.place in there]


def _speaks(one: Found) -> bool:
    return not one.use.context and one.use.weight > 0
