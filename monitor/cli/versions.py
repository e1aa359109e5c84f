"""One post with all its versions: what each changes of the one before it, by words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from monitor.cli.common import clock, heading

if TYPE_CHECKING:
    from monitor.model import Entry, Part

_SIGNS = {"same": "{}", "gone": "[−{}]", "new": "[+{}]"}


def told(history: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines that tell of a post, its newest version first. What is gone is `[−4]`, what is new `[+7]`."""
    from monitor import dedup  # noqa: PLC0415

    newest = history[0].post
    yield f"{newest.key}  {heading(newest)}"
    for entry in history:
        post, before = entry.post, entry.previous
        yield ""
        yield f"version {post.revision}, seen {clock(post.seen)}{', alerted' if entry.alert else ''}"
        if marked := dedup.marked_version(post):
            yield f"    {marked.said}"
        if before is None:
            yield from _indented(f"{post.title}\n\n{post.text}" if post.title else post.text)
        else:
            yield from _changed(dedup.difference(before.title, post.title))
            yield from _changed(dedup.difference(before.text, post.text))


def _changed(parts: Sequence[Part]) -> Iterator[str]:
    if any(part.kind != "same" for part in parts):
        yield from _indented("".join(_SIGNS[part.kind].format(part.words) for part in parts))


def _indented(text: str) -> Iterator[str]:
    """Yield lines without anything that steers a terminal."""
    for line in text.splitlines():
        shown = "".join(c for c in line if c.isprintable())
        if shown.strip():
            yield f"    {shown}"
