"""What a page tells machines of itself: JSON-LD (schema.org's NewsArticle and its like), then OpenGraph. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from monitor import markup
from monitor.sources.webpage.page import Page

_KINDS = re.compile(r"(?:\w*Article|BlogPosting|SocialMediaPosting|Report|PressRelease)$")
_DEEPEST = 4  # of lists and graphs within each other
_LARGEST = 1_000_000  # letters of one block


class Told(NamedTuple):
    """Empty where it says nothing. Dates as written; `image`: an absolute address."""

    title: str = ""
    text: str = ""
    summary: str = ""
    published: str = ""
    updated: str = ""
    author: str = ""
    language: str = ""
    image: str = ""


def read(page: Page) -> Told:
    """Return what the page tells, each part from the first that has it. Broken blocks are passed over."""
    article = next(iter(_articles(page)), {})
    described = page.words("meta[property='og:description'], meta[name='description']")
    image = _string(article, "image", "url") or page.words("meta[property='og:image']")
    return Told(
        title=_string(article, "headline", "name") or page.words("meta[property='og:title']"),
        text=markup.unsaid(_raw(article, "articleBody")),
        summary=_string(article, "description") or described,
        published=_string(article, "datePublished") or page.words("meta[property='article:published_time']"),
        updated=_string(article, "dateModified") or page.words("meta[property='article:modified_time']"),
        author=_string(article, "author", "name"),
        language=_string(article, "inLanguage") or page.words("html@lang"),
        image=markup.link(image, page.base) or "",
    )


def _articles(page: Page) -> Iterator[dict[str, Any]]:
    """Yield the articles among the blocks, first those that name this page, for a page may tell of related ones."""
    found: list[dict[str, Any]] = []
    for script in page.every("script[type='application/ld+json']"):
        try:
            found += _within(json.loads((script.text() or "")[:_LARGEST], strict=False))
        except (ValueError, RecursionError):
            continue
    yield from sorted(found, key=lambda one: page.url not in json.dumps([one.get("url"), one.get("mainEntityOfPage")]))


def _within(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _within(one, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if any(
            isinstance(kind, str) and _KINDS.match(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
        ):
            yield value
        yield from _within(value.get("@graph"), depth + 1)


def _raw(article: dict[str, Any], *names: str) -> str:
    """Return a member, which may be a text, an object with one of `names`, or a list of either."""
    value: Any = article.get(names[0])
    for _ in range(_DEEPEST):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[name] for name in (*names[1:], "@value", "@id") if name in value), None)
    return value if isinstance(value, str) else ""


def _string(article: dict[str, Any], *names: str) -> str:
    return markup.line(markup.unsaid(_raw(article, *names), markup.TITLE_LIMIT))
