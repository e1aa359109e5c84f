"""Notices: what the monitor itself has to say to whoever runs it. They are alerts, and go the same way. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.model import Alert, ChannelState, Delivery, Origin, Post, Severity, Verdict, digest

CHANNEL = "channel"  # the `origin.kind` of a notice about a channel, not about a source

# What there is to say, by the word that stands in `Alert.notice`, and what a person calls it.
PHRASES: dict[str, str] = {
    "failing": "source failing",
    "recovered": "source answers again",
    "blocked": "source blocked",
    "gone": "source gone",
    "changed": "source answers with something else",
    "moved": "source has moved",
    "silent": "source silent",
    "speaking": "source publishes again",
    "storm": "a flood of posts",
    "burst": "unusually many posts",
    "calm": "as many posts as usual again",
    "gap": "posts may have been missed",
    "budget": "budget used up",
    "slow": "posts seen late",
    "punctual": "posts seen in time again",
    "vanished": "much is missing",
    "deleted": "statement deleted",
    "restored": "statement restored",
    "acknowledged": "incident in hand",
    "channel-failing": "channel failing",
    "channel-dead": "alerts given up",
}

_WAITED = timedelta(minutes=10)  # for a channel that fails, before anybody is told


def notice(
    what: str,
    origin: Origin,
    title: str,
    text: str,
    now: datetime,
    *,
    severity: Severity = "medium",
    to: Iterable[str] = (),
    since: datetime | None = None,
    about: str = "",
) -> Alert:
    """Return a notice: `what` of PHRASES, `title` in one line, `text` says what happened, since when, and what to do.

    `since`: when it began, `now` if it is not given; `about`: the post, where it is about one. The id comes from the
    source, what it is, since when and about what: told twice, by two processes or after a lost answer, it is the same.
    """
    began = since or now
    name = digest("notice", origin.id, what, began.isoformat(), *filter(None, [about]))
    post = Post(
        key=f"{origin.id}:{name}",
        source=origin.id,
        kind="notice",
        native_id=name,
        published=began,
        title=" ".join(title.split()),
        text=text.strip(),
        language="en",
    )
    verdict = Verdict(alert=True, severity=severity, to=tuple(dict.fromkeys(to)), language="en")
    return Alert(id=name, post=post, origin=origin, verdict=verdict, raised=now, notice=what)


def headline(alert: Alert) -> str | None:
    """Return what a notice is called, `NOTICE · source silent · Ministry of Defence`; None for any other alert."""
    if alert.notice is None:
        return None
    phrase = PHRASES.get(alert.notice, alert.notice)  # a word of a version to come
    return " · ".join(("NOTICE", phrase, " ".join(alert.origin.name.split())))


def channel_failing(state: ChannelState, now: datetime, ops: Iterable[str]) -> Alert | None:
    """Return what to tell of a channel that takes nothing while an alert has waited for ten minutes; else None."""
    if not state.failures or state.oldest is None or now - state.oldest < _WAITED:
        return None
    waiting = "1 alert waits" if state.waiting == 1 else f"{state.waiting} alerts wait"
    text = (
        f"{waiting}, the oldest for {_span(now - state.oldest)}. {_last_error(state.error)}\n\n"
        "Nothing is lost: each is kept, and tried again until it is given up (give_up_after). Mend the channel, then "
        f"try it with `monitor send-test {state.id}`."
    )
    title = f"Channel {state.id} takes no alerts"
    return _of_channel("channel-failing", state, title, text, now, ops=ops, since=state.oldest)


def channel_dead(state: ChannelState, newest: Delivery, now: datetime, ops: Iterable[str]) -> Alert:
    """Return what to tell of a channel with dead letters; `newest`: the one given up last."""
    letters = "1 alert was given up" if state.dead == 1 else f"{state.dead} alerts were given up"
    text = (
        f"{_last_error(newest.error)}\n\n"
        f"What was given up is kept: `monitor deliveries --state dead --channel {state.id}` lists it. Once the channel "
        f"is mended, `monitor deliveries retry --channel {state.id}` sends it again."
    )
    title = f"Channel {state.id}: {letters}"
    return _of_channel("channel-dead", state, title, text, now, ops=ops, since=newest.queued or now)


def _of_channel(
    what: str, state: ChannelState, title: str, text: str, now: datetime, *, ops: Iterable[str], since: datetime
) -> Alert:
    """Make a notice about a channel. It does not go to that channel: there it would wait with the rest."""
    origin = Origin(id=state.id, kind=CHANNEL, name=state.id)
    others = (one for one in ops if one != state.id)
    return notice(what, origin, title, text, now, severity="high", to=others, since=since)


def _last_error(error: str | None) -> str:
    return f"The last error: {(error or 'not recorded').rstrip('.')}."


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
