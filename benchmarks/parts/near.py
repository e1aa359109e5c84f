"""Near copies: signing a text, putting it in and looking it up, beside libraries that keep all in their memory."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import embedded
from benchmarks.copies import Language
from benchmarks.figures import Figure
from benchmarks.ours import NAME
from benchmarks.peers import installing
from benchmarks.programs import Failed
from monitor.dedup import bands
from monitor.model import post_key
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.places import Version

_SCRIPT = Path(__file__).parent / "lsh.py"
_REQUIREMENTS = "requirements-near.txt"
_OURS = "kept in the store; put in and looked up in one step, which `put in` and `look up` both are; its CPU and ours"
_THEIRS = "MinHash over pairs of words, 128 permutations in 64 bands, in its own memory: no store, one process"
_SHARES = (0.1, 0.2, 0.4)  # of the words that are changed
_CHANGED = 200  # texts of each
_AT_ONCE = 100
_WITHIN = 1800.0  # seconds

Variants = Mapping[str, Sequence[tuple[int, str]]]  # kind of change -> number of a text, what became of it


async def measure(posts: int) -> tuple[list[Figure], dict[str, str]]:
    """Measure among so many posts; return the figures, and a note on each library or why it is not to be had."""
    language = Language()
    texts = [" ".join(language.text(number)) for number in range(posts)]
    changed = _changed(language, texts)
    found, notes = {NAME: await _ours(texts, changed)}, {NAME: _OURS}
    try:
        theirs = await asyncio.to_thread(_theirs, texts, changed)
    except installing.NotToBeHad as why:
        notes["rensa, datasketch"] = f"skipped: {why}"
    else:
        found |= theirs
        notes |= dict.fromkeys(theirs, _THEIRS)
    case = f"near copies among {posts:,} posts"
    figures = [
        Figure(case, what, _unit(what), (value,), by) for by, values in found.items() for what, value in values.items()
    ]
    return figures, notes


def _unit(what: str) -> str:
    return "%" if what.startswith("found") else "" if what == "bytes" else "µs"


def _changed(language: Language, texts: Sequence[str]) -> Variants:
    dice = random.Random(5)
    return {
        f"{share:.0%} of the words changed": [
            (number, _replaced(texts[number], share, language, dice))
            for number in dice.sample(range(len(texts)), min(_CHANGED, len(texts)))
        ]
        for share in _SHARES
    }


def _replaced(text: str, share: float, language: Language, dice: random.Random) -> str:
    return " ".join(dice.choice(language.words) if dice.random() < share else word for word in text.split())


async def _ours(texts: Sequence[str], changed: Variants) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        async with embedded.serving(Path(place)) as (store, connection):
            await _met(store, connection, [("warm", texts[0][::-1])])
            empty, began = await embedded.memory(connection), time.process_time()
            for text in texts:
                bands(text)
            signing = (time.process_time() - began) / len(texts)
            taken = (await _met(store, connection, [(f"{n}", text) for n, text in enumerate(texts)]))[1]
            memory = (await embedded.memory(connection) - empty) / len(texts)
            right, looking = {}, []
            for kind, some in changed.items():
                found, spent = await _met(store, connection, [(f"{kind} {n}", text) for n, text in some])
                hits = sum(_name(f"{n}") in one for (n, _), one in zip(some, found, strict=True))
                right[f"found, {kind}"] = 100 * hits / len(some)
                looking.append(spent / len(some))
    both = {"sign": signing, "put in": taken / len(texts), "look up": sum(looking) / len(looking)}
    return {what: 1e6 * seconds for what, seconds in both.items()} | {"bytes": memory} | right


async def _met(
    store: Store, connection: Connection, named: Sequence[tuple[str, str]]
) -> tuple[list[list[Version]], float]:
    """Register texts under their names; return what each is like, and the seconds of processor time, signing apart."""
    banded = [(_name(name), bands(text)) for name, text in named]
    await connection.together(("HSET", keys.post(version.key), "revision", 1) for version, _ in banded)
    found: list[list[Version]] = []

    async def meet() -> None:
        for first in range(0, len(banded), _AT_ONCE):
            found.extend(await store.copies.meet(banded[first : first + _AT_ONCE], datetime.now(UTC)))

    return found, await embedded.spent(connection, meet)


def _name(name: str) -> Version:
    return Version(post_key("source", name), 1)


def _theirs(texts: Sequence[str], changed: Variants) -> dict[str, dict[str, float]]:
    """Raises NotToBeHad, Failed."""
    done = subprocess.run(
        [installing.python(_REQUIREMENTS), str(_SCRIPT)], input=json.dumps({"texts": texts, "changed": changed}),
        capture_output=True, text=True, timeout=_WITHIN, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"rensa and datasketch ended:\n{done.stderr[-1000:]}")
    said: dict[str, dict[str, float]] = json.loads(done.stdout)
    return said
