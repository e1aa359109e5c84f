"""Alerts on standard output, a few lines each. Nothing to set up; good for a first look and for a log."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

from monitor.errors import Unreachable
from monitor.model import Alert, Delivery, Severity
from monitor.notifiers import NotifierConfig, PostRequest
from monitor.notifiers._text import Piece, joined, one_line, shorten
from monitor.notifiers._why import reasons, remarks
from monitor.notifiers._wording import (
    WINDOW,
    acknowledgement,
    changes,
    elsewhere,
    facts,
    headline,
    lead,
    listed,
    membership,
    original,
    signature,
    that_fit,
    title_and_text,
    when,
    who,
)
from monitor.policy.digest import KIND as DIGEST

_SAID_LIMIT = 200
_WHY_LIMIT = 240  # of what fired, and of what is to be held against it; the sentence around it is as long again
_NOTICE_LIMIT = 600
_LIST_LIMIT = 8000  # of what a digest tells together

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS: dict[Severity, str] = {"low": "", "medium": "\x1b[36m", "high": "\x1b[33m", "critical": "\x1b[31m"}


class Config(NotifierConfig):
    """`colour`: `auto` means on a terminal, unless NO_COLOR is set (no-color.org)."""

    kind: Literal["console"] = "console"
    colour: Literal["auto", "always", "never"] = "auto"


def message(alert: Alert, delivery: Delivery, settings: Config) -> str:
    """Return one alert as six to ten lines, a notice as five or six, every foreign line break and control gone.

    A digest has one more for each statement that it tells of, as far as there is room.
    Coloured only if `settings.colour` is `always`: whether `auto` means that is for `send` to find out.
    """
    coloured = settings.colour == "always"
    part = membership(alert, "continues" if delivery.root else "part of")
    ours = acknowledgement(delivery)
    lines = [
        *(_notice(alert) if alert.notice else _alert(alert, bold=coloured)),
        *([f"  {shorten(part, _WHY_LIMIT)}"] if part else []),
        *([f"  acknowledge: {ours}"] if ours else []),
        f"  {signature(delivery)}",
    ]
    if coloured:
        lines[0] = f"{_BOLD}{_COLOURS[alert.verdict.severity]}{lines[0]}{_RESET}"
        lines[-1] = f"{_DIM}{lines[-1]}{_RESET}"
    return "\n".join(lines) + "\n"


def _alert(alert: Alert, *, bold: bool) -> list[str]:
    if alert.post.kind == DIGEST:
        return _digest(alert)
    post, found = alert.post, reasons(alert)
    sentence = next((f" – {_shown(why.pieces, bold=bold)}" for why in found if why.pieces), "")
    noted = " · ".join(f"{label.lower()}: {value}" for label, value in remarks(alert))
    zone = alert.origin.timezone
    times = f"published: {when(post.published or post.created, zone)}, first seen: {when(post.seen)}"
    if also := elsewhere(alert):
        times += f", also: {also}"
    called, address = original(post)
    summary = changes(alert)
    return [
        f"{headline(alert)} · {who(alert.origin)}",
        shorten(joined(lead(alert)), _SAID_LIMIT),
        *([f"  changed: {shorten(summary, _WHY_LIMIT)}"] if summary else []),
        f"  why: {shorten(' · '.join(why.cause for why in found), _WHY_LIMIT)}{sentence}",
        *([f"  {shorten(noted, _WHY_LIMIT)}"] if noted else []),
        f"  {_known(alert) if post.kind == WINDOW else times}",
        f"  {called.lower()}: {address or 'no usable link was given'}",
    ]


def _digest(alert: Alert) -> list[str]:
    said = joined(lead(alert))
    lines = (f"  · {words}{f' {url}' if url else ''}" for words, url in listed(alert.post.text))
    named, more = that_fit(list(lines), _LIST_LIMIT)
    return [
        headline(alert),
        *([shorten(said, _SAID_LIMIT)] if said else []),
        *named,
        *([f"  … and {more} more"] if more else []),
        f"  why: {shorten(' · '.join(why.cause for why in reasons(alert)), _WHY_LIMIT)}",
        f"  {_known(alert)}",
    ]


def _shown(pieces: Iterable[Piece], *, bold: bool) -> str:
    return "".join(f"{_BOLD}{words}{_RESET}" if fired and bold else words for words, fired in pieces)


def _notice(alert: Alert) -> list[str]:
    title, text = title_and_text(alert.post)
    return [
        headline(alert),
        shorten(title, _SAID_LIMIT),
        f"  {shorten(one_line(text), _NOTICE_LIMIT)}",
        f"  {_known(alert)}",
    ]


def _known(alert: Alert) -> str:
    return ", ".join(f"{label.lower()}: {value}" for label, value in facts(alert))


class Notifier:
    """Writes to `stream`, or to what standard output is at the time. Standard output needs no `post`."""

    def __init__(
        self,
        settings: Config,
        post: PostRequest | None = None,  # noqa: ARG002  # every kind is made in the same way
        *,
        stream: TextIO | None = None,
    ) -> None:
        self.settings = settings
        self.stream = stream
        self._writing: asyncio.Future[None] | None = None

    async def send(self, alert: Alert, delivery: Delivery) -> None:
        """Write one alert, in a thread: a terminal held by Ctrl-S must not hold everything else."""
        stream = self.stream or sys.stdout
        settings = self.settings.model_copy(update={"colour": "always" if self._coloured(stream) else "never"})
        encoding = getattr(stream, "encoding", None) or "utf-8"
        text = message(alert, delivery, settings).encode(encoding, "replace").decode(encoding)
        if self._writing and not self._writing.done():  # one thread at most waits for the terminal
            raise Unreachable(f"channel {settings.id}: standard output still holds the alert before this one")
        self._writing = asyncio.ensure_future(asyncio.to_thread(_write, stream, text))
        try:
            await asyncio.shield(self._writing)
        except (OSError, ValueError) as why:  # ValueError: the stream was closed
            raise Unreachable(f"channel {settings.id}: standard output takes no more: {why}") from why

    def _coloured(self, stream: TextIO) -> bool:
        if self.settings.colour == "auto":
            return not stream.closed and stream.isatty() and not os.environ.get("NO_COLOR")
        return self.settings.colour == "always"


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
