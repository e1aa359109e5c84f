"""Which posts a post is a near copy of, among those that share words with it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.dedup.copies import copy_of
from monitor.dedup.elsewhere import Said
from monitor.model import Entry, Like, Origin


def near(entry: Entry, of: Origin, earlier: Sequence[tuple[Entry, Origin]]) -> tuple[Like | None, tuple[Said, ...]]:
    """Return what a post is a near copy of, and all of `earlier` that it is one of, those that share most first.

    The copies of a copy are kept with the first of all, so that they count as one. Two parties never say the same: "our
    positions" are others in the mouth of the other side.
    """
    found = [
        (one, origin, copied)
        for one, origin in earlier
        if one.post.key != entry.post.key
        and not (of.party and origin.party and of.party != origin.party)
        and (copied := copy_of(one.post, entry.post))
    ]
    if not found:
        return None, ()
    first, _, copied = found[0]
    known = first.like if first.like and first.like.kind != "retold" else None  # who retells has words of his own
    root = known.key if known else first.copy_of or first.post.key
    like = Like(key=root, kind=copied.kind, share=copied.share) if root != entry.post.key else None
    return like, tuple(Said(one, origin, copied.kind) for one, origin, copied in found)
