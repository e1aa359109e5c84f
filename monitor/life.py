"""Our own sign of life in the store, and what may be done by it.

Every process renews its sign each second. One that has given none for `LIFE` counts as dead, and others inherit what
it has not finished. So a process whose sign is not fresh (it was paused, the store was away) sends nothing: somebody
else may be sending it already. And after the store was away nobody inherits before everybody had time to sign again.
"""

from __future__ import annotations

import time

LIFE = 10.0  # seconds a sign lasts
_FRESH = 0.6 * LIFE  # seconds for which we rely on it: others' clocks and a slow answer need their share


class Life:
    """`grace`: seconds from the start in which nothing is inherited, for the store may have been away until now.

    `epoch` counts how often the sign had lapsed: what was taken in an earlier one may be another's by now.
    """

    def __init__(self, *, grace: float = LIFE) -> None:
        self.epoch = 0
        self._signed = 0.0
        self._inherit_from = time.monotonic() + grace

    def signed(self, at: float) -> None:
        """Take note that the sign was renewed; `at` (monotonic) is when the store was asked, not when it answered."""
        if self._inherit_from == float("inf"):
            self._inherit_from = at + LIFE
        if at - self._signed >= _FRESH:
            self.epoch += 1
        self._signed = at

    def lost(self) -> None:
        """Take note that the store did not take the sign."""
        self._inherit_from = float("inf")

    @property
    def fresh(self) -> bool:
        """Whether our sign certainly stands."""
        return time.monotonic() - self._signed < _FRESH

    def unbroken_since(self, epoch: int) -> bool:
        """Whether what was taken in an epoch is certainly still ours."""
        return self.fresh and self.epoch == epoch

    @property
    def may_inherit(self) -> bool:
        return self.fresh and time.monotonic() >= self._inherit_from
