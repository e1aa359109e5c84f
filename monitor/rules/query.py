"""`when`: what must hold for a rule to fire, in words.

    @fire and (@soldiers NEAR/6 @killed or title:"heavy losses") and not @exercises
    2 of (@fire, @casualties, @positions)
    @fire and within:40km:goris and party:AM

What is said: `@category`, `"words"`, `/expression/`, joined by NEAR, in any field or in `title:` or `text:`, and in any
language or in one (`ru:"огонь"`, which then stands for all its forms). What is known of the post: `source:`, `party:`,
`kind:`, `language:`, `official`, `place:` (an id of the gazetteer, or any place inside it), `within:40km:place`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from monitor.rules import expression, terms
from monitor.rules.terms import Part

DEEPEST = 20  # parentheses in one another
_token = re.compile(r"""\s*(?:([(),])|((?:[a-z]{2,5}:)*"[^"]*")|((?:[a-z]{2,5}:)*/(?:[^/\\]|\\.)+/)|([^\s(),"]+))""")
_prefix = re.compile(r'([a-z]{2,5}):(?=["@/]|[a-z]{2,5}:)')
_near = re.compile(r"(NEAR|BEFORE)/\d+")
_within = re.compile(r"(\d+(?:\.\d+)?)km:(.+)")
_count = re.compile("[0-9]{1,3}")
_facts = ("source", "party", "kind", "language", "place")


class Said(NamedTuple):
    """A term that stands in the post, or in one field of it."""

    written: str
    language: str
    field: Part | None

    @property
    def category(self) -> str:
        """The id of the category that it is; "" if it is words, or several joined by NEAR."""
        return self.written[1:] if terms.is_category(self.written) and " " not in self.written else ""


class Known(NamedTuple):
    """Something known of the post: `what` is one of `source`, `party`, `kind`, `language`, `place`, `official`."""

    what: str
    value: str


class Within(NamedTuple):
    """A place that is named, at most so many kilometres away from `place`."""

    km: float
    place: str


class Not(NamedTuple):
    part: Node


class Some(NamedTuple):
    """At least `least` of the parts: `or` is 1, `and` is all of them."""

    least: int
    parts: tuple[Node, ...]


Node = Said | Known | Within | Not | Some
Leaf = Said | Known | Within


def read(written: str) -> Node:
    """Read an expression. Raises ValueError with a sentence: what is wrong, where, and what would be right."""
    reader = _Reader(written)
    node = reader.either(0)
    if reader.token:
        raise reader.wrong("the end, or 'and', 'or'")
    return node


def holds(node: Node, asked: Callable[[Leaf, bool], bool], *, wanted: bool = True) -> bool:
    """Tell whether an expression holds. `asked` tells it of a leaf, and hears whether it is wanted or under a `not`."""
    if isinstance(node, Not):
        return not holds(node.part, asked, wanted=not wanted)
    if isinstance(node, Some):
        return sum(holds(part, asked, wanted=wanted) for part in node.parts) >= node.least
    return asked(node, wanted)


def leaves(node: Node, *, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Yield each leaf, and whether it is wanted or under a `not`."""
    if isinstance(node, Not):
        yield from leaves(node.part, wanted=not wanted)
    elif isinstance(node, Some):
        for part in node.parts:
            yield from leaves(part, wanted=wanted)
    else:
        yield node, wanted


