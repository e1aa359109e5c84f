"""What an alert says, the same in every channel. Pure; each kind adds its own escaping and limits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor import dedup, notices
from monitor.model import Alert, Delivery, Origin, Part, Place, Post
from monitor.notifiers._text import Piece, few, in_one_line, joined, link, one_line, pieces, shorten, tidy
from monitor.policy import clock
from monitor.policy.digest import KIND as DIGEST

_LEAD_LIMIT = 300
WINDOW = "window"  # the `kind` of a post that a window over time wrote
LISTS = (WINDOW, DIGEST)  # the kinds whose text names the posts of others
_KNOWN_BY_ID = {notices.CHANNEL: "Channel", "incident": "Incident"}  # what a notice is about, if it is no source
_BLANKS = re.compile(r"\s+")
_AND_MORE = re.compile(r"\W*and ([0-9]+) more")


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

    Of a notice, what it is about: `NOTICE · source silent · Ministry of Defence`; of a digest also what it tells
    together: `DIGEST · 12 statements in the digest of 07:00 (UTC) · HIGH · border`; `CALL · …` where it calls somebody.
    """
    if called := notices.headline(alert):
        return one_line(called)
    words = list(_together(alert)) if alert.post.kind == DIGEST else []
    words += [alert.verdict.severity.upper(), one_line(", ".join(alert.verdict.topics))]
    if alert.update or alert.post.revision > 1:
        words.append(f"UPDATE: {version(alert.post)}")
    return " · ".join(word for word in words if word)


def version(post: Post) -> str:
    """Return which version a post is, as we count or, where it is the first we saw, by its agency's own mark."""
    marked = dedup.marked_version(post) if post.revision == 1 else None
    return marked.said if marked else f"version {post.revision}"


def subject(alert: Alert, limit: int) -> str:
    """Return one line that names the alert, the source and what was said."""
    if alert.notice:
        return shorten(headline(alert), limit)
    if alert.post.kind == DIGEST:
        words = [headline(alert), _gravest(alert)]
    else:
        said = one_line(alert.post.title) or one_line(alert.post.text)
        words = [headline(alert), one_line(alert.origin.name), said]
    return shorten(" · ".join(word for word in words if word), limit)


def _together(alert: Alert) -> tuple[str, str]:
    """Return what a digest is, and what it tells together: `DIGEST`, `12 statements in the digest of 07:00 (UTC)`."""
    word, _, together = one_line("".join(alert.verdict.reasons[:1])).partition(": ")
    return word, together


def _gravest(alert: Alert) -> str:
    """Return what the title of a digest says beyond that: `the gravest: Fire near Goris`; of one alone its title."""
    return one_line(alert.post.title).removeprefix(_together(alert)[1]).lstrip(",: ")


def who(origin: Origin) -> str:
    if origin.kind in LISTS:
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
    if post.kind == DIGEST:
        return [("Told", when(post.published))]
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
    if summary := changes(alert):
        found.insert(0, ("What changed", summary))
    if also := elsewhere(alert):
        found.append(("Also", also))
    return found


def changes(alert: Alert) -> str:
    """Return what an update changes, in one line: `4 wounded → 7 wounded`."""
    return one_line(alert.change.summary) if alert.change else ""


def excerpt(alert: Alert) -> tuple[Piece, ...]:
    """Return the sentence that an update changes: what is gone as `[−4]`, what is new as `[+7]`, the latter fired."""
    parts = alert.change.parts if alert.change else ()
    return tuple(piece for part in parts for piece in _part(part))


def _part(part: Part) -> Iterator[Piece]:
    """Yield words of an excerpt with their sign, the blanks around them outside of it."""
    line = _BLANKS.sub(" ", tidy(part.words))
    said = line.strip()
    if part.kind == "same" or not said:
        yield Piece(line, fired=False)
        return
    sign, fired = ("+", True) if part.kind == "new" else ("−", False)
    yield Piece(f"{' ' * line.startswith(' ')}[{sign}{said}]{' ' * line.endswith(' ')}", fired=fired)


def elsewhere(alert: Alert) -> str:
    """Return where else the statement stands: `Ministry on Telegram, 14:02 UTC (first) · Ministry on X, 14:05 UTC`."""
    return few(
        (_place(one, first=one is alert.places[0]) for one in alert.places if one.key != alert.post.key), 6, " · "
    )


def _place(place: Place, *, first: bool) -> str:
    moment = place.published or place.seen
    clock = f", {moment.astimezone(UTC):%H:%M} UTC" if moment else ""
    return f"{shorten(one_line(place.name), 80)}{clock}{' (first)' if first else ''}"


