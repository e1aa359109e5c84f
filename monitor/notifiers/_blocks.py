"""One alert as the blocks of a Slack message. Pure.

A publisher's words stand in plain_text objects, which Slack does not interpret, or escaped. See docs.slack.dev:
messaging/formatting-message-text, reference/block-kit/blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from monitor.model import Alert, Delivery, Post
from monitor.notifiers._text import host, joined, shorten
from monitor.notifiers._why import explanation, remarks
from monitor.notifiers._wording import (
    LISTS,
    acknowledgement,
    body,
    facts,
    headline,
    incident,
    lead,
    listed,
    original,
    signature,
    that_fit,
    title_and_text,
)

# Slack refuses a header above 150 characters, a section above 3,000, and (undocumented) blocks of some 13,200 in sum.
_HEADER_LIMIT, _SECTION_LIMIT = 150, 2900
_WHY_LIMIT, _REMARKS_LIMIT, _TEXT_LIMIT = 2400, 1200, 2500
_LISTED_LIMIT = 7500  # of all posts that a list names, in sections
_LINK_LIMIT = 500  # of a link to one of them, and of ours
_CONTROL = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]*:)|@(?=(?:channel|here|everyone|all)\b)", re.IGNORECASE)


def blocks(alert: Alert, delivery: Delivery, *, threaded: bool = False) -> list[dict[str, Any]]:
    """Return the blocks: at most 12, their texts some 13,000 characters in sum, none above Slack's limits.

    Whatever goes on with an incident and is not `threaded` says so first.
    """
    known = {"type": "section", "fields": [_plain(f"{label}\n{value}", 300) for label, value in facts(alert)]}
    parts = _of_notice(alert, known) if alert.notice else _of_alert(alert, known)
    return [
        {"type": "header", "text": _plain(headline(alert), _HEADER_LIMIT)},
        *([_context(f"Continues {incident(alert)}")] if delivery.root and not threaded else []),
        *parts,
        *_acknowledge(delivery),
        _context(signature(delivery)),
    ]


def _of_notice(alert: Alert, known: dict[str, Any]) -> list[dict[str, Any]]:
    title, text = title_and_text(alert.post)
    return [*_section(title, 500), *_section(text, _SECTION_LIMIT), known]


def _of_alert(alert: Alert, known: dict[str, Any]) -> list[dict[str, Any]]:
    post, text = alert.post, joined(body(alert, _TEXT_LIMIT))
    return [
        *_section(joined(lead(alert)), 500),
        known,
        *_section(explanation(alert), _WHY_LIMIT),
        *_section("\n".join(f"{label}: {value}" for label, value in remarks(alert)), _REMARKS_LIMIT),
        *(_list(post.text) if post.kind in LISTS else [*_section(text, _TEXT_LIMIT), _mrkdwn(_original(post))]),
    ]


def _list(text: str) -> list[dict[str, Any]]:
    """Return the posts that a list names, each with its link, as many as there is room for, and how many more."""
    named, more = that_fit([_line(said, url) for said, url in listed(text)], _LISTED_LIMIT)
    found: list[str] = []
    for line in [*named, *([f"• … and {more} more"] if more else [])]:
        if found and len(found[-1]) + len(line) < _SECTION_LIMIT:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return [_mrkdwn(part) for part in found]


def _line(said: str, url: str | None) -> str:
    address = escaped(url or "", _SECTION_LIMIT)
    return escaped(f"• {said}", 600) + (f" <{address}|open>" if 0 < len(address) <= _LINK_LIMIT else "")


def _acknowledge(delivery: Delivery) -> list[dict[str, Any]]:
    """Return a link to take the incident in hand. A button would want an app that Slack can call."""
    address = escaped(acknowledgement(delivery) or "", _SECTION_LIMIT)
    return [_mrkdwn(f"<{address}|Acknowledge>")] if 0 < len(address) <= _LINK_LIMIT else []


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [_plain(text, 300)]}


def _section(text: str, limit: int) -> Iterable[dict[str, Any]]:
    return [{"type": "section", "text": _plain(text, limit)}] if text.strip() else []


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(defused(text), limit), "emoji": False}


def _original(post: Post) -> str:
    called, url = original(post)
    address = escaped(url or "", _SECTION_LIMIT)
    name = escaped(host(address) or "", 300)
    if not name or len(address) + len(name) > _SECTION_LIMIT - 30:
        return "_No usable link to the original was given._"
    return f"<{address}|{called} at {name}>"


def defused(text: str) -> str:
    """Return text that forms no mention and no masked link, even for a look-alike of Slack that reads it as markup.

    A zero-width space after the opening character is all it takes; nothing visible changes.
    """
    return _CONTROL.sub(lambda found: found[0] + "\u200b", text)


def escaped(text: str, limit: int) -> str:
    """Return text with Slack's three characters escaped, cut by the length it has then, no entity cut in two."""
    found: list[str] = []
    room = limit
    for character in defused(text):
        entity = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character, character)
        room -= len(entity)
        if room < 0:
            break
        found.append(entity)
    return "".join(found)
