"""Our own sign of life in the store, and what may be done by it.

Every process renews its sign each second. One that has given none for `LIFE` counts as dead, and others inherit what
it has not finished. So a process whose sign is not fresh (it was paused, the store was away) sends nothing: somebody
else may be sending it already. And after the store was away nobody inherits before everybody had time to sign again.
Only what somebody left who said goodbye is taken over at any time: there is no doubt that it is gone.
"""

from __future__ import annotations

import time

LIFE = 10.0  # seconds a sign lasts
_FRESH = 0.6 * LIFE  # seconds for which we rely on it: others' clocks and a slow answer need their share


class Life:
    """`grace`: seconds from the start in which the dead have no heir, for the store may have been away until now."""

    def __init__(self, *, grace: float = LIFE) -> None:
        self._signed = 0.0
        self._inherit_from = time.monotonic() + grace

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
        """Whether our sign certainly stands."""
        return time.monotonic() - self._signed < _FRESH

    @property
    def may_inherit(self) -> bool:
        """Whether whoever gives no sign of life has certainly had time to."""
        return self.fresh and time.monotonic() >= self._inherit_from
