"""What the bookmark keeps of a list whose posts have pages of their own. Pure.

A post is handed on only when its page was read. Until then it waits here, so that it is not lost if the list moves on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from monitor import dedup
from monitor.model import Bookmark, Post, Value, changed, decode, digest, encode
from monitor.sources import unread

CURSOR = "pages"  # in the bookmark's cursor
HELD = 5  # failed tries, after which a post is handed on as the list shows it; its page goes on being asked for
GIVEN_UP = 20  # failed tries, after which its page is asked for no more
RECENT = 10  # posts, the newest, whose pages are asked for again, in turn, for they may be edited
YOUNG = timedelta(days=2)  # for so long
EDITS = 5  # of one post, after which it is taken for a page that never says the same twice
REST = timedelta(minutes=15)  # between two looks at one page, at the least
ODD = 3  # pages in a row without the layout that is set, until it has changed

_MOST_KNOWN = 2_000
_MOST_WAITING = 500


class Waiting(Value, frozen=True, kw_only=True):
    """A post as the list shows it. `tries`: how often its page was asked for in vain."""

    post: Post
    tries: int = 0


class Recent(Value, frozen=True, kw_only=True):
    """A post as the list shows it, whose own page was read `since` and `asked` for last.

    words    a hash of what it said, with its page; `partial`: that was known not to be all
    edits    how often it has said something else since
    page     where the page was left; empty until it was asked for again
    """

    post: Post
    since: datetime
    asked: datetime
    words: str
    partial: bool
    edits: int = 0
    page: Bookmark = Bookmark()


class Memory(Value, frozen=True, kw_only=True):
    """What is known.

    known   marks of the posts that need no further page, the latest last
    recent  what may be edited soon after it was published, the newest first
    last    a post that was handed on whole
    odd     how many pages in a row had not the layout that is set; `why`: the last one, in words; `layout`: a mark of
            the settings they were read with
    """

    known: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    recent: tuple[Recent, ...] = ()
    last: Post | None = None
    odd: int = 0
    why: str = ""
    layout: str = ""


def recalled(bookmark: Bookmark | None) -> Memory:
    """Return what a bookmark remembers; nothing, if that cannot be read: then pages are asked for again."""
    with suppress(ValueError):
        return decode(bookmark.cursor.get(CURSOR, "{}") if bookmark else "{}", Memory)
    return Memory()


def kept(memory: Memory, bookmark: Bookmark) -> Bookmark:
    """Return the bookmark with the memory in it. What is too much to wait is forgotten, and the list read again."""
    if len(memory.waiting) > _MOST_WAITING:
        memory = changed(memory, waiting=memory.waiting[:_MOST_WAITING])
        bookmark = unread(bookmark)
    memory = changed(memory, known=memory.known[-_MOST_KNOWN:])
    return changed(bookmark, cursor={**bookmark.cursor, CURSOR: encode(memory).decode()})


def oddities(before: Memory, layout: str, whys: Sequence[str], *, sound: bool) -> Memory:
    """Return a memory of how many pages in a row were odd, after these. `sound`: one of them was as it should be."""
    if sound:
        return Memory(layout=layout)
    odd, why = (before.odd, before.why) if before.layout == layout else (0, "")
    return Memory(odd=odd + len(whys), why=whys[-1] if whys else why, layout=layout)


def mark(post: Post) -> str:
    return digest("webpage", post.native_id, length=12)


def queued(memory: Memory, listed: Iterable[Post]) -> list[Waiting]:
    """Return all that wait for their pages: what was tried least goes first, and then what stands higher in the list.

    One that still stands in the list waits with what the list says of it now.
    """
    now = {mark(post): post for post in listed}
    old = {mark(one.post): one for one in memory.waiting}
    known = set(memory.known)
    fresh = [changed(old.get(name, Waiting(post=post)), post=post) for name, post in now.items() if name not in known]
    gone = [one for name, one in old.items() if name not in now]
    return sorted((*fresh, *gone), key=lambda one: one.tries)


def recent(
    before: Sequence[Recent], listed: Iterable[Post], whole: Iterable[tuple[Post, Post]], now: datetime
) -> tuple[Recent, ...]:
    """Return what may be edited soon, after posts came `whole`: each as the list shows it, and with its page.

    Where the list calls one by another title, its page is read again even if the page itself stays the same.
    """
    fresh = [
        Recent(post=one, since=now, asked=now, words=dedup.content_hash(own), partial="partial" in own.flags)
        for one, own in whole
    ]
    found = {one.post.key: one for one in (*fresh, *before) if now - one.since < YOUNG and one.edits < EDITS}
    for post in listed:
        if (one := found.get(post.key)) and one.post != post:
            page = Bookmark() if one.post.title != post.title else one.page
            found[post.key] = changed(one, post=post, page=page)
    return tuple(found.values())[:RECENT]


def due(recents: Iterable[Recent], now: datetime) -> Recent | None:
    """Return the one whose page was asked for longest ago, if that is long enough."""
    rested = (one for one in recents if now - one.asked >= REST)
    return min(rested, key=lambda one: one.asked, default=None)


def remembered(memory: Memory, listed: Iterable[Post], done: Iterable[Post]) -> tuple[str, ...]:
    """Return the marks of all known posts; those in the list are the last to be forgotten."""
    known = dict.fromkeys((*memory.known, *map(mark, done)))
    for name in map(mark, listed):
        if name in known:
            del known[name]
            known[name] = None
    return tuple(known)
