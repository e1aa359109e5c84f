"""One alert of several: what was gathered, held back or missed is told in one message."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.model import SEVERITIES, Alert, Incident, Joined, Mention, Origin, Post, Verdict, post_key
from monitor.notices import headline

KIND = "digest"  # the `kind` of the post and of the origin that a digest speaks with

_MOST_LINES = 50  # alerts that a digest names
_MOST_WORDS = 4  # that fired, of those of one alert
_LONGEST_TITLE, _LONGEST_CHANGE = 160, 100  # characters


def alert(
    alerts: Sequence[Alert],
    why: str,
    now: datetime,
    *,
    id: str,  # noqa: A002  # the alert's own; it is made from what is told, so that a repeat has the same
    incident: Incident | None = None,
    to: Iterable[str] = (),
    word: str = "DIGEST",
) -> Alert:
    """Return one alert of several, at least one. `why`: what gathered them, continuing "12 statements …".

    `word`: how its headline begins; "CALL" where somebody is called, which must not look like the morning's digest.

    Its post has the digest's words: a paragraph for each alert, oldest first, with time, source, severity and topics,
    title and link; of more than fifty the most severe are named. `incident`: the one they all belong to.
    """
    ordered = sorted(alerts, key=lambda one: (one.raised, one.id))
    title = f"{count(alerts)} {why}"
    verdict = _verdict(ordered, f"{word}: {title}", to)
    gravest = max(ordered, key=_gravity)
    post = Post(
        key=post_key(KIND, id),
        source=KIND,
        kind=KIND,
        native_id=id,
        published=now,
        seen=now,
        title=f"{title}{', the gravest' if len(ordered) > 1 else ''}: {_said(gravest)}",
        text=_listed(ordered),
        language="en",
        permalink=next((one.post.permalink for one in reversed(ordered) if one.post.permalink), None),
    )
    joined = _joined(alerts, incident) if incident else None
    return Alert(id=id, post=post, origin=_origin(ordered), verdict=verdict, raised=now, incident=joined)


def _joined(alerts: Sequence[Alert], incident: Incident) -> Joined:
    """Return what a digest is to the incident of its alerts: it cannot wait if one of them cannot."""
    adds = _once(one.incident.adds for one in alerts if one.incident and one.incident.adds)
    return Joined(
        incident=incident.id, number=incident.count, adds="; ".join(adds) or None, opened=incident.opened
    )  # fmt: skip


def of_one(alerts: Iterable[Alert]) -> str | None:
    """Return the id of the incident that all alerts belong to; None where there are several, or an alert has none."""
    found = {one.incident.incident if one.incident else None for one in alerts}
    return found.pop() if len(found) == 1 else None


def count(alerts: Sequence[Alert]) -> str:
    """Say how many there are: `12 statements, 1 notice`."""
    kinds = ["notice" if one.notice else "call" if one.post.kind == KIND else "statement" for one in alerts]
    numbers = [(kinds.count(what), what) for what in ("statement", "call", "notice")]
    return ", ".join(f"1 {what}" if number == 1 else f"{number} {what}s" for number, what in numbers if number)


def _verdict(alerts: Sequence[Alert], why: str, to: Iterable[str]) -> Verdict:
    verdicts = [one.verdict for one in alerts]
    languages = [tag for one in verdicts for tag in (one.languages or (one.language,)) if tag]
    return Verdict(
        alert=True,
        severity=max((one.severity for one in verdicts), key=SEVERITIES.index),
        topics=_once(topic for one in verdicts for topic in one.topics),
        rules=_once(rule for one in verdicts for rule in one.rules),
        to=_once(to),
        routes=_once(route for one in verdicts for route in one.routes),
        language="en",
        languages=_once(languages),
        places=_places(verdicts),
        reasons=(why,),
    )


def _origin(alerts: Sequence[Alert]) -> Origin:
    parties = {one.origin.party for one in alerts}
    party = parties.pop() if len(parties) == 1 else None
    return Origin(id=KIND, kind=KIND, name="Digest", party=party, official=all(one.origin.official for one in alerts))


def _places(verdicts: Iterable[Verdict]) -> tuple[Mention, ...]:
    """Return each place once. The places where they stood are in other texts, so nothing is to be marked in this."""
    found: dict[str, Mention] = {}
    for place in (place for one in verdicts for place in one.places if place.place):
        blank = Mention(place=place.place, name=place.name, at=place.at, within=place.within,
                        field="text", start=0, end=0, words="")  # fmt: skip
        found.setdefault(place.place or "", blank)
    return tuple(found.values())


def _listed(alerts: Sequence[Alert]) -> str:
    severe = sorted(alerts, key=lambda one: -SEVERITIES.index(one.verdict.severity))[:_MOST_LINES]
    named = [one for one in alerts if one in severe] if len(alerts) > _MOST_LINES else list(alerts)
    more = len(alerts) - len(named)
    return "\n\n".join([*map(_line, named), *([f"and {more} more"] if more else [])])


def _line(one: Alert) -> str:
    what = " · ".join((one.verdict.severity, *one.verdict.topics))
    who = headline(one) or f"{one.origin.name} · {what}"
    changed = _changed(one) if one.update else ""
    seen = one.post.seen or one.raised
    head = " · ".join(part for part in (f"{seen:%d %b %H:%M} UTC", who, changed, _said(one), _because(one)) if part)
    return f"{head}\n{one.post.permalink}" if one.post.permalink else head


def _because(one: Alert) -> str:
    """Name the words that fired, each once: every alert says why."""
    words = list(dict.fromkeys(" ".join(match.words.split()) for match in one.verdict.matches))
    more = f" +{len(words) - _MOST_WORDS}" if len(words) > _MOST_WORDS else ""
    return f"for “{'”, “'.join(words[:_MOST_WORDS])}”{more}" if words else ""


def _gravity(one: Alert) -> tuple[int, bool]:
    """Order alerts by severity; of two the graver is what could not wait."""
    return SEVERITIES.index(one.verdict.severity), bool(one.incident and one.incident.adds)


def _changed(one: Alert) -> str:
    """Say what a correction changed: `new version, new numbers: 7; numbers gone: 4`."""
    told = one.change.summary if one.change else "".join(one.verdict.reasons[:1])
    what = textwrap.shorten(told, _LONGEST_CHANGE, placeholder=" …")
    return f"new version, {what}" if what else "new version"


def _said(one: Alert) -> str:
    return textwrap.shorten(one.post.title or one.post.text, _LONGEST_TITLE, placeholder=" …")


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
