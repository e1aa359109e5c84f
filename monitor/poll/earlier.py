"""Where no known post is left in a source's window, older pages may hold what came and went unseen (RFC 5005)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog

from monitor.errors import MonitorError, StoreUnavailable, Unreachable
from monitor.model import Batch, Post, SourceState, changed

if TYPE_CHECKING:
    from monitor.sources import Source
    from monitor.store import Store

log = structlog.get_logger("poll")

_PAGES = 5  # at most: the poll must come to its end
_LONGEST = 120.0  # seconds after which no further page is asked for: a poll cut off here would begin the walk again

_PATIENCE = timedelta(hours=1)  # in which a page that cannot be had is asked for again at each poll
_SHOWN_LATE = timedelta(days=1)  # by which a post may be shown after its date, which often names the day alone


class Filled(NamedTuple):
    """`posts`: how many older pages gave that were not known; `reached`: whether a known one was found there.

    `broken`: a page could not be had just now, so that the next poll has to walk again. `deletions`: ids of posts that
    the pages call deleted.
    """

    posts: int
    reached: bool
    broken: bool = False
    deletions: tuple[str, ...] = ()


async def fill(
    before: SourceState, source: Source, first: Batch, store: Store, now: datetime, *, since: datetime
) -> Filled | None:
    """Walk back to a post that is known, and admit what lies between; None if there are no pages to walk.

    Known is what was known before `since`, when nothing known was first left: pages move on while they are turned, and
    a walk before this one may have died. If no known post is found, the gap stays a gap, and what the pages hold may be
    years old: then only what is dated after the last answer, or in the day before it, may alert, and the rest is kept
    silently; or, if the walk is to be walked again, left until then.
    """
    found: list[Post] = []
    deletions: list[str] = []
    page, visited, reached, broken = first.earlier, set[str](), False, False
    began = time.monotonic()
    while page and page not in visited and len(visited) < _PAGES and not reached:
        if time.monotonic() - began > _LONGEST:
            break
        visited.add(page)
        try:
            batch = await source.earlier(page)
        except StoreUnavailable:
            raise
        except MonitorError as error:
            log.info("source.no_older_page", source=before.id, why=str(error))
            broken = _passes(error) and now - since < _PATIENCE
            break
        except Exception:  # a mistake of ours must leave a gap that is told, not a poll that never ends
            log.exception("poll.unforeseen")
            break
        known = await store.posts.known(before.id, [post.key for post in batch.posts])
        reached = await store.posts.any_before(known, since) or not batch.posts
        found += [changed(post, seen=now) for post in batch.posts if post.key not in known]
        deletions += batch.deletions
        page = batch.earlier
    if not visited:
        return None
    taken = await _taken(before, found, store, now, reached=reached, broken=broken)
    return Filled(taken, reached, broken, tuple(deletions)) if taken is not None else Filled(0, reached=False)


async def _taken(
    before: SourceState, found: list[Post], store: Store, now: datetime, *, reached: bool, broken: bool
) -> int | None:
    """Admit what older pages gave; return how many posts, None if one of them cannot be stored."""
    missed = [post for post in found if reached or (before.answered and is_after(post, before.answered))]
    others = [] if broken else [post for post in found if post not in missed]
    for posts, silent in ((missed, False), (others, True)):
        if posts and not await _admit(before.id, posts, store, now, silent=silent):
            return None
    return len(missed) + len(others)


def _passes(error: MonitorError) -> bool:
    """Whether the same page may be there at the next poll."""
    return isinstance(error, Unreachable) and error.status not in (404, 410)


async def _admit(source: str, posts: list[Post], store: Store, now: datetime, *, silent: bool) -> bool:
    try:
        await store.posts.admit(source, posts, now, silent=silent, catch_up=True)
    except ValueError as error:  # as in a poll: a post that cannot be stored
        log.info("source.no_older_page", source=source, why=f"a post cannot be stored: {error}")
        return False
    return True


def is_after(post: Post, moment: datetime) -> bool:
    """Whether a post was published after a moment, or in the day before it."""
    return bool(post.published and post.published > moment - _SHOWN_LATE)
