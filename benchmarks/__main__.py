"""`python -m benchmarks`: measure, print a table, keep it with its JSON in `results/`. See docs/performance.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import traceback
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import delivery, growth, languages, latency, limits, parts, refresh, report
from benchmarks.peers import PEERS
from benchmarks.programs import Failed
from benchmarks.report import Found
from monitor import telemetry

_KINDS = ("parts", "languages", "growth", "delivery", "latency", "refresh")
_DRAWING = Path(__file__).parents[1] / "docs" / "growth.svg"


def main() -> int:
    asked = _arguments()
    if sys.platform != "linux":
        print("The benchmarks read /proc and so need Linux.", file=sys.stderr)
        return 2
    telemetry.configure("json", "error")
    before, path = os.getloadavg()[0], report.place(asked.only or "all", asked.kept)
    found: list[Found] = []
    failed = False
    for kind in _KINDS:
        for piece, measure in _pieces(kind, asked) if asked.only in {None, kind} else ():
            print(f"Measuring {piece}…", file=sys.stderr)
            try:
                one = measure()
            except Exception as why:  # noqa: BLE001  # an hour's figures are not to be lost by what comes after them
                failed = True
                one = Found([], notes={piece: f"ended with an error: {_told(why)}"})
            found.append(replace(one, marks=[*one.marks, *limits.reached(one.figures)]))
            report.write(found, path, before)  # what comes later may be ended
    if asked.only in {None, "growth"} and dict(asked.grow) == growth.SIZES:
        growth.draw([figure for one in found for figure in one.figures], _DRAWING)
    print(f"{report.write(found, path, before)}\nKept in {path} and the .json beside it.")
    return 1 if failed else 0


def _told(why: Exception) -> str:
    said = str(why) or ("it took too long" if isinstance(why, TimeoutError) else type(why).__name__)
    print(f"  {said}", file=sys.stderr)
    if not isinstance(why, (Failed, TimeoutError)):
        traceback.print_exception(why)
    return said


def _pieces(kind: str, asked: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Found]]]:
    """Yield what of a kind is measured by itself, with its name."""

    def within(measure: Callable[..., Coroutine[Any, Any, Found]], *what: Any) -> Callable[[], Found]:
        return lambda: asyncio.run(asyncio.wait_for(measure(*what), 60 * asked.within))

    match kind:
        case "parts":
            yield from ((part, within(parts.measure, part, asked.waiting)) for part in asked.parts)
        case "languages":
            yield kind, lambda: Found(languages.measure())
        case "growth":
            yield from ((f"growth, {of}", within(growth.measure, of, sizes)) for of, sizes in dict(asked.grow).items())
        case "delivery":
            yield kind, within(_delivered, asked.waiting)
        case "latency":
            yield kind, within(latency.measure, asked.posts, asked.seconds)
        case _:
            for count in asked.sources:
                measure = within(refresh.measure, count, asked.rounds, asked.peers, asked.profile)
                yield f"refresh of {count:,} feeds", measure


async def _delivered(waiting: int) -> Found:
    return Found(await delivery.measure(waiting))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure the monitor, on the loopback only.")
    parser.add_argument("--only", choices=_KINDS, help="one benchmark instead of all")
    parser.add_argument("--sources", type=int, nargs="+", default=[1000, 5000], help="feeds of the refresh (1000 5000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each case of the refresh (3)")
    parser.add_argument(
        "--peers", nargs="*", choices=PEERS, default=list(PEERS), help="beside whom the refresh is measured (all)"
    )
    parser.add_argument(
        "--posts", type=int, default=1000, help="posts of the latency at rest (1000, and half as many in a feed of one)"
    )
    parser.add_argument("--seconds", type=int, default=10, help="how long the latency is measured under load (10)")
    parser.add_argument(
        "--waiting", type=int, default=10_000,
        help="alerts that wait in the delivery and the outbox, posts among which near copies are looked for (10000)",
    )  # fmt: skip
    parser.add_argument("--parts", nargs="+", choices=parts.PARTS, default=parts.PARTS, help="which of the parts (all)")
    parser.add_argument(
        "--grow", nargs="+", type=growth.asked, default=list(growth.SIZES.items()), metavar="WHAT[=SIZE,…]",
        help=f"what grows, {', '.join(growth.SIZES)}, and its sizes, as in posts=10000,100000 viewers (all)",
    )  # fmt: skip
    parser.add_argument(
        "--within", type=float, default=120.0, metavar="MINUTES",
        help="how long each size of the refresh, each part, and each of what grows may take at most (120)",
    )  # fmt: skip
    parser.add_argument(
        "--kept", type=Path, default=report.RESULTS, metavar="FOLDER", help="where tables go (benchmarks/results)"
    )
    parser.add_argument("--profile", type=Path, metavar="FILE", help="where cProfile's figures of the daemon go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
