"""What the kinds that are answered in strict XML share: from bytes to whole elements, and no further than is sound.

Feeds written by hand are for `rss`, which forgives more. Pure.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from monitor.errors import Unreadable

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Parsed(NamedTuple):
    """`root`: its name. `whole`: every element that was closed, innermost first. `fault`: what broke it off, or ""."""

    root: str
    whole: list[Element]
    fault: str

    def named(self, name: str) -> list[Element]:
        """Return the whole elements of a name without its namespace."""
        return [element for element in self.whole if local(element.tag) == name]


def parse(body: bytes, what: str) -> Parsed:
    """Return the elements of a UTF-8 document. `what` was asked for, in a word for a person. Raises Unreadable.

    No document type is taken: without one no entity can be declared, nested or fetched.
    """
    document = body.decode("utf-8-sig", "replace").lstrip()
    if not document:
        raise Unreadable(f"the answer was empty; a {what} was expected")
    if document[:14].casefold().startswith(("<!doctype html", "<html")):
        raise Unreadable(f"an HTML page came instead of a {what} (bot wall, consent or login page?)")
    if "<!DOCTYPE" in document or "<!ENTITY" in document:  # within words, "<" is written "&lt;"
        raise Unreadable(f"the document declares its own entities or document type, which no {what} needs; refused")
    events, fault = _events(_FORBIDDEN.sub("", document))
    if not events:
        raise Unreadable(f"the answer is no {what}: it is no XML")
    return Parsed(local(events[0][1].tag), [element for event, element in events if event == "end"], fault)


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def words(element: Element, path: str) -> str:
    """Return the text at a path (`{*}title` in whichever namespace), or "" where there is none."""
    return (element.findtext(path) or "").strip()


def _events(document: str) -> tuple[list[tuple[str, Element]], str]:
    reader: Any = XMLPullParser(("start", "end"))
    found: list[tuple[str, Element]] = []
    fault = ""
    try:
        reader.feed(document)
        reader.close()
    except ParseError as problem:
        fault = str(problem)
    with suppress(ParseError):  # the same again, after all that was sound
        found.extend(reader.read_events())
    return found, fault
