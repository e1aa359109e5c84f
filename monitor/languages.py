"""Languages as people call them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Verdict

_NAMES = {
    "az": "Azerbaijani", "en": "English", "fr": "French", "hy": "Armenian", "ru": "Russian", "tr": "Turkish"
}  # fmt: skip


def told(verdict: Verdict) -> str:
    """Return `Armenian`, or `Armenian, and Russian in some sentences`; nothing where none was recognised.

    A tag of another language stands there as it was given.
    """
    first = [verdict.language] if verdict.language else list(verdict.languages)
    others = [one for one in verdict.languages if one not in first]
    return named(first) + (f", and {named(others)} in some sentences" if others else "")


def named(tags: Sequence[str]) -> str:
    """Return `Armenian, Russian and English`."""
    names = [_NAMES.get(tag, tag) for tag in tags]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
