"""Near copies among very many posts: how fast they are found, what that takes, and how many are.

Posts are made up: eighty words, drawn as often as words are in a language. Most of a million of them are written into
the drawers of a server of our own as COPIES would have left them, the last few thousand are put in by it; then posts of
which a part was changed are looked up among them. `python -m benchmarks.copies`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import figures as tables
from benchmarks.figures import Figure
from benchmarks.pairs import ours, told
from monitor.dedup import bands
from monitor.model import post_key
from monitor.store import Store, copies, keys
from monitor.store.connection import Connection, ms
from monitor.store.embedded import EmbeddedServer, url
from monitor.store.places import Version

_WORDS = 80
_KNOWN_WORDS = 30_000
_COMMON = 10  # Mandelbrot's shift of Zipf's law: without it, the most frequent word would be a tenth of a text
_AT_ONCE, _PUT_IN = 500, 5_000
_LOOKED_UP = 200  # variants of each kind
_SYLLABLES = ("ba", "ko", "ri", "men", "tal", "su", "ver", "din", "ga", "shi", "lo", "nar", "pe", "zum", "ta", "kel")
Variant = Callable[[list[str], random.Random], list[str]]


class Language:
    """Made-up words, and texts in which they are as frequent as long words are (Zipf, Mandelbrot)."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        parts = itertools.product(_SYLLABLES, repeat=4)
        self.words = ["".join(word) for word in itertools.islice(parts, _KNOWN_WORDS)]
        self.random.shuffle(self.words)
        self._weights = list(itertools.accumulate(1 / (rank + _COMMON) for rank in range(_KNOWN_WORDS)))

    def text(self, number: int, length: int = _WORDS) -> list[str]:
        """Return the words of text `number`: the same at every call."""
        return random.Random(number).choices(self.words, cum_weights=self._weights, k=length)


def _changed(part: float, words: Sequence[str]) -> Variant:
    return lambda text, by: [by.choice(words) if by.random() < part else word for word in text]


