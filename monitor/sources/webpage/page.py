"""A web page as a tree that is asked with CSS selectors. The only file of this kind that knows selectolax. Pure.

A selector may end in `@name`: then the attribute of that name is meant, not the words (`time@datetime`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import AfterValidator
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor import markup
from monitor.errors import Unreadable
from monitor.sources import _encoding

Node = LexborNode

_ATTRIBUTE = re.compile(r"(.*[^@\s])\s*@([A-Za-z][\w:-]*)", re.DOTALL)
_SPOKEN = {"meta": "content", "time": "datetime", "img": "alt"}  # where the words of these stand, if not inside them
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|ul|ol|table|main|section|article|p|a|h[1-6])\b", re.IGNORECASE
)

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|yclid|_ga|mc_[ce]id|PHPSESSID|jsessionid", re.IGNORECASE)


def _css(selector: str) -> str:
    try:
        LexborHTMLParser("<p>").css(_parts(selector)[0])
    except SelectolaxError:
        raise ValueError(
            f"{selector!r} is no CSS selector; wanted is one like '.news-list .item' or 'a@href'"
        ) from None
    return selector


Selector = Annotated[str, AfterValidator(_css)]


class Page:
    """One page. `base`: where its relative links start; `url`: its own address, without what only we know of it."""

    def __init__(self, body: bytes, headers: Mapping[str, str], url: str) -> None:
        """Raises Unreadable if it is empty or no HTML."""
        html = _encoding.text(body, headers, _META)
        if not html:
            raise Unreadable("the answer was empty; a web page was expected")
        if not _MARKUP.search(html):
            raise Unreadable("the answer is no web page: there is no HTML in it")
        self.tree = LexborHTMLParser(html)
        self.url = urlsplit(markup.link(url, url) or "")._replace(query="", fragment="").geturl()
        home = self.tree.css_first("base[href]")
        self.base = (home and markup.link(home.attributes.get("href") or "", self.url)) or self.url

    def every(self, selector: str) -> list[Node]:
        return every(self.tree.root, selector)

    def words(self, selector: str) -> str:
        """Return what the first match says that says something, on one line; empty if none does."""
        return words(self.tree.root, selector)

    def link(self, node: Node) -> str | None:
        """Return where an element leads, or the first link inside it: absolute, and without what only counts visits."""
        for one in every(node, "[href]"):
            found = markup.link(one.attributes.get("href") or "", self.base)
            if found:
                return _canonical(found)
        return None

    def drop(self, selectors: tuple[str, ...]) -> None:
        """Take elements off the page. Raises Unreadable if that would be all of it."""
        for selector in selectors:
            for node in outermost(self.every(selector)):  # what stood inside is gone with it
                if node.parent is None or node.tag == "html":
                    raise Unreadable(f"`detail.drop: {selector}` matches the whole page")
                node.decompose()


def every(node: Node | None, selector: str) -> list[Node]:
    """Return the matches inside a node, itself included, in the order of the page, each once."""
    found = node.css(_parts(selector)[0]) if node else []
    return list({one.mem_id: one for one in found}.values())


def outermost(nodes: list[Node]) -> list[Node]:
    """Leave out what stands inside another of the nodes."""
    chosen = {node.mem_id for node in nodes}
    return [node for node in nodes if not any(above.mem_id in chosen for above in _above(node))]


def words(node: Node | None, selector: str) -> str:
    """See `Page.words`."""
    name = _parts(selector)[1]
    said = (_attribute(one, name) if name else _said(one) for one in every(node, selector))
    return next((markup.line(one) for one in said if one), "")


def _above(node: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _said(node: Node) -> str:
    spoken = _SPOKEN.get(node.tag or "")
    return (_attribute(node, spoken) if spoken else "") or markup.text(node.html or "")


def _attribute(node: Node, name: str) -> str:
    return markup.line(node.attributes.get(name.lower()) or "")


def _parts(selector: str) -> tuple[str, str]:
    found = _ATTRIBUTE.fullmatch(selector.strip())
    return (found[1], found[2]) if found else (selector, "")


def _canonical(link: str) -> str:
    parts = urlsplit(link)
    query = parts.query
    if any(_TRACKING.fullmatch(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        kept = ((n, v) for n, v in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(n))
        query = urlencode(list(kept))
    return parts._replace(netloc=parts.netloc.lower(), query=query, fragment="").geturl()
