"""Where no known post is left in a source's window, older pages may hold what came and went unseen (RFC 5005)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog

from monitor.errors import MonitorError, StoreUnavailable
from monitor.model import Batch, Post, SourceState, changed

if TYPE_CHECKING:
    from monitor.sources import Source
    from monitor.store import Store

log = structlog.get_logger("poll")

_PAGES = 5  # at most: the poll's lease must outlast them


class Filled(NamedTuple):
    """`posts`: how many older pages gave that were not known; `reached`: whether a known one was found there."""

    posts: int
    reached: bool


async def fill(before: SourceState, source: Source, first: Batch, store: Store, now: datetime) -> Filled | None:
    """Walk back to a post that is known, and admit what lies between; None if there are no pages to walk.

    If no known post is found, the gap stays a gap, and what the pages hold may be years old: then only what is dated
    after the last answer may alert, and the rest is kept silently.
    """
    found: list[Post] = []
    page, visited, reached = first.earlier, set[str](), False
    while page and page not in visited and len(visited) < _PAGES and not reached:
        visited.add(page)
        try:
            batch = await source.earlier(page)
        except StoreUnavailable:
            raise
        except MonitorError as error:
            log.info("source.no_older_page", source=before.id, why=str(error))
            break
        known = await store.posts.known(before.id, [post.key for post in batch.posts])
        reached = bool(known) or not batch.posts
        found += [changed(post, seen=now) for post in batch.posts if post.key not in known]
        page = batch.earlier
    if not visited:
        return None
    missed = [post for post in found if reached or _after(post, before.answered)]
    for posts, silent in ((missed, False), ([post for post in found if post not in missed], True)):
        if posts:
            await store.posts.admit(before.id, posts, now, silent=silent)
    return Filled(len(found), reached)


def _after(post: Post, moment: datetime | None) -> bool:
    return bool(post.published and moment and post.published > moment)
