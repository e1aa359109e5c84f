"""Whether it is us who are cut off: then no source is to blame, and silence proves nothing."""

from __future__ import annotations

from monitor.errors import MonitorError, Resting, Unreachable

_FEWEST = 3  # different sources without any answer in between, below which nobody can tell


class Outlook:
    """Remembers which sources could not be reached since anybody last answered."""

    def __init__(self) -> None:
        self._unreached: set[str] = set()

    def saw(self, source: str, error: MonitorError | None) -> None:
        """Take note of a poll. An error with a status is an answer: the way there is open."""
        if isinstance(error, Resting):
            return  # nobody was asked
        if isinstance(error, Unreachable) and error.status is None:
            self._unreached.add(source)
        else:
            self._unreached.clear()

    @property
    def cut_off(self) -> bool:
        return len(self._unreached) >= _FEWEST
