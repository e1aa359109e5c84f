"""Places by all their names: what a post names, in which script and state's naming, and which place is meant.

Read in this order: `place` (a row of `config/places/`), `ground` (what lies in what, and how far apart), `names`
(where names stand in a field), `spelling` (names a letter off), `words` ("village", "direction"), `beside` (what stands
around a name), `context` (which of several places is meant), `gazetteer` (the whole).
"""

from __future__ import annotations

from monitor.rules.gazetteer.gazetteer import Gazetteer
from monitor.rules.gazetteer.place import PlaceConfig, PlaceKind

__all__ = ["Gazetteer", "PlaceConfig", "PlaceKind"]
