"""The log's lines: what a person wants to know, each change of state once, in one calm line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from monitor.poll.once import Polled

if TYPE_CHECKING:
    from monitor.sources import SourceConfig

log = structlog.get_logger("poll")


def tell(settings: SourceConfig, polled: Polled) -> None:
    before, after = polled.before, polled.after
    fresh = {what: polled.counts[what] for what in ("new", "version", "repeat") if polled.counts[what]}
    if fresh:
        first_poll = {"first_poll": "stored, no alerts"} if before.answered is None else {}
        log.info("source.posts", source=settings.id, **fresh, **first_poll)
    if polled.filled:
        log.info("source.filled", source=settings.id, posts=polled.filled.posts, from_="older pages")
    if after.gap != before.gap:
        log.warning(
            "source.gap", source=settings.id, why="no known post was left in its feed: some may have been missed"
        )
    if after.moved and after.moved != before.moved:
        log.warning("source.moved", source=settings.id, to=after.moved, then="change its address")
    if after.health != before.health:
        _health(settings.id, polled)


def _health(source: str, polled: Polled) -> None:
    before, after = polled.before, polled.after
    match after.health:
        case "failing":
            log.warning("source.failing", source=source, why=after.error)
        case "blocked":
            log.warning("source.blocked", source=source, why=after.error, then="asked seldom, nothing is evaded")
        case "changed":
            log.warning("source.changed", source=source, why=after.error, then="look at its address")
        case "gone":
            log.warning("source.gone", source=source, why=after.error, then="asked once a day from now on")
        case "late":
            log.warning("source.silent", source=source, why=after.silence)
        case "healthy" if before.health == "late":
            log.info("source.speaking", source=source)
        case "healthy" if before.health != "new":
            log.info("source.recovered", source=source, after_failures=before.failures)
