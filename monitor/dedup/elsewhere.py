"""Where else a statement was said before: of the posts that begin alike those that say it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from monitor.dedup.likeness import same_statement
from monitor.model import Entry, Likeness, Origin, Place, Post, Repeat, SameAs


class Said(NamedTuple):
    """An earlier place of a statement, and what the later one is of what was said there.

    `entry`: with the verdict, and in `alert` the id of the alert that told it, if any.
    """

    entry: Entry
    origin: Origin
    likeness: Likeness


def elsewhere(entry: Entry, earlier: Sequence[tuple[Entry, Origin]]) -> tuple[Said, ...]:
    """Return where other sources said the statement before, in the order in which it was seen.

    `earlier`: posts of the same party that begin alike. A source says a statement once: where it has said the same as
    one of these in another post, this post is another statement in the same words.
    """
    own = [one.post for one, _ in earlier if one.post.source == entry.post.source and one.post.key != entry.post.key]
    found = [
        Said(one, origin, likeness)
        for one, origin in sorted(earlier, key=lambda pair: _when(pair[0].post))
        if one.post.source != entry.post.source
        and (likeness := same_statement(one.post, entry.post))
        and not any(same_statement(one.post, mine) for mine in own)
    ]
    return tuple(found)


def same_as(said: Sequence[Said]) -> SameAs | None:
    """Return what is noted on a post that was said elsewhere before: the first place of all, as far as it is known."""
    if not said:
        return None
    first = said[0].entry
    return SameAs(key=first.same_as.key if first.same_as else first.post.key, likeness=said[0].likeness)


def repeat(post: Post, likeness: Likeness, now: datetime) -> Repeat:
    """Return a later place of a statement as it is noted on the first."""
    return Repeat(
        permalink=post.permalink,
        native_id=post.native_id,
        seen=post.seen or now,
        published=post.published,
        source=post.source,
        key=post.key,
        likeness=likeness,
    )


def place(post: Post, origin: Origin) -> Place:
    return Place(
        key=post.key,
        source=post.source,
        name=origin.name,
        permalink=post.permalink,
        published=post.published or post.created,
        seen=post.seen,
    )


def places(said: Sequence[Said], post: Post, origin: Origin) -> tuple[Place, ...]:
    """Return every place of a statement once, this one last; nothing where there is no other."""
    found = {one.entry.post.key: place(one.entry.post, one.origin) for one in reversed(said)}
    first = dict.fromkeys(one.entry.post.key for one in said)
    return (*(found[key] for key in first), place(post, origin)) if said else ()


def _when(post: Post) -> datetime:
    return post.seen or post.published or datetime.max.replace(tzinfo=UTC)
