"""What people are told of posts that disappear and come back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Alert, Deletion, Origin, Post, changed
from monitor.notices import notice
from monitor.poll.notify import News

_LONGEST_TITLE = 160  # characters


def deleted(post: Post, origin: Origin, what: Deletion, alert: Alert | None, ops: Sequence[str]) -> Alert:
    """Return the notice of a deletion: for all who were told of the post, as part of its incident, and for operators.

    `alert`: the newest one on the post, if there was any.
    """
    last = f"was last read at its source at {_moment(what.seen)}, " if what.seen else ""
    text = (
        f"“{_title(post)}” {last}was missed at {_moment(what.suspected)}, and was not there when it was looked for, "
        f"twice.\n\n"
        f"{_evidence(what)}\n\nIt is kept here as it was, in all its versions.\n\n"
        f"{post.permalink or 'It had no address of its own.'}"
    )
    return _notice("deleted", "has taken a statement away", text, post, origin, what.at, what.suspected, alert, ops)


def restored(post: Post, origin: Origin, what: Deletion, alert: Alert | None, ops: Sequence[str]) -> Alert:
    """Return the notice that a deleted post is there again. `what.restored`: since when."""
    at = what.restored or what.at
    text = (
        f"“{_title(post)}” is there again. It was found deleted at {_moment(what.at)}.\n\n{_evidence(what)}\n\n"
        f"{post.permalink or 'It has no address of its own.'}"
    )
    return _notice("restored", "has put a statement back", text, post, origin, at, what.suspected, alert, ops)


def vanished(missing: int, among: int, now: datetime) -> News:
    """Return what operators are told where a large part of a feed has gone at once."""
    text = (
        f"{missing} of {among} posts that it should still show are missing at once. That may be a fault, or its site "
        "clears up. None is called deleted for it: each is looked at by itself, slowly, and only what is gone for "
        "certain is told."
    )
    return News("vanished", "medium", "shows much less than it should", text, now)


def _notice(  # noqa: PLR0917  # what it is, then whom it is about and for
    what: str,
    title: str,
    text: str,
    post: Post,
    origin: Origin,
    now: datetime,
    since: datetime,
    alert: Alert | None,
    ops: Sequence[str],
) -> Alert:
    told = alert.verdict.to if alert else ()
    one = notice(
        what,
        origin,
        f"{origin.name} {title}: {_title(post)}",
        text,
        now,
        severity="medium" if alert else "low",
        to=(*told, *ops),
        since=since,
        about=post.key,
    )
    part = alert.incident if alert else None
    return changed(one, incident=changed(part, adds=f"a statement {what}")) if part else one


def _title(post: Post) -> str:
    line = " ".join((post.title or post.text).split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1].rstrip()}…"


def _evidence(what: Deletion) -> str:
    return "\n".join(what.evidence)


def _moment(moment: datetime) -> str:
    return f"{moment:%d %b %Y %H:%M} UTC"
