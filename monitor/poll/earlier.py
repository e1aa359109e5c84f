"""Where no known post is left in a source's window, older pages may hold what came and went unseen (RFC 5005)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog

from monitor.errors import MonitorError, StoreUnavailable
from monitor.model import Batch, Post, SourceState, changed

if TYPE_CHECKING:
    from monitor.sources import Source
    from monitor.store import Store

log = structlog.get_logger("poll")

_PAGES = 5  # at most: the poll must come to its end
_LONGEST = 120.0  # seconds after which no further page is asked for: a poll cut off here would begin the walk again

_SHOWN_LATE = timedelta(days=1)  # by which a post may be shown after its date, which often names the day alone


class Filled(NamedTuple):
    """`posts`: how many older pages gave that were not known; `reached`: whether a known one was found there."""

    posts: int
    reached: bool


async def fill(before: SourceState, source: Source, first: Batch, store: Store, now: datetime) -> Filled | None:
    """Walk back to a post that is known, and admit what lies between; None if there are no pages to walk.

    If no known post is found, the gap stays a gap, and what the pages hold may be years old: then only what is dated
    after the last answer, or in the day before it, may alert, and the rest is kept silently.
    """
    found: list[Post] = []
    page, visited, reached = first.earlier, set[str](), False
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
            break
        except Exception:  # a mistake of ours must leave a gap that is told, not a poll that never ends
            log.exception("poll.unforeseen")
            break
        known = await store.posts.known(before.id, [post.key for post in batch.posts])
        reached = bool(known) or not batch.posts
        found += [changed(post, seen=now) for post in batch.posts if post.key not in known]
        page = batch.earlier
    if not visited:
        return None
    missed = [post for post in found if reached or (before.answered and is_after(post, before.answered))]
    for posts, silent in ((missed, False), ([post for post in found if post not in missed], True)):
        if posts and not await _admit(before.id, posts, store, now, silent=silent):
            return Filled(0, reached=False)
    return Filled(len(found), reached)


async def _admit(source: str, posts: list[Post], store: Store, now: datetime, *, silent: bool) -> bool:
    try:
        await store.posts.admit(source, posts, now, silent=silent)
    except ValueError as error:  # as in a poll: a post that cannot be stored
        log.info("source.no_older_page", source=source, why=f"a post cannot be stored: {error}")
        return False
    return True


def is_after(post: Post, moment: datetime) -> bool:
    """Whether a post was published after a moment, or in the day before it."""
    return bool(post.published and post.published > moment - _SHOWN_LATE)
