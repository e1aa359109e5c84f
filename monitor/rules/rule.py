"""What an analyst writes: one rule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from monitor.model import Severity
from monitor.rules.terms import language_mistake, mistake

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Reach = Literal["sentence", "title", "onward"]


class RuleConfig(BaseModel):
    """One rule. It fires when a term stands in title or text and every filter lets the post's source through.

    terms    by language (BCP 47, or `any`): words, phrases, `prefix*`, whole words whatever the case
    unless   the same form: contexts that cancel the terms of their sentence (an anniversary, a vacancy); one that
             touches a term itself ("no casualties", "position paper") cancels that term only
    reach    how far a context cancels that stands in a sentence without any term: no further (`sentence`), from the
             title the whole text (`title`), or from any sentence the next one too (`onward`)
    sources, parties, official   filters; empty or None lets all through
    to       channel ids
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: RuleId
    topic: str = ""
    severity: Severity = "medium"
    to: tuple[str, ...] = ()
    terms: dict[str, tuple[str, ...]]
    unless: dict[str, tuple[str, ...]] = {}
    reach: Reach = "title"
    sources: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    official: bool | None = None
    enabled: bool = True

    @field_validator("terms", "unless")
    @classmethod
    def _usable(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        found = [language_mistake(tag) for tag in value]
        found += [mistake(term) for terms in value.values() for term in terms]
        if mistakes := [sentence for sentence in found if sentence]:
            raise ValueError("; ".join(mistakes))
        return value

    @field_validator("terms")
    @classmethod
    def _some(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not any(value.values()):
            raise ValueError("a rule without a term never fires; wanted is at least one, like en: [border]")
        return value

    @property
    def subject(self) -> str:
        """The topic the rule speaks for; its own id where none is named."""
        return self.topic or self.id
