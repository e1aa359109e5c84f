"""Alerts on standard output, a few lines each. Nothing to set up; good for a first look and for a log."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Literal, TextIO

from monitor.errors import Unreachable
from monitor.model import Alert, Delivery, Severity
from monitor.notifiers import NotifierConfig, PostRequest
from monitor.notifiers._wording import (
    facts,
    headline,
    link,
    one_line,
    shorten,
    signature,
    title_and_text,
    when,
    who,
    whys,
)

_SAID_LIMIT = 200
_WHY_LIMIT = 400
_NOTICE_LIMIT = 600

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS: dict[Severity, str] = {"low": "", "medium": "\x1b[36m", "high": "\x1b[33m", "critical": "\x1b[31m"}


class Config(NotifierConfig):
    """`colour`: `auto` means on a terminal, unless NO_COLOR is set (no-color.org)."""

    kind: Literal["console"] = "console"
    colour: Literal["auto", "always", "never"] = "auto"


def message(alert: Alert, delivery: Delivery, settings: Config) -> str:
    """Return one alert as six lines, a notice as five, every foreign line break and control character gone.

    Coloured only if `settings.colour` is `always`: whether `auto` means that is for `send` to find out.
    """
    lines = [*(_notice(alert) if alert.notice else _alert(alert)), f"  {signature(delivery)}"]
    if settings.colour == "always":
        lines[0] = f"{_BOLD}{_COLOURS[alert.verdict.severity]}{lines[0]}{_RESET}"
        lines[-1] = f"{_DIM}{lines[-1]}{_RESET}"
    return "\n".join(lines) + "\n"


def _alert(alert: Alert) -> list[str]:
    post = alert.post
    moment = post.published or post.created
    said = one_line(post.title) or one_line(post.text)
    why = whys(alert, most=1)
    reason = one_line(" · ".join(alert.verdict.reasons)) + (f" – {why[0].sentence}" if why else "")
    return [
        f"{headline(alert)} · {who(alert.origin)}",
        shorten(said, _SAID_LIMIT),
        f"  why: {shorten(reason, _WHY_LIMIT)}",
        f"  published: {when(moment, alert.origin.timezone)}, first seen: {when(post.seen)}",
        f"  {link(post.permalink) or 'no usable link was given'}",
    ]


def _notice(alert: Alert) -> list[str]:
    title, text = title_and_text(alert.post)
    return [
        headline(alert),
        shorten(title, _SAID_LIMIT),
        f"  {shorten(one_line(text), _NOTICE_LIMIT)}",
        f"  {', '.join(f'{label.lower()}: {value}' for label, value in facts(alert))}",
    ]


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
