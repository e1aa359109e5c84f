"""Our own sign of life in the store, and what may be done by it.

Every process renews its sign each second. One that has given none for `LIFE` counts as dead, and others inherit what
it has not finished. So a process whose sign is not fresh (it was paused, the store was away) sends nothing: somebody
else may be sending it already. And after the store was away nobody inherits before everybody had time to sign again.
"""

from __future__ import annotations

import time

LIFE = 10.0  # seconds a sign lasts


class Life:
    def __init__(self) -> None:
        self._signed = 0.0
        self._inherit_from = 0.0

    def signed(self, at: float) -> None:
        """Take note that the sign was renewed; `at` (monotonic) is when the store was asked, not when it answered."""
        if self._inherit_from == float("inf"):
            self._inherit_from = at + LIFE
        self._signed = at

    def lost(self) -> None:
        """Take note that the store did not take the sign."""
        self._inherit_from = float("inf")

    @property
    def fresh(self) -> bool:
        """Whether what we took is certainly still ours."""
        return time.monotonic() - self._signed < LIFE * 0.6

    @property
    def may_inherit(self) -> bool:
        return self.fresh and time.monotonic() >= self._inherit_from
