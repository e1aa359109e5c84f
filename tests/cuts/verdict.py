"""What a run proves. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.model import Post
from tests.cuts.places import Place
from tests.cuts.polls import Done

_NUMBER = re.compile(r"(?:Statement|Post)(?: number)? (\d+)\b")


class Found(NamedTuple):
    """What came of one source.

    twice    entries of the stream beyond the first of a post; `versions`: of posts that nobody edited
    missing  posts that could have been had; `gone`: those that had left the only page before any poll could end
    gaps     how often it was said that posts may be missing; `untrue`: where no page had moved too far
    """

    source: str
    published: int
    stored: int
    twice: int = 0
    versions: int = 0
    missing: tuple[int, ...] = ()
    gone: int = 0
    polls: int = 0
    cut: int = 0
    gaps: int = 0
    untrue: int = 0


def number(post: Post) -> int:
    """Return the number of a post, by which it was published; 0 for one that nobody published."""
    found = _NUMBER.search(f"{post.title} {post.text}")
    return int(found[1]) if found else 0


def found(place: Place, stored: Iterable[Post], done: Sequence[Done], cut: int) -> Found:
    """Return what came of a source; `stored`: every entry of the stream."""
    own = [post for post in stored if post.source == place.id]
    first = Counter(number(post) for post in own if post.revision == 1)
    absent = [n for n in range(1, len(place.published) + 1) if n not in first]
    missing = tuple(n for n in absent if place.goes_back or _shown(place, done, n))
    return Found(
        source=place.id,
        published=len(place.published),
        stored=len(first),
        twice=first.total() - len(first),
        versions=sum(post.revision > 1 for post in own),
        missing=missing,
        gone=len(absent) - len(missing),
        polls=len(done) + cut,
        cut=cut,
        gaps=sum(one.gap for one in done),
        untrue=_untrue(place, done),
    )


def _shown(place: Place, done: Sequence[Done], n: int) -> bool:
    """Whether a post was on the newest page all through a poll that came to a good end."""
    came = place.published[n - 1]
    return any(_well(one) and one.began > came and place.came(came, one.ended) <= place.page for one in done)


def _untrue(place: Place, done: Sequence[Done]) -> int:
    """Count the gaps told although fewer posts than a page holds came since the poll before that ended well began."""
    untrue, before = 0, 0.0
    for one in sorted(done, key=lambda one: one.began):
        untrue += one.gap and place.came(before, one.ended) < place.page
        if _well(one):
            before = one.began
    return untrue


def _well(one: Done) -> bool:
    return one.outcome in ("new", "unchanged")


def wrong(results: Iterable[Found]) -> list[str]:
    """Return what breaks the promise, a sentence each; empty if it was kept."""
    said = []
    for one in results:
        if one.missing:
            numbers = ", ".join(map(str, one.missing[:10])) + " …" * (len(one.missing) > 10)
            said.append(f"{one.source}: {len(one.missing)} posts are missing: {numbers}")
        if one.gone and not one.gaps:
            said.append(f"{one.source}: {one.gone} posts came and went, and nobody was told")
        if one.twice:
            said.append(f"{one.source}: {one.twice} posts were stored again")
        if one.versions:
            said.append(f"{one.source}: {one.versions} versions of posts that nobody edited")
        if one.untrue:
            said.append(f"{one.source}: {one.untrue} gaps were told where there was none")
        if strangers := one.stored + len(one.missing) + one.gone - one.published:
            said.append(f"{one.source}: {strangers} posts that nobody published")
    return said
