"""Feeds as tests write them, and what the reader makes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.model import Post, Reading
from monitor.sources import rss

DATA = Path(__file__).parent.parent / "data" / "rss"
URL = "https://ministry.example/rss.xml"


def settings(**more: str) -> rss.Config:
    return rss.Config.model_validate({"id": "m", "url": URL, **more})


def read(body: bytes | str, headers: dict[str, str] | None = None, **more: str) -> Reading:
    return rss.read(body.encode() if isinstance(body, str) else body, headers or {}, URL, settings(**more))


def fixture(name: str, **more: str) -> tuple[Post, ...]:
    reading = read((DATA / name).read_bytes(), None, **more)
    assert reading.warnings == ()
    return reading.posts


def items(*inner: str) -> str:
    return f'<rss version="2.0"><channel><title>t</title>{"".join(f"<item>{i}</item>" for i in inner)}</channel></rss>'


def only(inner: str) -> Post:
    (post,) = read(items(inner)).posts
    return post


def at(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second, fraction = (*clock, 0, 0, 0, 0)[:4]
    return datetime(year, month, day, hour, minute, second, fraction, UTC)
