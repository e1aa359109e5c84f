"""What an analyst writes: one rule, and the categories of words that rules share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import fsum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from monitor.model import Severity
from monitor.rules import query
from monitor.rules.query import Leaf, Node, Said
from monitor.rules.terms import Term, is_category, language_mistake, read

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Reach = Literal["sentence", "title", "onward", "paragraph"]


def _term(written: str) -> str:
    read(written)
    return written


def _language(tag: str) -> str:
    if why := language_mistake(tag):
        raise ValueError(why)
    return tag


def _filled(value: Terms) -> Terms:
    """Leave out languages without a term."""
    return {language: several for language, several in value.items() if several}


# Each by itself, so that a mistake is told by its own line.
Terms = dict[Annotated[str, AfterValidator(_language)], tuple[Annotated[str, AfterValidator(_term)], ...]]
FiledTerms = Annotated[Terms, AfterValidator(_filled)]


class CategoryConfig(BaseModel):
    """Words that rules share as `@id`: what is said of fire, of exercises, of sport.

    terms      by language (BCP 47, or `any`)
    guard      shown with every verdict on a post that holds one, whatever the rules make of it: a denial, a quotation
    parties    counted only in posts of sources of these parties, or of none; empty lets all through
    reach      how far it cancels as a context, whatever the rule says
    threshold  makes it a score: in `when` it holds if the weights of its terms that stand add up to this
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: RuleId
    terms: FiledTerms
    guard: bool = False
    parties: tuple[str, ...] = ()
    reach: Reach | None = None
    threshold: Annotated[float | None, Field(gt=0)] = None

    @field_validator("terms")
    @classmethod
    def _some(cls, value: Terms) -> Terms:
        if not value:
            raise ValueError("a category without a term is never found; wanted is at least one, like en: [border]")
        return value


class RuleConfig(BaseModel):
    """One rule. It fires when its terms stand in title or text, `when` holds, and every filter lets the source through.

    terms      by language (BCP 47, or `any`): words in all their forms, phrases, `prefix*`, `a NEAR/5 b`, `@category`
    threshold  what the weights of the different terms that stand must add up to; a term without one weighs 1
    when       what must hold beside: terms, places and what is known of the post, with and, or, not
    unless     contexts that cancel the terms of their sentence (an anniversary, a vacancy); one that touches a term
               itself ("no casualties", "position paper") cancels that term only
    reach      how far a context cancels that stands in a sentence without any term: no further (`sentence`), from the
               title the whole text (`title`), or from any sentence the next one too (`onward`); or, wherever it
               stands, all that follows in its paragraph, and from a title the whole text (`paragraph`)
    sources, parties, official   filters; empty or None lets all through
    to         channel ids
    must_alert, must_not_alert   texts on which the rule must fire or keep silent; `monitor check` tries them
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: RuleId
    topic: str = ""
    severity: Severity = "medium"
    to: tuple[str, ...] = ()
    terms: FiledTerms = {}
    threshold: Annotated[float, Field(gt=0)] = 1.0
    when: str = ""
    unless: FiledTerms = {}
    reach: Reach = "title"
    sources: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    official: bool | None = None
    enabled: bool = True
    must_alert: tuple[str, ...] = ()
    must_not_alert: tuple[str, ...] = ()

    @field_validator("when")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value:
            query.read(value)
        return value

    @model_validator(mode="after")
    def _some(self) -> RuleConfig:
        if not self.terms and not self.when:
            raise ValueError("a rule without a term never fires; wanted is at least one, like en: [border], or `when`")
        most = fsum(max(1.0 if term.weight is None else term.weight, 0.0) for _, _, term in taken_apart(self.terms))
        named = any(is_category(operand) for _, _, term in taken_apart(self.terms) for operand in term.operands)
        if self.terms and not named and most < self.threshold:
            raise ValueError(f"the weights of all terms add up to {most:g}, less than the threshold {self.threshold:g}")
        return self

    @cached_property
    def condition(self) -> Node | None:
        """`when`, read; None if the terms are all there is."""
        return query.read(self.when) if self.when else None

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What must be said, or not be said, for `when` to hold: each once, in its order."""
        found = (leaf for leaf, _ in query.leaves(self.condition) if isinstance(leaf, Said)) if self.condition else ()
        return tuple(dict.fromkeys(found))

    @cached_property
    def wanted(self) -> frozenset[Leaf]:
        """What `when` asks for; not what it wants only absent."""
        leaves = query.leaves(self.condition) if self.condition else ()
        return frozenset(leaf for leaf, wanted in leaves if wanted)

    @property
    def subject(self) -> str:
        """The topic the rule speaks for; its own id where none is named."""
        return self.topic or self.id


def taken_apart(filed: Terms) -> Iterator[tuple[str, str, Term]]:
    """Yield the language, the writing and the parts of each term."""
    return ((language, written, read(written)) for language, several in filed.items() for written in several)