def _variants(words: Sequence[str]) -> dict[str, Variant]:
    return {
        **{f"{part:.0%} of the words changed": _changed(part, words) for part in (0.1, 0.2, 0.3, 0.4)},
        "a third of the words left out": lambda text, by: [word for word in text if by.random() > 1 / 3],
        "words put in, one for three": lambda text, by: [
            one for word in text for one in ([word, by.choice(words)] if by.random() < 1 / 3 else [word])
        ],
        "halves in another order": lambda text, _: text[len(text) // 2 :] + text[: len(text) // 2],
        "cut to a third": lambda text, _: text[: len(text) // 3],
    }


def signing(language: Language, many: int = 5_000) -> Iterator[Figure]:
    texts = [" ".join(language.text(number)) for number in range(many)]
    began = time.perf_counter()
    for text in texts:
        bands(text)
    took = time.perf_counter() - began
    yield Figure("signing", "posts", "a second", (many / took,))
    yield Figure("signing", "for 100 words", "µs", (took / many / _WORDS * 100 * 1e6,))
    pairs = list(ours())
    began = time.perf_counter()
    result = told(pairs)
    yield Figure("comparing", "a pair of whole texts", "µs", ((time.perf_counter() - began) / len(pairs) * 1e6,))
    yield Figure("comparing", "pairs wrongly merged", "", (len(result.merged),))


def beside(language: Language, many: int = 5_000) -> Iterator[Figure]:
    """Sign the same texts with rensa's MinHash (128 permutations) over the same pairs of words, if it is installed."""
    try:
        rensa: Any = import_module("rensa")
    except ImportError:
        print("rensa is not installed: not measured beside it.", file=sys.stderr)
        return
    texts = [" ".join(language.text(number)) for number in range(many)]
    began = time.perf_counter()
    for text in texts:
        words = text.split()
        sketch = rensa.RMinHash(num_perm=128, seed=1)
        sketch.update([f"{one} {other}" for one, other in itertools.pairwise(words)])
        sketch.digest()
    yield Figure("signing, rensa beside", "posts", "a second", (many / (time.perf_counter() - began),))


async def stored(language: Language, sizes: Sequence[int]) -> AsyncIterator[list[Figure]]:
    """Fill a server step by step; at each size measure putting in, looking up, memory and what is found."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        server = EmbeddedServer(Path(folder))
        await server.start()
        store, raw = Store(url(Path(folder))), Connection(url(Path(folder)))
        try:
            before = await _memory(raw)
            for last, size in itertools.pairwise((0, *sizes)):
                yield await _at(language, store, raw, (last, size), before)
        finally:
            await raw.close()
            await store.close()
            await server.stop()


async def _at(language: Language, store: Store, raw: Connection, numbers: tuple[int, int], before: int) -> list[Figure]:
    case, now = f"{numbers[1]:,} posts", datetime.now(UTC)
    measured = numbers[1] - _PUT_IN
    await _filled(language, raw, (numbers[0], measured), ms(now) // copies.GENERATION)
    spent = 0.0
    for first in range(measured, numbers[1], _AT_ONCE):
        batch = [(_name(n), bands(" ".join(language.text(n)))) for n in range(first, min(first + _AT_ONCE, numbers[1]))]
        await raw.together(("HSET", keys.post(version.key), "revision", 1) for version, _ in batch)
        began = time.perf_counter()
        await store.copies.meet(batch, now)
        spent += time.perf_counter() - began
    memory = await _memory(raw) - before
    figures = [
        Figure(case, "put in and looked up", "a second", (_PUT_IN / spent,)),
        Figure(case, "memory for each post, its hash included", "bytes", (memory / numbers[1],)),
    ]
    for number, (what, variant) in enumerate(_variants(language.words).items()):
        figures += await _found(language, store, raw, (what, variant), (numbers[1], number))
    return figures


async def _filled(language: Language, raw: Connection, numbers: tuple[int, int], generation: int) -> None:
    """Write posts into their drawers at once: what is there afterwards is what COPIES leaves, post by post."""
    drawers = [array("Q") for _ in range(copies.DRAWERS)]
    known = int(await raw.call("GET", keys.COMPARED) or 0)
    for begin in range(*numbers, 20_000):
        commands: list[tuple[str | bytes | int, ...]] = []
        for n in range(begin, min(begin + 20_000, numbers[1])):
            version, known = _name(n), known + 1
            for band in bands(" ".join(language.text(n))):
                drawers[band % copies.DRAWERS].append(copies.tag(band) << 32 | known)
            commands.append(("HSET", keys.post(version.key), "revision", 1, "band:1", known))
            commands.append(("HSET", keys.compared(f"{generation}:{known // 100}"), known % 100, f"{version.key} 1"))
        await raw.together(commands)
    await raw.call("SET", keys.COMPARED, known)
    for drawer, records in enumerate(drawers):
        if records:
            key = copies.drawer_of(drawer, generation)
            before = await raw.call("GET", key) or b""
            there = [int.from_bytes(before[at : at + copies.RECORD]) for at in range(0, len(before), copies.RECORD)]
            await raw.call("SET", key, _kept([*there, *records]), "PX", 2 * copies.GENERATION)


def _kept(records: Sequence[int]) -> bytes:
    """Return a drawer as it is kept: of each band the newest, and in all so many bytes."""
    many: Counter[int] = Counter()
    kept = []
    for record in reversed(records):
        many[record >> 32] += 1
        if many[record >> 32] <= copies.MOST_OF_BAND:
            kept.append(record.to_bytes(copies.RECORD, "big"))
    return b"".join(reversed(kept[: copies.MOST_BYTES // copies.RECORD]))


async def _found(
    language: Language, store: Store, raw: Connection, made: tuple[str, Variant], at: tuple[int, int]
) -> list[Figure]:
    (size, kind), (what, variant) = at, made
    case = f"{size:,} posts"
    chosen = language.random.sample(range(size), _LOOKED_UP)
    texts = [" ".join(variant(language.text(n), language.random)) for n in chosen]
    asked = [(_name(n, f"variant-{size}-{kind}"), bands(text)) for n, text in zip(chosen, texts, strict=True)]
    await raw.together(("HSET", keys.post(version.key), "revision", 1) for version, _ in asked)
    began = time.perf_counter()
    found = await store.copies.meet(asked, datetime.now(UTC))
    took = (time.perf_counter() - began) / _LOOKED_UP
    right = sum(_name(n) in names for n, names in zip(chosen, found, strict=True))
    figures = [Figure(case, f"found: {what}", "%", (right / _LOOKED_UP * 100,))]
    return figures if kind else [Figure(case, "one looked up", "µs", (took * 1e6,)), *figures]


def _name(number: int, source: str = "source") -> Version:
    return Version(post_key(source, str(number)), 1)


async def _memory(raw: Connection) -> int:
    info = await raw.call("INFO", "memory")
    return int(info["used_memory"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.copies", description="Measure how near copies are found.")
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000], help="posts, step by step")
    asked = parser.parse_args()
    language = Language()
    print(tables.table([*signing(language), *beside(language)]))
    asyncio.run(_printed(language, asked.sizes))
    return 0


async def _printed(language: Language, sizes: Sequence[int]) -> None:
    async for figures in stored(language, sizes):
        print(tables.table(figures), flush=True)


if __name__ == "__main__":
    sys.exit(main())
