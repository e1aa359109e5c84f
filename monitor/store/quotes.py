"""What a verdict quotes of its post: left out of its record, for the post stands beside it, and put back. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from monitor.model import Guard, Match, Mention, Post, Verdict, changed

Quote = TypeVar("Quote", Match, Guard, Mention)


def cut(verdict: Verdict, post: Post) -> Verdict:
    """Return the verdict without the words that stand in the post where it says they do."""
    here = _reading(post)

    def without(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        return tuple([changed(one, words="") if here(one) == one.words else one for one in quotes])

    return changed(
        verdict, matches=without(verdict.matches), guards=without(verdict.guards), places=without(verdict.places)
    )


def full(verdict: Verdict, post: Post) -> Verdict:
    """Return the verdict as it was before `cut`."""
    here = _reading(post)

    def whole(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
        return tuple([one if one.words else changed(one, words=here(one)) for one in quotes])

    return changed(verdict, matches=whole(verdict.matches), guards=whole(verdict.guards), places=whole(verdict.places))


def _reading(post: Post) -> Callable[[Match | Guard | Mention], str]:
    said = {"title": post.title, "text": post.text}
    return lambda quote: said[quote.field][quote.start : quote.end]
