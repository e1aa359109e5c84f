"""What the bookmark keeps of a list: which pages are known in which version, what is still to be read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from monitor.model import Bookmark, Post, Value, changed, decode, digest, encode, post_key
from monitor.sources import unread
from monitor.sources.govuk.items import stamp

CURSOR = "pages"  # in the bookmark's cursor
HELD = 5  # failed tries, after which a post is handed on as the list shows it

_MOST = 500  # pages that are remembered: ten of the search


class Seen(Value, frozen=True, kw_only=True):
    """A page that was handed on: the id of its post, and when that version of it was published."""

    native_id: str
    stamp: datetime


class Memory(Value, frozen=True, kw_only=True):
    """What is known.

    seen    by marks of the pages' addresses, which a list always tells
    first   the oldest version of the very first list: what is older and not known is archive. None before that list
    tries   how often pages were asked for in vain, by their marks
    deep    how many pages of the list the next poll has to read at least
    last    a post that was handed on, the shortest of its poll
    """

    seen: dict[str, Seen]
    first: datetime | None = None
    tries: dict[str, int]
    deep: int = 1
    last: Post | None = None


BLANK = Memory(seen={}, tries={})


def recalled(bookmark: Bookmark) -> Memory:
    """Return what a bookmark remembers; nothing, if that cannot be read: then the next poll is a first one."""
    with suppress(ValueError):
        return decode(bookmark.cursor.get(CURSOR, "{}"), Memory)
    return BLANK


def kept(memory: Memory, bookmark: Bookmark) -> Bookmark:
    """Return the bookmark with the memory in it. Where something is still to be read, the list is asked for anew.

    Else, of more pages than are remembered the oldest count as archive from now on.
    """
    newest = sorted(memory.seen.items(), key=lambda one: one[1].stamp, reverse=True)
    if memory.tries or memory.deep > 1:
        bookmark = unread(bookmark)
    elif newest[_MOST:]:
        memory = changed(memory, seen=dict(newest[:_MOST]), first=newest[_MOST - 1][1].stamp)
    return changed(bookmark, cursor={**bookmark.cursor, CURSOR: encode(memory).decode()})


def mark(post: Post) -> str:
    return digest("govuk", post.permalink or post.native_id, length=12)


def own(memory: Memory, post: Post) -> Post:
    """Return a listed post under the id it had before, should the list tell another one now."""
    seen = memory.seen.get(mark(post))
    if seen is None or seen.native_id == post.native_id:
        return post
    return changed(post, native_id=seen.native_id, key=post_key(post.source, seen.native_id))


def is_known(memory: Memory, post: Post) -> bool:
    """Whether there is nothing to ask about a listed post: it is known in this version, or archive."""
    seen = memory.seen.get(mark(post))
    if seen:
        return seen.stamp == stamp(post)
    return memory.first is not None and stamp(post) < memory.first


def noted(memory: Memory, posts: Iterable[Post]) -> dict[str, Seen]:
    """Return the pages that are known once these posts, as the list shows them, were handed on."""
    return memory.seen | {mark(post): Seen(native_id=post.native_id, stamp=stamp(post)) for post in posts}
