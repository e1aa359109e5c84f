"""Which posts matter, and why. Pure: text in, verdicts out; no I/O, no clock.

`RuleConfig` is what an analyst writes; `Rulebook` is the compiled whole, made once and asked for every post.

Read in this order: `rule` (what is written), `terms`, `fold` (one spelling for every word), `field` (a title or text
as a line of folded words), `automaton` (all terms found in one pass), `sentences`, `language`, `weigh` (what counts,
what is cancelled), `book` (the verdict), `changes` (whether an edited post is news).
"""

from __future__ import annotations

from monitor.rules.book import Rulebook
from monitor.rules.gazetteer import PlaceConfig
from monitor.rules.rule import CategoryConfig, RuleConfig, RuleId
from monitor.rules.window import WindowConfig

__all__ = ["CategoryConfig", "PlaceConfig", "RuleConfig", "RuleId", "Rulebook", "WindowConfig"]
