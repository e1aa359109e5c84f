"""Which posts are missing from the middle of what a source shows. Pure.

A feed shows its newest posts, so what falls off its end is merely old. What has gone although older posts are still
shown has been taken away, or the source shows something else than it used to: only a look at the post itself tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.model import Batch, Bookmark, SourceState

MOST = 200  # posts of a window that are remembered

_PURGE_FEWEST, _PURGE_SHARE = 5, 0.5  # so many, and such a share of what should be there, are no single deletions


class Missing(NamedTuple):
    """`keys`: of the posts that are missing, of `among` that should be there."""

    keys: tuple[str, ...] = ()
    among: int = 0

    @property
    def is_purge(self) -> bool:
        """Whether so many at once are rather a fault, new ids, or a site that clears up."""
        return len(self.keys) >= _PURGE_FEWEST and len(self.keys) >= _PURGE_SHARE * self.among


def window_of(batch: Batch) -> tuple[str, ...] | None:
    """Return the keys of the posts that a source shows now, the newest first; None where this answer cannot tell.

    What came with a warning may be a part; an empty page may be anything.
    """
    if batch.unchanged or batch.warnings or not batch.window:
        return None
    return tuple(dict.fromkeys(batch.window))


def is_in_order(before: SourceState) -> bool:
    """Whether the last answer was as usual: the first one after a trouble is compared with nothing yet."""
    return before.failures == 0 and before.health in ("healthy", "late")


def is_same_place(left: Bookmark | None, now: Bookmark) -> bool:
    """Whether the answer came from where the one before came from: another host, or address, has its own window."""
    return left is not None and all(left.cursor.get(name) == now.cursor.get(name) for name in ("home", "at", "account"))


def missing(before: Sequence[str], now: Sequence[str], *, complete: bool = False) -> Missing:
    """Return what stood before something that is still shown, and is shown no more; the newest come first in both.

    Some may have moved up to the front, as what is published anew does. None is missing where nothing is left of the
    old window, or where what is left stands in another order: then places mean nothing. `complete`: nothing else exists
    there, so that what fell off the end has gone, too.
    """
    shown = set(now)
    left = [key for key in before if key in shown]
    stayed = _in_order(left, now)
    if not left or not (complete or stayed):
        return Missing()
    among = before if complete else before[: before.index(stayed[-1]) + 1]
    return Missing(tuple(key for key in among if key not in shown), len(among))


def _in_order(left: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return what stands as it stood, without what has moved up to the front; none where that is not most of it."""
    known = set(left)
    standing = [key for key in now if key in known]
    for moved in range((len(left) + 1) // 2):
        up = set(standing[:moved])
        if standing[moved:] == [key for key in left if key not in up]:
            return standing[moved:]
    return []


def written(keys: Sequence[str]) -> str:
    """Return a window for the store: the keys' own halves, without the source that all share."""
    return " ".join(key.rpartition(":")[2] for key in keys[:MOST])


def read(source: str, text: str | None) -> tuple[str, ...]:
    """Return the keys that `written` wrote; none for nothing."""
    return tuple(f"{source}:{half}" for half in (text or "").split())
