"""Which posts matter, and why. Pure: text in, verdicts out; no I/O, no clock.

`RuleConfig` is what an analyst writes; `Rulebook` is the compiled whole, made once and asked for every post.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitor.model import Origin, Post, Severity, Verdict

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class RuleConfig(BaseModel):
    """One rule. It fires when a term stands in title or text and every filter lets the post's source through.

    terms    by language (BCP 47, or `any`): words, phrases, `prefix*`, whole words whatever the case
    unless   the same form: contexts that cancel a term standing in the same sentence (an anniversary, a vacancy)
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
    sources: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    official: bool | None = None
    enabled: bool = True

    @property
    def subject(self) -> str:
        """The topic the rule speaks for; its own id where none is named."""
        return self.topic or self.id


class Rulebook:
    """All rules, compiled into one automaton."""

    def __init__(self, rules: Sequence[RuleConfig]) -> None:
        raise NotImplementedError

    def judge(self, post: Post, origin: Origin) -> Verdict:
        """Say whether the post alerts, on which words, and otherwise why not, rule by rule."""
        raise NotImplementedError
