"""From HTML and untidy strings to clean plain text. Pure; the only file that knows selectolax."""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.model import Media

TITLE_LIMIT = 1_000
TEXT_LIMIT = 100_000
URL_LIMIT = 4_096

# Control characters, lone surrogates, and signs that turn the reading direction (they can make a text lie).
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}"
    "\N{RIGHT-TO-LEFT MARK}\u202a-\u202e\u2066-\u2069]"
)
_LINE_END = re.compile("\r\n|[\r\v\f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
_GAP = re.compile(r"\n{3,}")
_BLANK = re.compile(r"\s")
_BLANKS = re.compile(r"\s{2,}|[^\S ]")  # all but the single space, of which a text has a million
_NO_HOST = re.compile(r"[\s\\%<>\"^`{|}]")  # a browser reads https://good.example\.evil.example/ as good.example's
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~%/-]*)?(?:\?[A-Za-z0-9._~%=&/-]+)?")
_PICTURE = re.compile("<im(?:g|age)", re.IGNORECASE)  # HTML takes one for the other
_NAMED = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAG = re.compile(
    r"</?(?:[a-z][a-z0-9]*:[a-z]+|a|abbr|article|b|blockquote|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|hr|i|"
    r"iframe|img|ins|li|ol|p|pre|q|s|script|section|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u|ul|video)"
    r"(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)

_BLOCK_TAGS = """
address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
h5 h6 header hr main nav ol p pre section summary table ul
"""
_UNSEEN_TAGS = """
applet audio button canvas embed head iframe math noscript object script select style svg template textarea video
-comment
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_LINES = frozenset(("br", "tr"))
_CELLS = frozenset(("td", "th"))


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return a plain string fit to be stored: NFC, no control or direction signs, at most `limit` code points.

    Line ends become newlines; what is cut ends in an ellipsis.
    """
    return _cut(_plain(text[: 4 * limit]), limit)


def line(text: str, limit: int = TITLE_LIMIT) -> str:
    """Return `clean` text on one line: for titles, names and alternative texts."""
    return clean(" ".join(clean(text, limit).split()), limit)


def text(html: str, limit: int = TEXT_LIMIT) -> str:
    """Return what a reader of the HTML would see: paragraphs apart, list items marked, every entity decoded once."""
    return _cut(_tidy("".join(_pieces(html))), limit)


def unsaid(text_or_html: str, limit: int = TEXT_LIMIT) -> str:
    """Return the text of a field of which nobody says whether it holds HTML (RSS titles and descriptions).

    It is read as HTML only if it holds a known tag; entities alone are decoded; `5 < 6` stays as it is.
    """
    if _TAG.search(text_or_html):
        return text(text_or_html, limit)
    if _NAMED.search(text_or_html):
        text_or_html = entities.unescape(text_or_html)
    return _cut(_tidy(text_or_html), limit)


def images(html: str, base: str) -> tuple[Media, ...]:
    """Return the pictures of the HTML, each address once. Counting pixels and inlined data are left out."""
    found: dict[str, Media] = {}
    for node in LexborHTMLParser(html).tags("img") if _PICTURE.search(html) else ():
        attributes = node.attributes
        pixel = {attributes.get("width"), attributes.get("height")} & {"0", "1"}
        url = link(attributes.get("src") or "", base) or link(attributes.get("data-src") or "", base)
        if url and not pixel:
            found.setdefault(url, Media(type="image", url=url, alt=line(attributes.get("alt") or "") or None))
    return tuple(found.values())


def link(href: str, base: str) -> str | None:
    """Return an absolute http(s) address in one word, or None for anything else (`javascript:`, `mailto:`, nonsense).

    User and password are left out: those of `base` are ours, and those of a stranger make one host look like another.
    """
    if is_usual(href):
        return href
    href = "".join(_FORBIDDEN.sub("", href).strip().splitlines()).replace("\t", "")
    if not href or len(href) > URL_LIMIT:
        return None
    try:
        parts = urlsplit(urljoin(base, _BLANK.sub(lambda blank: quote(blank[0]), href)))
        host, _ = parts.hostname or "", parts.port  # a port may be no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or _NO_HOST.search(host):
        return None
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return url if len(url) <= URL_LIMIT else None


def is_usual(address: str) -> bool:
    """Whether an address is absolute and of such plain signs that it stays as it is, whatever its base: most are."""
    return len(address) <= URL_LIMIT and _ADDRESS.fullmatch(address) is not None


def _plain(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text  # most are: nothing is forbidden that can be printed, and no line ends in it
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def _cut(text: str, limit: int) -> str:
    text = unicodedata.normalize("NFC", text[: 4 * limit]).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _tidy(raw: str) -> str:
    """Trim every line and keep at most one blank line in a row. Linear, unlike a pattern around newlines.

    Signs that are not kept go first, for a line of nothing else is a blank one.
    """
    lines = (
        (part if part.isprintable() and "  " not in part else _BLANKS.sub(" ", part)).strip()
        for part in _plain(raw).split("\n")
    )
    return _GAP.sub("\n\n", "\n".join(lines)).strip()


def _pieces(html: str) -> Iterator[str]:
    preformatted = 0
    bullet = ""  # waits for the first words of its item, so that an empty item leaves none
    for node, opening in _walk(LexborHTMLParser(html).body):
        tag = node.tag or ""
        if tag == "-text" and opening:
            words = node.text_content or ""
            if bullet and not words.isspace():
                yield bullet
                bullet = ""
            yield words if preformatted else " ".join(f"|{words}|".split())[1:-1]
        elif tag == "li":
            bullet = "\n• " if opening else ""
        elif tag in _BLOCKS:
            preformatted += 0 if tag != "pre" else 1 if opening else -1
            yield "\n\n"
        elif tag in _LINES and opening:
            yield "\n"
        elif tag in _CELLS:
            yield " "


def _walk(root: LexborNode | None) -> Iterator[tuple[LexborNode, bool]]:
    """Yield every visible node when it opens (True) and when it closes; without recursion, however deep it is."""
    node, depth = root, 0
    while node is not None:
        yield node, True
        below = None if _hidden(node) else node.child
        if below is not None:
            node, depth = below, depth + 1
            continue
        while node is not None:
            yield node, False
            if depth == 0:
                return
            if node.next is not None:
                node = node.next
                break
            node, depth = node.parent, depth - 1


def _hidden(node: LexborNode) -> bool:
    tag = node.tag or ""
    if tag in _UNSEEN:
        return True
    if tag.startswith("-"):
        return False
    attributes = node.attributes
    if not attributes:
        return False
    style = (attributes.get("style") or "").replace(" ", "").casefold()
    return "hidden" in attributes or "display:none" in style or "visibility:hidden" in style