class _Reader:
    """One token of foresight is enough."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.place = self.next_place = 0
        self.token = ""
        self._advance()

    def either(self, depth: int) -> Node:
        parts = [self._both(depth)]
        while self._took("or"):
            parts.append(self._both(depth))
        return Some(1, tuple(parts)) if len(parts) > 1 else parts[0]

    def wrong(self, wanted: str) -> ValueError:
        there = f"{self.token!r} at character {self.place + 1}" if self.token else "nothing more"
        return ValueError(f"{self.written!r} cannot be read: wanted is {wanted}, there is {there}")

    def _both(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self._took("and"):
            parts.append(self._one(depth))
        return Some(len(parts), tuple(parts)) if len(parts) > 1 else parts[0]

    def _one(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.wrong(f"at most {DEEPEST} parentheses in one another")
        if self._took("not"):
            return Not(self._one(depth + 1))
        if self._took("("):
            node = self.either(depth + 1)
            self._expect(")")
            return node
        if _count.fullmatch(self.token):
            return self._some(depth)
        return self._leaf()

    def _some(self, depth: int) -> Node:
        least = int(self.token)
        self._advance()
        self._expect("of")
        self._expect("(")
        parts = [self.either(depth + 1)]
        while self._took(","):
            parts.append(self.either(depth + 1))
        if not 1 <= least <= len(parts):
            raise self.wrong(f"a number from 1 to {len(parts)} before 'of', for there are {len(parts)} parts")
        self._expect(")")
        return Some(least, tuple(parts))

    def _leaf(self) -> Leaf:
        token = self.token
        if not token or token.lower() in ("and", "or", "of", ")", ","):
            raise self.wrong("a @category, \"words\", a name like party:AM, 'not' or '('")
        if (known := self._known(token)) is not None:
            self._advance()
            return known
        return self._said()

    def _known(self, token: str) -> Known | Within | None:
        what, colon, value = token.partition(":")
        if token == "official":  # noqa: S105  # a word of the expression
            return Known("official", "true")
        if colon and what in _facts and value.strip('"'):
            if what == "language" and (why := terms.language_mistake(value)):
                raise ValueError(f"{self.written!r} cannot be read: {why}")
            return Known(what, value.strip('"'))
        if colon and what == "within":
            found = _within.fullmatch(value)
            if not found:
                raise self.wrong("a distance and a place, like within:40km:goris")
            return Within(float(found[1]), found[2])
        return None

    def _said(self) -> Said:
        field, language, written = self._operand()
        while _near.fullmatch(self.token):
            near = self.token
            self._advance()
            other_field, other_language, other = self._operand()
            if other_field not in (None, field) or other_language not in ("any", language):
                raise self.wrong("one field and one language on both sides of NEAR, named before the first")
            written = f"{written} {near} {other}"
        try:
            term = terms.read(written)
        except ValueError as why:
            raise ValueError(f"{self.written!r} cannot be read: {why}") from why
        if term.weight is not None:
            raise ValueError(f"{self.written!r} cannot be read: {written!r} has a weight; those belong under `terms`")
        if language != terms.EVERY_LANGUAGE and all(map(_knows_its_language, term.operands)):
            raise ValueError(f"{self.written!r} cannot be read: {language}: stands before no words, but {written}")
        return Said(written, language, field)

    def _operand(self) -> tuple[Part | None, str, str]:
        """Take `title:ru:"words"` apart and go on."""
        token, language = self.token, terms.EVERY_LANGUAGE
        field: Part | None = None
        while found := _prefix.match(token):
            if found[1] == "title":
                field = "title"
            elif found[1] == "text":
                field = "text"
            elif len(found[1]) <= 3:
                language = found[1]
            else:
                raise self.wrong(f"title:, text: or a language instead of {found[1]}:")
            token = token[found.end() :]
        if not (token.startswith("@") or expression.is_one(token) or (token.startswith('"') and token.strip('" '))):
            raise self.wrong('a @category, "words" in quotes, an /expression/, or a name like party:AM')
        self._advance()
        return field, language, token.strip('"') if token.startswith('"') else token

    def _took(self, word: str) -> bool:
        if self.token.lower() != word:
            return False
        self._advance()
        return True

    def _expect(self, word: str) -> None:
        if not self._took(word):
            raise self.wrong(repr(word))

    def _advance(self) -> None:
        found = _token.match(self.written, self.next_place)
        rest = self.written[self.next_place :]
        self.place = found.start(found.lastindex or 0) if found else self.next_place + len(rest) - len(rest.lstrip())
        self.token = found[found.lastindex or 0] if found else rest.strip()
        self.next_place = found.end() if found else len(self.written)


def _knows_its_language(operand: str) -> bool:
    """Tell whether a language before it would say nothing: that of a category is its own, an expression has none."""
    return terms.is_category(operand) or expression.is_one(operand)