def _facts_of_notice(alert: Alert) -> list[tuple[str, str]]:
    """Return what it is about, by the id that stands in the configuration, since when, and when that was noticed."""
    post, origin = alert.post, alert.origin
    about = ("Source", f"{who(origin)}, id {origin.id}")
    if origin.kind in _KNOWN_BY_ID:
        about = (_KNOWN_BY_ID[origin.kind], origin.id)
    since = [("Since", when(post.published, origin.timezone))] if post.published != alert.raised else []
    return [about, *since, ("Noticed", when(alert.raised))]


def incident(alert: Alert) -> str:
    """Return which incident: `the incident opened 14:02 UTC (statement 5)`; of a digest how many there are so far."""
    found = alert.incident
    if found is None:
        return "the incident"
    opened = f" opened {clock.said(found.opened, UTC, alert.raised)} UTC" if found.opened else ""
    if alert.notice:
        return f"the incident{opened}"
    if alert.post.kind != DIGEST:
        return f"the incident{opened} (statement {found.number})"
    return f"the incident{opened} ({found.number} statement{'s' * (found.number != 1)} so far)"


def membership(alert: Alert, begin: str = "part of") -> str:
    """Return what an alert is to its incident: `part of the incident opened 14:02 UTC (statement 5): it also …`.

    After the colon what they have in common and what it adds. Nothing of the alert that opened it, and of a notice,
    which says itself what it is about.
    """
    found = alert.incident
    if found is None or alert.notice or (found.number == 1 and alert.post.kind != DIGEST):
        return ""
    said = [] if alert.post.kind == DIGEST else [one_line(words) for words in (found.why, found.adds) if words]
    return f"{begin} {incident(alert)}{': ' * bool(said)}{'; '.join(said)}"


def acknowledgement(delivery: Delivery) -> str | None:
    """Return the address at which whoever reads this takes the incident in hand."""
    return link(delivery.acknowledge)


def title_and_text(post: Post) -> tuple[str, str]:
    """Return the title in one line and the text; no title where the text begins with it anyway."""
    title, text = one_line(post.title), tidy(post.text).strip()
    return ("" if one_line(text).startswith(title) else title), text


def lead(alert: Alert) -> tuple[Piece, ...]:
    """Return what was said in one line: the title, or the beginning of the text where there is none.

    Of a digest what is gravest in it.
    """
    if alert.post.kind == DIGEST:
        said = _gravest(alert)
        return (Piece(shorten(said[:1].upper() + said[1:], _LEAD_LIMIT), fired=False),)
    title = one_line(alert.post.title)
    text = shorten(alert.post.title if title else alert.post.text, _LEAD_LIMIT)
    return in_one_line(pieces(text.strip(), _spans(alert, "title" if title else "text", text)))


def body(alert: Alert, limit: int) -> tuple[Piece, ...]:
    """Return the text; nothing where the lead has said it all. A list of posts is cut between two of them."""
    post = alert.post
    if one_line(post.text) == joined(lead(alert)).strip():
        return ()
    text = text_of(post, limit)
    return pieces(text.strip(), _spans(alert, "text", text))


def _spans(alert: Alert, field: str, text: str) -> list[tuple[int, int]]:
    """Return what fired in a field, counted in what is left of it once the blanks around it are gone."""
    gone = len(text) - len(text.lstrip())
    return [(one.start - gone, one.end - gone) for one in alert.verdict.matches if one.field == field]


def text_of(post: Post, limit: int) -> str:
    """Return the text of a post, cut to `limit` code points; a list of posts between two of them, and how many more."""
    if post.kind not in LISTS:
        return shorten(post.text, limit)
    named, more = that_fit(post.text.split("\n\n"), limit)
    return "\n\n".join([*named, *([f"… and {more} more"] if more else [])])


def that_fit(lines: Sequence[str], room: int) -> tuple[list[str], int]:
    """Return the first lines of a list that fit in `room` code points, and how many posts are not among them.

    0 where all fit, also if the last says itself that there are more.
    """
    named: list[str] = []
    for line in lines:
        room -= len(line) + 2
        if room < 0:
            break
        named.append(line)
    left = len(lines) - len(named)
    beyond = _AND_MORE.fullmatch(lines[-1]) if left else None
    return named, left + (int(beyond[1]) - 1 if beyond else 0)


def listed(text: str) -> list[tuple[str, str | None]]:
    """Return the posts that a list names in its text, each in one line, with its address where that is usable."""
    found = (part.partition("\n") for part in text.split("\n\n") if part.strip())
    return [(one_line(head), link(address) if address else None) for head, _, address in found]


def original(post: Post) -> tuple[str, str | None]:
    """Return what the link is called, and the link: of a list it leads to the last of the posts that it names."""
    return ("Last of them" if post.kind in LISTS else "Original"), link(post.permalink)


def signature(delivery: Delivery) -> str:
    return f"Channel {delivery.channel} · delivery {delivery.id}"
