"""Which languages' terms do not count where another is spoken.

Scripts part Armenian and Russian from the rest; so only English, French and the two Turkic languages turn down each
other's terms. Where the language is not plain, every term counts: an alert too many is the smaller harm.
"""

from __future__ import annotations

# Azerbaijani and Turkish are too close to be kept apart.
_KIN = {"en": "english", "fr": "french", "az": "turkic", "tr": "turkic"}
_FOREIGN = {spoken: frozenset(one for one, kin in _KIN.items() if kin != own_kin) for spoken, own_kin in _KIN.items()}
_NONE = frozenset[str]()


def foreign(spoken: str | None) -> frozenset[str]:
    """Return the languages whose terms do not count where one is spoken."""
    return _FOREIGN.get(spoken or "", _NONE)
