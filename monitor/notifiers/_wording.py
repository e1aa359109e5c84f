"""What an alert says, the same in every channel. Pure; each kind adds its own escaping and limits.

Everything that comes from a publisher passes `tidy`: characters that steer a terminal, break a header or turn the
direction of the words around them do not leave this house. Offsets count in the stored text, so a text is taken
apart first and tidied piece by piece.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from monitor import notices
from monitor.model import Alert, Delivery, Match, Origin, Post

LINK_LIMIT = 2000
_SENTENCE_LIMIT = 320

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# C0, DEL and C1 but for tab and line feed; embeddings, overrides and isolates; BOM and annotation marks. Plain marks of
# direction (LRM, RLM, ALM) stay: they cannot reach beyond their neighbours.
_STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# A full stop after a single letter is an initial or an abbreviation, seldom the end of a sentence.
# Nothing in the pattern repeats without bound, so that a hostile text costs no more than its length.
_SENTENCE_END = re.compile(r"(?:(?<!\b\w)\.|[!?…։])[\"'»”’)\]]{0,3}\s|\n")
_NOT_IN_LINKS = re.compile(r"[\s|<>\"`\\^{}]")
_JOINERS = "\u200d\ufe0e\ufe0f"


class Piece(NamedTuple):
    """A stretch of a publisher's text; `fired`: a term stands here."""

    words: str
    fired: bool


class Why(NamedTuple):
    """One sentence that fired: by which rules and topics, on which words, and the sentence around them."""

    rules: tuple[str, ...]
    words: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def cause(self) -> str:
        return f"{', '.join(self.rules)}: {', '.join(f'“{words}”' for words in self.words)}"

    @property
    def sentence(self) -> str:
        return "".join(piece.words for piece in self.pieces)


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
    party = f"{one_line(origin.party)}, " if origin.party else ""
    return f"{one_line(origin.name)} ({party}{'official' if origin.official else 'not official'})"


def facts(alert: Alert) -> list[tuple[str, str]]:
    """Return who, when and what else a reader must know, as (label, value)."""
    if alert.notice:
        return _facts_of_notice(alert)
    post, zone = alert.post, alert.origin.timezone
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


def whys(alert: Alert, most: int = 5) -> list[Why]:
    """Return the sentences that fired, each once, the first `most` of them."""
    ends = {"title": _sentence_ends(alert.post.title), "text": _sentence_ends(alert.post.text)}
    sentences: dict[tuple[str, int, int], list[Match]] = {}
    for match in alert.verdict.matches:
        bounds = ends[match.field]
        begin = bounds[bisect_right(bounds, match.start) - 1]
        end = bounds[min(bisect_left(bounds, match.end, lo=1), len(bounds) - 1)]
        sentences.setdefault((match.field, begin, end), []).append(match)
    return [_why(alert.post, begin, end, matches) for (_, begin, end), matches in list(sentences.items())[:most]]


def _sentence_ends(text: str) -> list[int]:
    return [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]


def _why(post: Post, begin: int, end: int, matches: list[Match]) -> Why:
    first = matches[0]
    text = post.title if first.field == "title" else post.text
    before = after = ""
    if end - begin > _SENTENCE_LIMIT and first.start - begin > _SENTENCE_LIMIT // 2:
        begin, before = first.start - _SENTENCE_LIMIT // 2, "… "
    if end - begin > _SENTENCE_LIMIT:
        end, after = begin + _SENTENCE_LIMIT, " …"
    sentence = text[begin:end].rstrip()
    begin += len(sentence) - len(sentence.lstrip())
    parts = pieces(sentence.lstrip(), ((match.start - begin, match.end - begin) for match in matches))
    return Why(
        rules=tuple(dict.fromkeys(f"{one_line(match.rule)} ({one_line(match.topic)})" for match in matches)),
        words=tuple(dict.fromkeys(shorten(one_line(match.words), 80) for match in matches))[:6],
        pieces=(
            Piece(before, fired=False),
            *(Piece(re.sub(r"\s+", " ", part.words), part.fired) for part in parts),
            Piece(after, fired=False),
        ),
    )


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


def as_text(alert: Alert, delivery: Delivery, *, limit: int) -> str:
    """Return the whole alert as plain text, the post's text cut to `limit` code points."""
    title, text = title_and_text(alert.post)
    known = "\n".join(f"{label}: {value}" for label, value in facts(alert))
    said = [shorten(title, 300), shorten(text, limit)]
    if alert.notice:
        parts = [headline(alert), *said, known, signature(delivery)]
    else:
        why = shorten(explanation(alert), 1500)
        parts = [headline(alert), known, why, *said, original(alert.post), signature(delivery)]
    return "\n\n".join(part for part in parts if part)


def explanation(alert: Alert) -> str:
    """Return what fired and the sentence around it, point by point."""
    return "Why:\n" + "\n".join(f"• {reason}" for reason in reasons(alert))


def reasons(alert: Alert) -> list[str]:
    """Return what changed, if it is an update, and what fired, two lines for each sentence.

    Where no term stands in the text the verdict's own words must do.
    """
    own = [one_line(reason) for reason in alert.verdict.reasons]
    found = [f"{why.cause}\n   {why.sentence}" for why in whys(alert)]
    if found and alert.update:
        return [f"changed since the last version: {own[0]}" if own else "changed since the last version", *found]
    return found or own or ["no reason was recorded"]


def original(post: Post) -> str:
    return f"Original: {link(post.permalink) or 'no usable link was given'}"


def signature(delivery: Delivery) -> str:
    return f"Channel {delivery.channel} · delivery {delivery.id}"
