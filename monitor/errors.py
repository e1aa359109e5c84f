"""What can go wrong, and what each means for the next step.

    MonitorError
    ├── ConfigError      the operator's file is wrong: say every mistake, start nothing
    ├── StoreUnavailable the store does not answer: wait, keep everything, try again
    ├── Partly           some recipients took it: the others are tried again, or lost for good
    ├── Unreachable      the far side or the way there is down: try again later, `retry_after` if it said when
    │   └── Resting      nobody was asked at all: the host had asked for patience before
    ├── Unreadable       it answered something nobody can read: try again, and tell a person if it stays so
    ├── Blocked          a bot wall or a log-in page answered instead: tell a person, ask seldom, never evade
    ├── Refused          we say no (address not allowed, answer too large): only a change of configuration helps
    ├── Rejected         the far side says no for good: the same message will never be taken
    └── Unauthorized     the far side wants other credentials: a person should look, then try again

Libraries' own errors are translated at the one door that imports the library, so no other file knows them.
A message never contains a secret, and names a place: a source, a channel, a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MOST_NAMED = 12  # as many as fit into a sentence


class MonitorError(Exception):
    """Base of all errors that are ours. `kind` is the stable word for logs and metrics."""

    kind = "error"


class ConfigError(MonitorError):
    """Mistakes in the configuration, all of them, one sentence each with its place."""

    kind = "config"

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class StoreUnavailable(MonitorError):
    kind = "store"


class Unreachable(MonitorError):
    """Try again later. `retry_after`: seconds the far side asked us to wait, or None."""

    kind = "unreachable"

    def __init__(self, message: str, *, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class Resting(Unreachable):
    """The host wants to be left alone, so it was not asked: that is no fault of the one who wanted to ask."""

    kind = "resting"


class Partly(MonitorError):
    """Some recipients took the message. `left`: those to try again; `lost`: those who refused it for good."""

    kind = "partly"

    def __init__(self, message: str, *, left: tuple[str, ...], lost: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.left = left
        self.lost = lost


class Unreadable(MonitorError):
    kind = "unreadable"


class Blocked(MonitorError):
    """A wall stands before what we asked for. `status`: that of its page."""

    kind = "blocked"

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Refused(MonitorError):
    kind = "refused"


class Rejected(MonitorError):
    """The far side refused for good. `status`: its HTTP or SMTP code where there is one."""

    kind = "rejected"

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Unauthorized(MonitorError):
    """The far side wants other credentials. `status`: its HTTP code where there is one."""

    kind = "unauthorized"

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


def nearest(name: str, names: Iterable[str]) -> str:
    """Return how a sentence on a wrong name ends: `; did you mean 'x'?` or, where none is near, the names there are."""
    known = sorted(names)
    if close := get_close_matches(name, known, n=1):
        return f"; did you mean {close[0]!r}?"
    return f"; there are: {', '.join(known)}" if 0 < len(known) <= _MOST_NAMED else ""
