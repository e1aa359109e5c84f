"""16 November 2021: the statements of `day.yaml`, and the clock that plays them."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import yaml

from monitor.model import Media, Value, shaped

ZONE = timezone(timedelta(hours=4))  # both countries, all year
DATE = "2021-11-16"
OPENS = datetime(2021, 11, 16, 10, 55, tzinfo=ZONE)
CLOSES = datetime(2021, 11, 16, 21, 30, tzinfo=ZONE)
SECONDS = 25.0  # how long the day takes at speed 1

SourceId = Literal["am", "az", "agency"]


class Statement(Value, frozen=True, kw_only=True):
    """One publication of the day; `day.yaml` says what each field means. `dated`: the date in the feed."""

    id: str
    source: SourceId
    at: datetime
    dated: datetime
    language: str
    title: str
    text: str
    fate: Literal["alert", "silent"]
    because: str = ""
    media: tuple[Media, ...] = ()
    edits: str | None = None
    repeats: str | None = None
    copies: str | None = None

    @property
    def after(self) -> str | None:
        """The statement that must have been read before this one may appear."""
        return self.edits or self.repeats or self.copies

    @property
    def native_id(self) -> str:
        """The id in the feed: an edit keeps that of what it edits."""
        return self.edits or self.id

    @property
    def revision(self) -> int:
        return 2 if self.edits else 1


def statements() -> list[Statement]:
    """Return the whole day and what came before it, in the order of publication."""
    raw = yaml.safe_load(Path(__file__).with_name("day.yaml").read_text(encoding="utf-8"))
    by_id = {one["id"]: one for one in raw}
    return sorted((_statement(one, by_id) for one in raw), key=lambda one: one.at)


def _statement(raw: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Statement:
    spoken = by_id[raw.get("repeats") or raw.get("copies") or raw["id"]]
    words = {"language": spoken["language"], "title": spoken["title"], "text": _unwrapped(spoken["text"])}
    dated = by_id[raw.get("edits") or raw["id"]]["at"]
    return shaped({**raw, **words, "at": _moment(raw["at"]), "dated": _moment(dated)}, Statement)


def _moment(written: str) -> datetime:
    """Read `16:24`, an hour of the day itself, or `2021-11-14 18:40`."""
    return datetime.fromisoformat(written if "-" in written else f"{DATE} {written}").replace(tzinfo=ZONE)


def _unwrapped(text: str) -> str:
    """Take the line breaks out of each paragraph; paragraphs stay apart by a blank line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


class Clock:
    """The day's time: it stands at the opening hour until started, then runs `speed` times its usual pace."""

    def __init__(self, speed: float) -> None:
        self.seconds = SECONDS / speed
        self._pace = (CLOSES - OPENS) / self.seconds  # of the day, in one second of ours
        self._running = asyncio.Event()
        self._started = 0.0

    def start(self) -> None:
        self._started = time.monotonic()
        self._running.set()

    def now(self) -> datetime:
        if not self._running.is_set():
            return OPENS
        return OPENS + (time.monotonic() - self._started) * self._pace

    def ours(self, seconds: float) -> float:
        """Return how long so many of the day's seconds take here."""
        return seconds / self._pace.total_seconds()

    async def reaches(self, moment: datetime) -> None:
        """Wait until the day has come to `moment`."""
        await self._running.wait()
        await asyncio.sleep(max(0.0, (moment - self.now()) / self._pace))
