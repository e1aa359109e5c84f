"""What an alert says, the same in every channel. Pure; each kind adds its own escaping and limits.

Everything that comes from a publisher passes `tidy`: characters that steer a terminal, break a header or turn the
direction of the words around them do not leave this house. Offsets count in the stored text, so a text is taken
apart first and tidied piece by piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from monitor import notices
from monitor.model import Alert, Delivery, Origin, Post

LINK_LIMIT = 2000
_LEAD_LIMIT = 300
WINDOW = "window"  # the `kind` of a post that a window over time wrote: it names the posts of others

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# C0, DEL and C1 but for tab and line feed; embeddings, overrides and isolates; BOM and annotation marks. Plain marks of
# direction (LRM, RLM, ALM) stay: they cannot reach beyond their neighbours.
_STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_IN_LINKS = re.compile(r"[\s|<>\"`\\^{}]")
_BLANKS = re.compile(r"\s+")
_JOINERS = "\u200d\ufe0e\ufe0f"


class Piece(NamedTuple):
    """A stretch of a publisher's text; `fired`: a term stands here."""

    words: str
    fired: bool


def tidy(text: str) -> str:
    """Return the text with line feeds as its only line ends and without characters that steer anything."""
    text = _STEERING.sub("", _LINE_ENDS.sub("\n", text))
    return _LONE_SURROGATES.sub("\ufffd", text)


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def shorten(text: str, limit: int) -> str:
    """Cut to `limit` code points, at a blank where one is near, never inside a character built of several."""
    if len(text) <= limit:
        return text
    end = max(limit - 2, 0)
    blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    if blank >= end - 40 and blank > 0:
        end = blank
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + " …"


def link(url: str | None) -> str | None:
    """Return a web address fit to be a link, what would end the link early percent-encoded; None for any other."""
    if url is None:
        return None
    address = _NOT_IN_LINKS.sub(lambda found: quote(found[0]), tidy(url).strip())
    scheme, colon, rest = address.partition(":")
    address = f"{scheme.lower()}{colon}{rest}"  # not every reader knows `HTTPS:` for a link
    return address if host(address) and len(address) <= LINK_LIMIT else None


def host(url: str) -> str | None:
    """Return the host of a web address; None if it is no web address."""
    try:
        parts = urlsplit(url)
        name = parts.hostname
    except ValueError:
        return None
    return name if parts.scheme in ("http", "https") else None


def when(moment: datetime | None, timezone: str | None = None) -> str:
    """Return a time in UTC, after the source's own clock where its zone is known.

    `16 Nov 2021 15:00 (+04) = 11:00 UTC`, `16 Nov 2021 11:00 UTC`, `time not given`.
    """
    if moment is None:
        return "time not given"
    utc = moment.astimezone(UTC)
    zone = _zone(timezone) if timezone and timezone != "UTC" else None
    if zone is None:
        return f"{utc.day} {utc:%b %Y %H:%M} UTC"
    local = moment.astimezone(zone)
    there = f"{local.day} {local:%b %Y %H:%M} ({local:%z})".replace("00)", ")")
    return f"{there} = {utc:%H:%M} UTC" if local.date() == utc.date() else f"{there} = {when(moment)}"


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None  # a zone this machine does not know must not hold up an alert


def headline(alert: Alert) -> str:
    """Return severity, topics, and whether it corrects an earlier version: `HIGH · border, casualties`.

    Of a notice, what it is about: `NOTICE · source silent · Ministry of Defence`.
    """
    if called := notices.headline(alert):
        return one_line(called)
    words = [alert.verdict.severity.upper(), one_line(", ".join(alert.verdict.topics))]
    if alert.update or alert.post.revision > 1:
        words.append(f"UPDATE: version {alert.post.revision}")
    return " · ".join(word for word in words if word)


def subject(alert: Alert, limit: int) -> str:
    """Return one line that names the alert, the source and what was said."""
    if alert.notice:
        return shorten(headline(alert), limit)
    said = one_line(alert.post.title) or one_line(alert.post.text)
    words = (headline(alert), one_line(alert.origin.name), said)
    return shorten(" · ".join(word for word in words if word), limit)


def who(origin: Origin) -> str:
    if origin.kind == WINDOW:
        return one_line(origin.name)
    party = f"{one_line(origin.party)}, " if origin.party else ""
    return f"{one_line(origin.name)} ({party}{'official' if origin.official else 'not official'})"


