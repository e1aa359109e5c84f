"""What a stored post takes: each kind of record, and all there is of a post in a server of our own.

    python -m benchmarks.records            measure
    python -m benchmarks.records --make 2   make the next dictionary, to be written with from the next release on

A dictionary that ever was in a release stays as it is, or what was packed with it is lost: `--make` overwrites none.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import mean
from typing import Any

import zstandard

from benchmarks import figures, samples, stored
from benchmarks.figures import Figure
from benchmarks.samples import Sample
from monitor import telemetry
from monitor.model import Post, Value, decode, encode
from monitor.store import record
from monitor.store.told import brief

_SIZE = 160 * 1024
_SEGMENT, _WINDOW = 1000, 8  # bytes that are taken as one, and in which they are compared: whole sentences pay
_LONG = 60
_PASSES = 5

Kept = tuple[Value, Post | None]  # what a record is made of


def make(number: int) -> str:
    """Make a dictionary of the statements that rules are tuned on; return what was made."""
    path = record.WORDS / str(number)
    told = samples.stated(samples.rules(), held_out=False)
    kept = [one for some in _kinds(told).values() for one in some]
    records: list[bytes | bytearray | memoryview] = [record.spared(*one) for one in kept]
    records += [record.spared(one) for one in samples.states()]
    words = zstandard.train_dictionary(_SIZE, records, k=_SEGMENT, d=_WINDOW)
    with path.open("xb") as file:
        file.write(words.as_bytes())
    return f"{path}: {len(words)} bytes, made of {len(records)} records"


def measure() -> Iterator[Figure]:
    """Measure each kind of record by itself: bytes before and after, and what reading and writing it costs."""
    book = samples.rules()
    said = {
        "short statement": samples.stated(book, held_out=True),
        "long statement": [one for ringing in (False, True) for one in samples.long(book, _LONG, ringing=ringing)],
    }
    for what, told in said.items():
        for kind, kept in _kinds(told).items():
            yield from _measured(f"{kind} of a {what}", kept)
    states = list(samples.states())
    for of in dict.fromkeys(map(type, states)):
        yield from _measured(of.__name__, [(one, None) for one in states if type(one) is of])


def _kinds(told: Sequence[Sample]) -> dict[str, list[Kept]]:
    return {
        "post": [(one.post, None) for one in told],
        "verdict": [(one.verdict, one.post) for one in told],
        "alert": [(brief(one.alert), None) for one in told if one.alert],
    }


def _measured(case: str, kept: Sequence[Kept]) -> Iterator[Figure]:
    plain, packed = [encode(value) for value, _ in kept], [record.pack(*one) for one in kept]
    kind = type(kept[0][0])
    yield Figure(case, "size", "bytes", (mean(map(len, plain)),), stored.BEFORE)
    yield Figure(case, "size", "bytes", (mean(map(len, packed)),), stored.NOW)
    yield Figure(case, "to write", "µs", _timed(lambda one: encode(one[0]), kept), stored.BEFORE)
    yield Figure(case, "to write", "µs", _timed(lambda one: record.pack(*one), kept), stored.NOW)
    yield Figure(case, "to read", "µs", _timed(lambda raw: decode(raw, kind), plain), stored.BEFORE)
    yield Figure(case, "to read", "µs", _timed(lambda raw: record.unpack(raw, kind), packed), stored.NOW)


def _timed(work: Callable[[Any], object], values: Sequence[Any]) -> tuple[float, ...]:
    def once() -> float:
        began = time.process_time()
        for one in values:
            work(one)
        return 1e6 * (time.process_time() - began) / len(values)

    return tuple(once() for _ in range(_PASSES))


def main() -> int:
    parser = argparse.ArgumentParser(description="what a stored post takes")
    parser.add_argument("--make", type=int, metavar="NUMBER", help="make the dictionary of this number")
    arguments = parser.parse_args()
    if arguments.make:
        print(make(arguments.make))
        return 0
    telemetry.configure("json", "warning")
    print(figures.side_by_side(list(measure())))
    print(figures.side_by_side(asyncio.run(stored.measure())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
