"""Part by part, each beside the best alternative and what the machine can do at most: `benchmarks --only parts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks import matching, records, stored
from benchmarks.figures import Figure
from benchmarks.ours import NAME
from benchmarks.parts import known, near, outbox, parsing
from benchmarks.report import Found

PARTS = ("parsing", "matching", "deduplication", "near-duplicates", "outbox", "search", "records")
_SEARCH = "none: the timeline can be filtered by source and by alerts, and nothing searches the words of posts"
_RECORDS = {
    stored.BEFORE: "the bound of what needs no dictionary: the same records as JSON, in a server as it ships",
    stored.NOW: "what all keys of the server take for one post, or for one source with its last polls",
}


async def measure(part: str, posts: int) -> Found:
    """Measure a part. `posts`: among how many near copies are looked for, and how many alerts wait. Raises Failed."""
    figures, notes = await _found(part, posts)
    return Found(figures, notes={f"{name} ({part})": note for name, note in notes.items()})


async def _found(part: str, posts: int) -> tuple[Sequence[Figure], Mapping[str, str]]:
    found: tuple[Sequence[Figure], Mapping[str, str]] = ((), {NAME: _SEARCH})
    match part:
        case "parsing":
            found = parsing.measure(), parsing.NOTES
        case "matching":
            found = matching.measure(), matching.NOTES
        case "deduplication":
            found = await known.measure(), known.NOTES
        case "near-duplicates":
            found = await near.measure(posts)
        case "outbox":
            found = await outbox.measure(posts), outbox.NOTES
        case "records":
            found = [*records.measure(), *await stored.measure()], _RECORDS
    return found
