"""What is decided on one post: whether it alerts, beyond what the rules say of its words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from monitor import dedup
from monitor.judge.alone import Alone
from monitor.model import Alert, Entry, Gather, Origin, Post, Verdict, alert_id, changed
from monitor.policy import routes

if TYPE_CHECKING:
    from monitor.dedup import Said
    from monitor.policy.settings import RouteConfig
    from monitor.rules import Rulebook

log = structlog.get_logger("judge")

_FORMS = {"extended": "longer form of", "reworded": "other words for"}  # what may say more than the other place
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def decide(  # noqa: PLR0917  # what is judged, by what, and what is known beside: in the order of the question
    entry: Entry,
    origin: Origin,
    rulebook: Rulebook,
    original: Alert | None,
    said: Sequence[Said] = (),
    ways: Sequence[RouteConfig] = (),
    heard: Verdict | None = None,
) -> Verdict:
    """Say whether an entry alerts, and whom. `ways`: the routes beside the rules' own `to`. Pure.

    `heard`: what the rules say of the post's words, where they were asked before.

    On top of the rules: a source's first poll alerts nobody; a copy of words that have alerted, in `original`, is
    silent if everybody it would reach was told then, and so is a statement that was `said` elsewhere before, but for
    what a longer form adds; a new version alerts only where the change matters. A post on which the rules themselves
    fail is never passed over: it alerts everybody, with the reason.
    """
    try:
        return _decided(entry, origin, rulebook, original, said, ways, heard)
    except Exception as error:
        log.exception("judge.failed", post=entry.post.key)
        why = f"could not be judged, so a person should read it ({type(error).__name__}: {error})"
        to = tuple(dict.fromkeys((*rulebook.channels, *(channel for way in ways for channel in way.to))))
        return Verdict(alert=True, severity="medium", topics=("unjudged",), to=to, reasons=(why,))


def _decided(  # noqa: PLR0917  # as above
    entry: Entry,
    origin: Origin,
    rulebook: Rulebook,
    original: Alert | None,
    said: Sequence[Said],
    ways: Sequence[RouteConfig],
    heard: Verdict | None,
) -> Verdict:
    verdict = heard or rulebook.judge(entry.post, origin)
    matters = None
    if entry.previous:
        before = rulebook.judge(entry.previous, origin)
        matters = rulebook.matters(before, verdict, entry.previous, entry.post)
        if matters and not verdict.alert:
            verdict = _withdrawn(before, verdict)
        own = entry.previous.key == entry.post.key
        verdict = changed(verdict, idle=own and matters is None, updates=None if own else entry.previous.key)
    if not verdict.alert:
        return verdict
    verdict = routed(verdict, entry.post, origin, ways)
    told, longer = _told(entry, origin, rulebook, verdict, said)
    silence = None
    if entry.silent:
        silence = "first poll of this source: stored and shown, no alert"
    elif original and set(verdict.to) <= set(original.verdict.to):
        silence = f"same words as {entry.copy_of}, which has alerted"
    elif told:
        silence = told
    elif entry.previous and matters is None:
        silence = f"{_version(entry)} changes no term and no figure"
    if silence:
        return changed(verdict, alert=False, reasons=(silence, *verdict.reasons))
    new = tuple(filter(None, (longer, matters)))
    return changed(verdict, reasons=(*new, *verdict.reasons)) if new else verdict


def _version(entry: Entry) -> str:
    marked = dedup.marked_version(entry.post) if entry.post.revision == 1 else None
    return marked.said if marked else f"version {entry.post.revision}"


def routed(verdict: Verdict, post: Post, origin: Origin, ways: Sequence[RouteConfig]) -> Verdict:
    """Return the verdict with the routes that take its alert, and their channels after those of the rules."""
    about = Alert(id="", post=post, origin=origin, verdict=verdict, raised=post.seen or _BEGINNING)
    found = routes.routed(about, ways)
    return changed(verdict, to=tuple(dict.fromkeys((*verdict.to, *found.to))), routes=found.ids)


def _told(
    entry: Entry, origin: Origin, rulebook: Rulebook, verdict: Verdict, said: Sequence[Said]
) -> tuple[str | None, str | None]:
    """Return why a statement said elsewhere is silent here; else what it adds to a place that has alerted, if any.

    Silent only if everybody it would reach was told; no unofficial source silences an official one. An edit is silent
    only where the other place was edited to the same words: taking back what both had said is news.
    """
    longer = here = None
    for one in said:
        there = one.entry
        told = there.alert and there.verdict and set(verdict.to) <= set(there.verdict.to)
        same_edit = one.likeness == "same" and there.post.revision > 1
        if not told or (origin.official and not one.origin.official) or (entry.previous and not same_edit):
            continue
        where = placed(one)
        adds = None
        if one.likeness in _FORMS:
            before, now = dedup.bare(there.post), dedup.bare(entry.post)
            here = here or rulebook.judge(now, origin)
            adds = rulebook.matters(rulebook.judge(before, origin), here, before, now)
        if adds is None:
            return f"same statement as {where}, which has alerted", None
        longer = longer or f"{_FORMS[one.likeness]} {where}: {adds}"
    return None, longer


def placed(said: Said) -> str:
    """Return where and when a statement was said, in words."""
    when = said.entry.post.published or said.entry.post.seen
    return f"{said.origin.name}{when:, %H:%M UTC}" if when else said.origin.name


def _withdrawn(before: Verdict, now: Verdict) -> Verdict:
    """A version that no longer says what made its predecessor alert goes to whoever was told the first."""
    if not before.alert:
        return now
    return changed(before, language=now.language, matches=(), reasons=())


def alert_for(  # noqa: PLR0917  # as above
    post: Post,
    origin: Origin,
    verdict: Verdict,
    now: datetime,
    said: Sequence[Said] = (),
    gather: Gather | None = None,
    previous: Post | None = None,
) -> Alert | None:
    """Return the alert that a verdict asks for, if any. `previous`: what the post is a later version of."""
    if not verdict.alert:
        return None
    change = None
    with Alone(1):
        change = dedup.change(previous, post) if previous else None
    return Alert(
        id=alert_id(post),
        post=post,
        origin=origin,
        verdict=verdict,
        raised=now,
        update=post.revision > 1 or verdict.updates is not None,
        change=change,
        places=dedup.places(said, post, origin),
        gather=gather,
    )


def speaks(entry: Entry, verdict: Verdict) -> bool:
    """Say whether a judged entry counts in windows. Pure.

    A copy does, though it is silent: its source speaks too. A first poll does not, nor a version that is no news.
    """
    return bool(verdict.rules) and not entry.silent and (verdict.alert or entry.previous is None)
