"""What other rules would have made of what was said: the past, judged again. Reads only; windows are not replayed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.cli.common import clock, fail, heading, title

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.dedup import Said
    from monitor.model import Alert, Entry, Origin, Post, Verdict

_AT_ONCE = 200
_SAID_BEFORE = timedelta(days=7)  # for as long a near copy is known; the same words, places and marks for a day
Since = Callable[..., Awaitable[list["Entry"]]]


class Replayed(NamedTuple):
    """A post, what was made of it at the time, and what the other rules make of it."""

    entry: Entry
    then: Verdict
    now: Verdict

    @property
    def change(self) -> str:
        """`+` it would alert now, `-` no longer, `~` for other topics, `` nothing."""
        if self.then.alert != self.now.alert:
            return "+" if self.now.alert else "-"
        return "~" if self.then.alert and self.then.topics != self.now.topics else ""


async def replayed(
    since: Since, settings: Settings, span: tuple[datetime, datetime], source: str | None
) -> list[Replayed]:
    """Judge every post of a span again, in the order it came, by these settings.

    What says again what alerts now, as a copy or in another place, is silent now, and so is a later version that
    changes nothing of what alerts now; so that it is known what was said before the span, reading begins a week
    earlier. `since` is the store's: moment, before, count, after. Posts that nobody has judged yet are left out.
    """
    from monitor.judge import alert_for, decide  # noqa: PLC0415

    begin, end = span
    rulebook, past = settings.rulebook(), _Past({one.id: one.origin for one in settings.sources})
    found: list[Replayed] = []
    last = None
    while entries := await since(begin - _SAID_BEFORE, end, _AT_ONCE, last):
        last = entries[-1].id
        for taken in entries:
            if taken.verdict is None:
                continue
            entry = past.compared(taken, taken.verdict)
            origin, said = past.origin(entry.post), past.said(entry)
            now = decide(entry, origin, rulebook, past.original(entry), said, settings.routes)
            past.keep(entry, now, alert_for(entry.post, origin, now, end, said))
            if source in (None, entry.post.source) and _came(entry) >= begin.timestamp():
                found.append(Replayed(taken, taken.verdict, now))
    return found


class _Past:
    """What was judged so far: versions and alerts by their posts, the places of each statement by its first post."""

    def __init__(self, origins: Mapping[str, Origin]) -> None:
        from monitor.judge.before import Before  # noqa: PLC0415

        self._origins = origins
        self._before = Before({})
        self._versions: dict[str, list[Entry]] = {}
        self._raised: dict[str, Alert] = {}
        self._places: dict[str, list[tuple[Entry, Origin]]] = {}

    def origin(self, post: Post) -> Origin:
        from monitor.model import Origin  # noqa: PLC0415

        return self._origins.get(post.source) or Origin(id=post.source, kind=post.kind, name=post.source)

    def compared(self, entry: Entry, then: Verdict) -> Entry:
        """Return an entry with what it is compared with: by these rules, or of what it is a version by its own mark."""
        known = self._versions.get(then.updates, ()) if then.updates else ()
        return self._before.compared(entry, self.origin(entry.post), known)

    def original(self, entry: Entry) -> Alert | None:
        """Return the alert on the post that this one copies. No unofficial source silences an official one."""
        if entry.copy_of is None:
            return None
        first = self._origins.get(entry.copy_of.partition(":")[0])
        if self.origin(entry.post).official and not (first and first.official):
            return None
        return self._raised.get(entry.copy_of)

    def said(self, entry: Entry) -> tuple[Said, ...]:
        """Return where else the statement was said before, of the places that were found to say it at the time."""
        from monitor import dedup  # noqa: PLC0415

        if entry.same_as:
            return dedup.elsewhere(entry, self._places.get(entry.same_as.key, ()))
        near = self._places.get(entry.like.key, ()) if entry.like else ()
        return dedup.near(entry, self.origin(entry.post), near)[1]

    def keep(self, entry: Entry, verdict: Verdict, alert: Alert | None) -> None:
        """Keep what became of an entry for those behind it. An edit that is no news was told by the alert before it."""
        from monitor.model import changed  # noqa: PLC0415

        key = entry.post.key
        self._before.judged(entry, verdict)
        self._versions.setdefault(key, []).append(entry)
        if alert:
            self._raised[key] = alert
        told = self._raised.get(key)
        became = changed(entry, verdict=verdict, alert=told.id if told else None)
        before = entry.same_as or entry.like
        first = before.key if before else key
        self._places.setdefault(first, []).append((became, self.origin(entry.post)))


def _came(entry: Entry) -> float:
    """Return when an entry came, in seconds since 1970: the first part of its id, in milliseconds."""
    return int(entry.id.partition("-")[0]) / 1000


def labels(path: Path) -> dict[str, bool]:
    """Read by key or link what people expect of posts: JSON lines with `id` and `alert_expected`."""
    expected = {}
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            try:
                label = json.loads(line)
                name, wanted = str(label["id"]), label["alert_expected"]
            except (ValueError, KeyError, TypeError, RecursionError):
                wanted = None
            if isinstance(wanted, bool):
                expected[name] = wanted
            else:
                fail(f'{path}:{number}: no label; wanted is a line like {{"id": "mod:…", "alert_expected": true}}')
    return expected


def page(
    replayed: Sequence[Replayed], expected: Mapping[str, bool], *, everything: bool, as_json: bool
) -> Iterator[str]:
    """Yield the lines of the answer: post by post what changes, then in numbers."""
    for one in replayed:
        if everything or one.change:
            yield json.dumps(_record(one), ensure_ascii=False) if as_json else _line(one)
    figures = _figures(replayed, expected)
    if as_json:
        yield json.dumps({"figures": figures}, ensure_ascii=False)
        return
    yield ""
    yield f"{figures['posts']} posts: {figures['alerts_then']} alerts then, {figures['alerts_now']} now."
    yield f"{figures['gained']} more, {figures['lost']} fewer, {figures['other_topics']} for other topics."
    for rule, count in figures["by_rule"].items():
        yield f"  {rule}: {count['then']} then, {count['now']} now"
    for when in ("then", "now") if expected else ():
        share = figures["labelled"][when]
        yield f"Of {figures['labelled']['posts']} labelled, {when}: {share['found']}, {share['right']}."


def _figures(replayed: Sequence[Replayed], expected: Mapping[str, bool]) -> dict[str, Any]:
    changes = Counter(one.change for one in replayed)
    then = Counter(rule for one in replayed if one.then.alert for rule in one.then.rules)
    now = Counter(rule for one in replayed if one.now.alert for rule in one.now.rules)
    figures: dict[str, Any] = {
        "posts": len(replayed),
        "alerts_then": sum(one.then.alert for one in replayed),
        "alerts_now": sum(one.now.alert for one in replayed),
        "gained": changes["+"],
        "lost": changes["-"],
        "other_topics": changes["~"],
        "by_rule": {rule: {"then": then[rule], "now": now[rule]} for rule in sorted({*then, *now})},
    }
    known = [(one, wanted) for one in replayed if (wanted := _expected(one.entry, expected)) is not None]
    if expected:
        figures["labelled"] = {
            "posts": len(known),
            "then": _shares([(wanted, one.then.alert) for one, wanted in known]),
            "now": _shares([(wanted, one.now.alert) for one, wanted in known]),
        }
    return figures


def _expected(entry: Entry, expected: Mapping[str, bool]) -> bool | None:
    return expected.get(entry.post.key, expected.get(entry.post.permalink or ""))


def _shares(pairs: Sequence[tuple[bool, bool]]) -> dict[str, str]:
    """Return recall and precision of pairs (expected, alerted), in words."""
    wanted, rang = sum(wanted for wanted, _ in pairs), sum(got for _, got in pairs)
    right = sum(wanted and got for wanted, got in pairs)
    return {
        "found": f"{right} of {wanted} found" + (f" ({right / wanted:.0%})" if wanted else ""),
        "right": f"{right} of {rang} alerts right" + (f" ({right / rang:.0%})" if rang else ""),
    }


def _record(one: Replayed) -> dict[str, Any]:
    from monitor.model import plain  # noqa: PLC0415

    post = one.entry.post
    return {
        "change": one.change, "key": post.key, "revision": post.revision, "source": post.source,
        "published": plain(post.published), "title": post.title, "permalink": post.permalink,
        "then": plain(one.then), "now": plain(one.now),
    }  # fmt: skip


def _line(one: Replayed) -> str:
    post = one.entry.post
    why = "; ".join(one.now.reasons if one.change != "-" else one.then.reasons)
    topics = ", ".join(one.now.topics or one.then.topics)
    said = heading(post)
    when = clock(post.published or post.seen)
    return f"{one.change or ' '} {when}  {post.source:<16} {said}\n    {topics}: {title(why)}"
