"""One line of the timeline, as its template wants it. Pure; the first paint and the live stream both come here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import Alert, Entry, Like, Origin, Post, Severity
from monitor.web.marks import Piece, excerpt, pieces, spans

_LONGEST_TITLE = 240  # characters
_WORTH_SAYING = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Row:
    """`severity` is None where no alert was raised. `id` names the version, so that a page shows it once.

    `late`: seconds from its publishing to our seeing it, None where that is not worth a word. `gone`: `deleted`, or
    `restored` where it was; None of any other.
    """

    id: str
    post: Post
    origin: Origin
    headline: list[Piece]
    extract: list[Piece]
    when: datetime | None
    late: float | None = None
    severity: Severity | None = None
    why: str | None = None
    silent: bool = False
    copy_of: str | None = None
    same_as: str | None = None
    like: Like | None = None
    update: bool = False
    gone: str | None = None


def row(entry: Entry, origin: Origin) -> Row:
    post, verdict = entry.post, entry.verdict
    matches = verdict.matches if verdict else ()
    if post.title:
        title = spans(matches, "title")
        long = len(post.title) > _LONGEST_TITLE
        headline = excerpt(post.title, title, _LONGEST_TITLE) if long else pieces(post.title, title)
        extract = excerpt(post.text, spans(matches, "text"))
    else:
        headline, extract = excerpt(post.text, spans(matches, "text")), []
    alerted = entry.alert is not None and verdict is not None
    return Row(
        id=f"{post.key}@{post.revision}",
        post=post,
        origin=origin,
        headline=headline or [Piece("(no words)")],
        extract=extract,
        when=post.published or post.created or post.seen,
        late=_late(post),
        severity=verdict.severity if alerted and verdict else None,
        why=" · ".join(verdict.reasons[:3]) if alerted and verdict and verdict.reasons else None,
        silent=entry.silent,
        copy_of=entry.copy_of,
        same_as=entry.same_as.key if entry.same_as and not entry.copy_of else None,
        like=entry.like,
        update=post.revision > 1,
        gone=("restored" if entry.deletion.restored else "deleted") if entry.deletion else None,
    )


def _late(post: Post) -> float | None:
    if not post.published or not post.seen:
        return None
    seconds = (post.seen - post.published).total_seconds()
    return seconds if seconds >= _WORTH_SAYING else None


def entry_of(alert: Alert) -> Entry:
    """Return an alert as the timeline's entry. Its `id` is the alert's: a page of alerts goes on from it."""
    return Entry(id=alert.id, post=alert.post, verdict=alert.verdict, alert=alert.id)


def origin_of(post: Post, known: Origin | None) -> Origin:
    """Return the source as configured; for one that left the configuration, what its post still says."""
    return known or Origin(id=post.source, kind=post.kind, name=post.source, language=post.language)
