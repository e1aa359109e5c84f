"""What nobody is told for a while: it is stored, shown and counted, and no channel gets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from monitor.model import Alert, Silence, digest, encode
from monitor.policy.selector import everything, selects, words
from monitor.policy.settings import Selector

LONGEST = timedelta(days=30)

_ALL = "all"


def active(silences: Sequence[Silence], now: datetime) -> list[Silence]:
    """Return the silences that hold now, the one that ends last first."""
    holding = [one for one in silences if one.since <= now < (one.ended or one.until)]
    return sorted(holding, key=lambda one: one.until, reverse=True)


def matching(silences: Sequence[Silence], alert: Alert, now: datetime) -> Silence | None:
    """Return the silence that keeps an alert from people now, the one that does so longest; None if none does.

    Notices are never silenced: they say that the monitor itself is in trouble.
    """
    if alert.notice is not None:
        return None
    return next((one for one in active(silences, now) if selects(selector(one), alert)), None)


def unsilenced(silences: Sequence[Silence], alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """Return the alerts that nothing silences now, and nothing did when they were raised."""
    return [one for one in alerts if not matching(silences, one, now) and not matching(silences, one, one.raised)]


def selector(silence: Silence) -> Selector:
    return Selector.model_validate({name: value for name, value in silence.when.items() if name != _ALL})


def described(silence: Silence) -> str:
    """Say in words what is silenced."""
    return words(selector(silence))


def new(  # noqa: PLR0917  # in the order in which one says it; callers name them
    when: Mapping[str, Any], reason: str, by: str, since: datetime, until: datetime | None, now: datetime
) -> Silence:
    """Make a silence. `when`: fields of a selector; for everything it must say so, `{"all": true}`.

    Raises ValueError with what is wrong and what would be right.
    """
    reason, by = " ".join(reason.split()), " ".join(by.split())
    if not reason:
        raise ValueError("a silence without a reason: say why, others will wonder")
    if not by:
        raise ValueError("a silence by nobody: say who asks for it")
    given = {name: value for name, value in when.items() if name != _ALL}
    try:
        meant = Selector.model_validate(given)
    except ValidationError as error:
        raise ValueError(_wrong(error)) from None
    if everything(meant) is not (when.get(_ALL) is True):
        raise ValueError(
            "it would silence everything: name what is meant, or say all: true"
            if everything(meant)
            else "all: true beside other conditions: leave out one or the other"
        )
    end = _end(since, until, now)
    kept = meant.model_dump(exclude_defaults=True) or {_ALL: True}
    name = digest("silence", by, since.isoformat(), end.isoformat(), encode(kept).decode())
    return Silence(id=name, when=kept, reason=reason, by=by, since=since, until=end)


def _end(since: datetime, until: datetime | None, now: datetime) -> datetime:
    if until is None:
        raise ValueError("a silence without an end: say until when, at most 30 days from now")
    if until <= max(now, since):
        raise ValueError(f"it ends {until:%Y-%m-%d %H:%M %Z}, before it has begun; wanted is an end in the future")
    if until - max(now, since) > LONGEST:
        raise ValueError("it lasts more than 30 days; what is not wanted for longer belongs into the rules or routes")
    return until


def _wrong(error: ValidationError) -> str:
    names = ", ".join(Selector.model_fields)
    found = []
    for one in error.errors(include_url=False):
        name = ".".join(map(str, one["loc"]))
        if one["type"] == "extra_forbidden":
            found.append(f"nothing can be selected by {name!r}; there are: {names}")
        else:
            found.append(f"{name}: {one['msg'][:1].lower()}{one['msg'][1:]}")
    return "; ".join(found)
