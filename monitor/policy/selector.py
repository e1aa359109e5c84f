"""Which alerts a route or a silence means."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import SEVERITIES, Alert
from monitor.policy.settings import Selector


def selects(selector: Selector, alert: Alert) -> bool:
    """Say whether an alert is meant: every field that says something must hold, of a list one is enough."""
    verdict, origin = alert.verdict, alert.origin
    return (
        _one(selector.rules, verdict.rules)
        and _one(selector.topics, verdict.topics)
        and (selector.severity is None or at_least(verdict.severity, selector.severity))
        and _one(selector.sources, (origin.id,))
        and _one(selector.parties, (origin.party,))
        and selector.official in (None, origin.official)
        and (not selector.languages or any(speaks(wanted, alert) for wanted in selector.languages))
        and _one(selector.places, around(alert))
    )


def everything(selector: Selector) -> bool:
    """Say whether a selector asks for nothing, and so means every alert."""
    return not any(getattr(selector, name) not in ((), None) for name in Selector.model_fields)


def words(selector: Selector) -> str:
    """Say in words what is meant: `casualties of AM or AZ, high or above`; `everything` where nothing is asked for."""
    official = {True: "official sources", False: "unofficial sources", None: ""}[selector.official]
    parts = [
        f"rule {_or(selector.rules)}" if selector.rules else "",
        _of(_or(selector.topics), _or(selector.parties)),
        f"from {_or(selector.sources)}" if selector.sources else "",
        f"from {official}" if official else "",
        f"in {_or(selector.places)}" if selector.places else "",
        f"language {_or(selector.languages)}" if selector.languages else "",
        _severity(selector),
    ]
    return ", ".join(part for part in parts if part) or "everything"


def at_least(severity: str, wanted: str) -> bool:
    """Say whether a severity is the wanted one or a higher one."""
    levels: tuple[str, ...] = SEVERITIES
    return levels.index(severity) >= levels.index(wanted)


def speaks(wanted: str, alert: Alert) -> bool:
    """Say whether an alert's post is, at least in part, in a language: `ru` means `ru-RU` too."""
    found = {*alert.verdict.languages, alert.verdict.language or alert.post.language or ""}
    return any(covers(wanted, tag) for tag in found)


def covers(wanted: str, tag: str) -> bool:
    """Say whether a language tag is the wanted one or a narrower one (basic filtering of RFC 4647)."""
    return f"{tag}-".lower().startswith(f"{wanted}-".lower())


def around(alert: Alert) -> tuple[str, ...]:
    """Return ids of the places that a post names, and of all that lies around them."""
    return tuple(one for place in alert.verdict.places if place.place for one in (place.place, *place.within))


def _one(wanted: Iterable[str], found: Iterable[str | None]) -> bool:
    wanted = set(wanted)
    return not wanted or not wanted.isdisjoint(found)


def _or(names: Iterable[str]) -> str:
    *first, last = names or ("",)
    return f"{', '.join(first)} or {last}" if first else last


def _of(topics: str, parties: str) -> str:
    return f"{topics or 'what is said'} of {parties}" if topics and parties else topics or (parties and f"of {parties}")


def _severity(selector: Selector) -> str:
    if selector.severity is None:
        return ""
    return selector.severity if selector.severity == SEVERITIES[-1] else f"{selector.severity} or above"
