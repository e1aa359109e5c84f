"""What a version is compared with: the last one that said something else, or what its agency's own mark continues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from monitor import dedup
from monitor.judge.alone import Alone
from monitor.model import Entry, Origin, Post, Verdict, changed

if TYPE_CHECKING:
    from monitor.store import Store


class Before:
    """Of each post, the last version that mattered: as the store has it, and as this batch goes on."""

    def __init__(self, weighed: Mapping[str, Post]) -> None:
        self._weighed = dict(weighed)

    def compared(self, entry: Entry, origin: Origin, known: Sequence[Entry]) -> Entry:
        """Return an entry with what it is to be compared with as `previous`. `known`: what begins as it does.

        A first version has one where its own mark says that it is a later version of another post.
        """
        post = entry.post
        if post.revision > 1:
            return changed(entry, previous=self._weighed.get(post.key, entry.previous))
        with Alone(1):
            return changed(entry, previous=dedup.continued(post, [one.post for one in known], origin.timezone))
        return entry

    def judged(self, entry: Entry, verdict: Verdict) -> None:
        """Keep what became of an entry for those behind it."""
        if not verdict.idle:
            self._weighed[entry.post.key] = entry.post


async def before(store: Store, entries: Sequence[Entry]) -> Before:
    """Read what a batch is compared with: two round trips, none where there is no later version in it."""
    later = list(dict.fromkeys(entry.post.key for entry in entries if entry.post.revision > 1))
    return Before(await store.posts.weighed(later) if later else {})
