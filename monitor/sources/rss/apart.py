"""What feedparser keeps from one entry to the next. Where that is always the same, each entry is read by itself."""

from __future__ import annotations

from typing import Any

# What is gathered rather than kept, what is begun anew with each entry, and what the elements are that we are in.
_GATHERED = {"entries", "whole", "property_depth_map", "hours", "days", "deleted", "complete", "exc"}
_BEGUN_ANEW = {"guidislink", "title_depth", "_medium"}
_OWN = {"elementstack", "namespaces_in_use", "namespacemap", "before", "apart"}
_LEFT_OUT = _GATHERED | _BEGUN_ANEW | _OWN


def state(parser: Any) -> dict[str, Any]:
    """Return all of a strict parser's memory that can change how the next entry is read.

    A namespace that feedparser knows is looked up by itself, never by what was declared before.
    """
    kept = {
        name: value.copy() if isinstance(value, list | dict) else value
        for name, value in vars(parser).items()
        if name not in _LEFT_OUT
    }
    known = parser._matchnamespaces  # noqa: SLF001  # its own table
    declared = {p: uri for p, uri in parser.namespaces_in_use.items() if uri.lower() not in known}
    mapped = {prefix: own for prefix, own in parser.namespacemap.items() if prefix not in (None, own)}
    return {**kept, "in": [(name, text) for name, text, _ in parser.elementstack], "ns": declared, "prefixes": mapped}
