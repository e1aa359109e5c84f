"""Which posts matter, and why. Pure: text in, verdicts out; no I/O, no clock.

`RuleConfig` is what an analyst writes; `Rulebook` is the compiled whole, made once and asked for every post.

Read in this order: `rule` (what is written), `terms`, `query` (its `when`), `fold` (one spelling for every word),
`field` (a title or text as folded words), `rows` and `near` (words in a row, and near each other), `finder` (all terms
of all rules), `hearing` (a post), `weigh` (what is cancelled), `score` (what the rest weighs), `book` (the verdict),
`changes` (whether an edited post is news).
"""

from __future__ import annotations

from monitor.rules.book import Rulebook
from monitor.rules.gazetteer import PlaceConfig
from monitor.rules.rule import CategoryConfig, RuleConfig, RuleId
from monitor.rules.window import WindowConfig

__all__ = ["CategoryConfig", "PlaceConfig", "RuleConfig", "RuleId", "Rulebook", "WindowConfig"]
