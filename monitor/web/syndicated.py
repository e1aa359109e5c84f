"""What a feed says, before it is written as Atom or as JSON Feed: posts with all their versions, and alerts. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Alert, Deletion, Entry, Media, Origin, Post
from monitor.web.marks import one_line, web_link

_IDS = uuid.UUID("5d1c8a52-6c0e-5f0b-9a51-3f7d0c3b8e14")  # the space of our ids (RFC 9562, 5.5); never changes
_LONGEST_HEADING = 120  # characters of a title that is made of a text
_NEVER_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_LINE_END = re.compile("\r\n?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `title` is empty where there is none; `heading` says something all the same.

    `address`: where its publisher has it; `page`: ours. `published`: the first version; `updated`: the newest.
    """

    id: str
    key: str
    revision: int
    origin: Origin
    title: str
    heading: str
    text: str
    published: datetime
    updated: datetime
    author: str
    language: str | None
    address: str | None
    page: str | None
    media: tuple[Media, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A post that its publisher has taken away: `when` that was found for certain, and `why` in sentences."""

    id: str
    key: str
    origin: Origin
    when: datetime
    by: str
    why: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed. `address`: its own; `first`, `older`: of the newest page and of the next older one."""

    id: str
    title: str
    home: str
    address: str
    first: str
    older: str | None
    items: tuple[Item, ...]
    gone: tuple[Tombstone, ...] = ()

    @property
    def updated(self) -> datetime | None:
        return max([*(item.updated for item in self.items), *(one.when for one in self.gone)], default=None)


def name(*parts: str) -> str:
    """Return the id of anything in a feed, a `urn:uuid:` (RFC 9562, version 5), the same for ever.

    Made from our own key alone: the address of a monitor may change, and then no reader must take all posts for new.
    """
    return uuid.uuid5(_IDS, "\0".join(parts).encode("utf-8", "replace").decode()).urn


def fit(text: str) -> str:
    """Return the text with LF as its only line end and without the characters that XML forbids."""
    return _NEVER_IN_XML.sub("", _LINE_END.sub("\n", text))


def of_post(history: Sequence[Entry], origin: Origin, page: str | None) -> Item | None:
    """Return a post in its newest version, dated by its first and its newest; None where nobody ever dated it."""
    newest, first = history[0].post, history[-1].post
    published = first.published or first.created or first.seen
    updated = _updated(history)
    if not published or not updated:
        return None
    return _item(name("post", newest.key), newest, origin, page, published, updated, newest.text, ())


def _updated(history: Sequence[Entry]) -> datetime | None:
    """Return when the newest version came: as its publisher says of the first one, of a later one as we saw it.

    It never goes back, for readers take only what is later for new; so nobody's clock counts beyond our own.
    """
    post, deletion = history[0].post, history[0].deletion
    said = post.updated or post.published or post.created or post.seen
    when = post.seen if post.seen and (post.revision > 1 or not said or said > post.seen) else said
    back = deletion.restored if deletion else None
    return max(when, back) if when and back else when


def of_deletion(key: str, deletion: Deletion, origin: Origin, page: str | None) -> Tombstone:
    why = " ".join(one_line(fit(sentence)) for sentence in deletion.evidence)
    by = _said(origin.name, origin.id)
    return Tombstone(name("post", key), key, origin, deletion.at, by, why, page)


def of_alert(alert: Alert, page: str | None) -> Item:
    """Return an alert: what was said, then why that matters."""
    verdict = alert.verdict
    text = "\n\n".join(filter(None, (alert.post.text, why(alert))))
    tags = dict.fromkeys((*verdict.topics, *([f"notice:{alert.notice}"] if alert.notice else []), verdict.severity))
    raised = alert.raised
    return _item(name("alert", alert.id), alert.post, alert.origin, page, raised, raised, text, tuple(tags))


def why(alert: Alert) -> str:
    """Return one paragraph: the severity, what a later version changes, and each reason. Empty for a notice."""
    if alert.notice:
        return ""  # its words say it
    verdict = alert.verdict
    told = [f"Why this alert ({verdict.severity}):"]
    if alert.change:
        told.append(f"a new version of the post changes this: {alert.change.summary};")
    told.append("; ".join(verdict.reasons) or f"rules that fired: {', '.join(verdict.rules) or 'none is recorded'}")
    return " ".join(told)


def _item(  # noqa: PLR0917  # what it is, then what is said of it
    name: str,
    post: Post,
    origin: Origin,
    page: str | None,
    published: datetime,
    updated: datetime,
    text: str,
    tags: tuple[str, ...],
) -> Item:
    title = one_line(fit(post.title))
    words = one_line(fit(text[: 4 * _LONGEST_HEADING]))
    short = words if len(words) <= _LONGEST_HEADING else f"{words[: _LONGEST_HEADING - 1].rstrip()}…"
    return Item(
        id=name,
        key=post.key,
        revision=post.revision,
        origin=origin,
        title=title,
        heading=title or short or "(no words)",
        text=fit(text),
        published=published,
        updated=max(published, updated),
        author=_said(post.author or "", origin.name, origin.id),
        language=post.language if post.language and _LANGUAGE.fullmatch(post.language) else None,
        address=_link(post.permalink),
        page=page,
        media=tuple(medium for medium in post.media if _link(medium.url)),
        tags=tuple(said for tag in tags if (said := one_line(fit(tag)))),
    )


def _said(*names: str) -> str:
    """Return the first name with words in it."""
    return next(filter(None, (one_line(fit(each)) for each in names)), "unknown")


def _link(address: str | None) -> str | None:
    """Return a web address that also XML takes as it is."""
    return web_link(address) if address and address == fit(address) else None