def facts(alert: Alert) -> list[tuple[str, str]]:
    """Return who, when and what else a reader must know, as (label, value)."""
    if alert.notice:
        return _facts_of_notice(alert)
    post, zone = alert.post, alert.origin.timezone
    if post.kind == WINDOW:
        return [("Reached", when(post.published))]
    moment, label = (
        (post.created, "Written") if post.published is None and post.created else (post.published, "Published")
    )
    found = [("Who", who(alert.origin)), (label, when(moment, zone)), ("First seen", when(post.seen))]
    if post.updated and post.updated != moment:
        found.insert(2, ("Changed", when(post.updated, zone)))
    if post.author:
        found.append(("Author", shorten(one_line(post.author), 200)))
    if post.repost_of:
        found.append(("Repost of", shorten(one_line(post.repost_of), 300)))
    if post.media:
        counts = Counter(media.type for media in post.media)
        found.append(("Attached", ", ".join(f"{number} {kind}" for kind, number in counts.items())))
    if "partial" in post.flags:
        found.append(("Note", "the source gives only part of the text"))
    return found


def _facts_of_notice(alert: Alert) -> list[tuple[str, str]]:
    """Return what it is about, by the id that stands in the configuration, since when, and when that was noticed."""
    post, origin = alert.post, alert.origin
    about = ("Channel", origin.id) if origin.kind == notices.CHANNEL else ("Source", f"{who(origin)}, id {origin.id}")
    since = [("Since", when(post.published, origin.timezone))] if post.published != alert.raised else []
    return [about, *since, ("Noticed", when(alert.raised))]


def title_and_text(post: Post) -> tuple[str, str]:
    """Return the title in one line and the text; no title where the text begins with it anyway."""
    title, text = one_line(post.title), tidy(post.text).strip()
    return ("" if one_line(text).startswith(title) else title), text


def lead(alert: Alert) -> tuple[Piece, ...]:
    """Return what was said in one line: the title, or the beginning of the text where there is none."""
    title = one_line(alert.post.title)
    text = shorten(alert.post.title if title else alert.post.text, _LEAD_LIMIT)
    return in_one_line(pieces(text.strip(), _spans(alert, "title" if title else "text", text)))


def body(alert: Alert, limit: int) -> tuple[Piece, ...]:
    """Return the text; nothing where the lead has said it all. A list of posts is cut between two of them."""
    post = alert.post
    if one_line(post.text) == joined(lead(alert)).strip():
        return ()
    text = _whole_parts(post.text, limit) if post.kind == WINDOW else shorten(post.text, limit)
    return pieces(text.strip(), _spans(alert, "text", text))


def _spans(alert: Alert, field: str, text: str) -> list[tuple[int, int]]:
    """Return what fired in a field, counted in what is left of it once the blanks around it are gone."""
    gone = len(text) - len(text.lstrip())
    return [(one.start - gone, one.end - gone) for one in alert.verdict.matches if one.field == field]


def _whole_parts(text: str, limit: int) -> str:
    found: list[str] = []
    room = limit
    for part in text.split("\n\n"):
        room -= len(part) + 2
        if room < 0:
            return "\n\n".join([*found, "…"])
        found.append(part)
    return text


def listed(text: str) -> list[tuple[str, str | None]]:
    """Return the posts that a window names in its text, each in one line, with its address where that is usable."""
    found = (part.partition("\n") for part in text.split("\n\n") if part.strip())
    return [(one_line(head), link(address) if address else None) for head, _, address in found]


def joined(parts: Iterable[Piece]) -> str:
    return "".join(piece.words for piece in parts)


def in_one_line(parts: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(Piece(_BLANKS.sub(" ", words), fired) for words, fired in parts)


def few(words: Iterable[str], most: int, between: str = ", ") -> str:
    """Return the first `most`, each once, and how many there are beyond: `Goris, Kapan, +3 more`."""
    found = list(dict.fromkeys(words))
    return between.join([*found[:most], *([f"+{len(found) - most} more"] if len(found) > most else [])])


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Take a stored text apart at the spans that fired, overlapping ones joined, every piece tidied."""
    found: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        begin, stop = max(start, at), min(end, len(text))
        if begin >= stop:
            continue
        found += [Piece(tidy(text[at:begin]), fired=False), Piece(tidy(text[begin:stop]), fired=True)]
        at = stop
    return (*found, Piece(tidy(text[at:]), fired=False))


def original(post: Post) -> tuple[str, str | None]:
    """Return what the link is called, and the link: of a window it leads to the last of the posts that it names."""
    return ("Last of them" if post.kind == WINDOW else "Original"), link(post.permalink)


def signature(delivery: Delivery) -> str:
    return f"Channel {delivery.channel} · delivery {delivery.id}"
