"""A feed as another reader sees it: our own kind reads it, and a parser looks at its structure."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from monitor.model import Reading
from monitor.sources import rss

ATOM, TOMBSTONES = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
URL = "http://reader.example/feed"

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read(body: bytes, **more: str) -> Reading:
    """Read a feed with our own kind; it must find nothing to complain of."""
    found = rss.read(body, {}, URL, rss.Config.model_validate({"id": "m", "url": URL, **more}))
    assert found.warnings == ()
    return found


def sound(body: bytes) -> Element:
    """Return the root of an Atom feed after a look at all that RFC 4287 (4.1.1, 4.1.2) and RFC 6721 (3) demand."""
    root = fromstring(body)
    assert root.tag == f"{ATOM}feed"
    once(root, "id", "title", "updated")
    for entry in root.findall(f"{ATOM}entry"):
        once(entry, "id", "title", "updated", "published", "content", "source")
        assert all(author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author"))
        assert len(entry.findall(f"{ATOM}author")) == 1
        assert entry.findtext(f"{ATOM}title")
        assert len([link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) <= 1
        once(only(entry, "source"), "id", "title")
        assert entry.findtext(f"{ATOM}published", "") <= entry.findtext(f"{ATOM}updated", "")
    for stone in root.findall(f"{TOMBSTONES}deleted-entry"):
        assert uri(stone.get("ref"))
        rfc_3339(stone.get("when"))
    for each in root.iter():
        assert each.tag.startswith((ATOM, TOMBSTONES))
        if each.tag in (f"{ATOM}updated", f"{ATOM}published"):
            rfc_3339(each.text)
        if each.tag == f"{ATOM}id":
            assert uri(each.text)
        if each.tag == f"{ATOM}link":
            assert re.fullmatch(r"https?://[^\s<>]+", each.get("href", ""))
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return root


def sound_json(body: bytes) -> dict[str, Any]:
    """Return a JSON Feed after a look at all that its version 1.1 demands."""
    feed: dict[str, Any] = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert uri(item["id"])
        assert isinstance(item["content_text"], str)
        rfc_3339(item["date_published"])
        rfc_3339(item["date_modified"])
        assert all(author["name"] for author in item["authors"])
        assert all(each["url"] and "/" in each["mime_type"] for each in item.get("attachments", ()))
    return feed


def only(place: Element, name: str) -> Element:
    [found] = place.findall(f"{ATOM}{name}")
    return found


def links(place: Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in place.findall(f"{ATOM}link")}


def once(place: Element, *names: str) -> None:
    assert {name: len(place.findall(f"{ATOM}{name}")) for name in names} == dict.fromkeys(names, 1)


def uri(name: str | None) -> bool:
    return bool(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", name or ""))


def rfc_3339(moment: str | None) -> None:
    assert _RFC_3339.fullmatch(moment or ""), moment
    datetime.fromisoformat(moment or "")
