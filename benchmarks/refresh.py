"""A refresh of many feeds by the monitor and by its peers, side by side: all new, unchanged, one in a hundred new.

All programs read the same server, and all do one round before any does the next, so that whatever else the machine
does meets them alike, and ratios are those of neighbours. Every round is checked: what the server was asked, and how
many posts are stored.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import feeds, marks, peers
from benchmarks.figures import Figure
from benchmarks.marks import Mark
from benchmarks.ours import NAME, Monitor
from benchmarks.programs import Failed, Program, Spent
from benchmarks.report import Found
from benchmarks.serving import Server, serving

COLD, UNCHANGED, CHANGED, UNTAGGED = "cold, all new", "unchanged (304)", "1 % changed", "unchanged, no validators"
SPEED, CPU, PSS, RSS = "speed", "CPU for 1,000 feeds", "peak memory, PSS", "peak memory, RSS"
_MOST_ROUNDS = 2_000  # feeds; with more, one round takes so long that chance evens out
_MEMORY = 180.0  # MB, the mark at 1,000 sources


@dataclass
class Contest:
    """Programs that all read one server; `posts`: how many each must have stored by now.

    A peer that errs is measured no further: `failed` says why. If the monitor does, all is in vain.
    """

    server: Server
    programs: list[Program]
    count: int
    posts: int
    spent: dict[tuple[str, str], list[Spent]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    async def round(self, case: str, *, new: int, tagged: bool = True) -> None:
        """Let each program refresh once. `new`: feeds with something new; `tagged`: the server heeds ETags."""
        for program in [*self.programs]:
            print(f"  {self.count:,} feeds, {case}: {program.name}", file=sys.stderr)
            known = self.count - new if tagged and program.conditional else 0
            if spent := await self._refresh(program, {"304": known, "200": self.count - known}):
                self.spent.setdefault((case, program.name), []).append(spent)

    async def settle(self) -> None:
        """Let each program refresh once, unmeasured: newsboat keeps no ETag of the first answer."""
        for program in [*self.programs]:
            await self._refresh(program)

    async def _refresh(self, program: Program, expected: dict[str, int] | None = None) -> Spent | None:
        """Let one program refresh, and check it. `expected`: answers of the server by status."""
        try:
            spent = await program.refresh()
            await self._check(program, expected)
        except Failed as why:
            if program.name == NAME:
                raise
            print(f"  {why}", file=sys.stderr)
            self.failed[program.name] = f"ended with an error, and was measured no further: {why}"
            self.programs.remove(program)
            await self.server.asked()
            return None
        return spent

    async def _check(self, program: Program, expected: dict[str, int] | None) -> None:
        asked, posts = await self.server.asked(), await program.posts()
        answers = {status: count for status, count in (expected or asked).items() if count}
        if asked != answers or posts != self.posts:
            raise Failed(
                f"{program.name}: the server answered {asked}, expected was {answers}; "
                f"it has stored {posts} posts, expected were {self.posts}"
            )


async def measure(count: int, rounds: int, names: Iterable[str], profile: Path | None = None) -> Found:
    """Measure `count` feeds. `names`: the peers. Raises Failed if a post is missing or anything erred."""
    found, missing = peers.installed(names)
    async with serving(count) as server:
        ours = Monitor(server.answered, profile)
        contest = Contest(server, [ours, *found], count, count * feeds.POSTS)
        rounds = rounds if count <= _MOST_ROUNDS else 1
        for left in range(max(rounds - 2, 1), 0, -1):
            rest = await _begun(contest, ours, rounds, last=left == 1)
    figures = [*_figures(contest), *rest]
    notes = {f"{program.name} {program.version}": program.note for program in [ours, *found]}
    return Found(figures, list(marks_of(count, figures)), notes | missing | contest.failed)


async def _begun(contest: Contest, ours: Monitor, rounds: int, *, last: bool) -> list[Figure]:
    """Begin all programs with nothing stored and let them refresh; the last time, let them go on."""
    begun: list[Program] = []
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        try:
            for number, program in enumerate(contest.programs):
                folder = Path(place) / str(number)
                folder.mkdir()
                begun.append(program)
                await program.begin(folder, [contest.server.url(feed) for feed in range(contest.count)])
            await contest.round(COLD, new=contest.count)
            return await _warm(contest, ours, rounds) if last else []
        finally:
            for program in begun:
                await program.end()


async def _warm(contest: Contest, ours: Monitor, rounds: int) -> list[Figure]:
    few = max(contest.count // 100, 1)
    await contest.settle()
    for _ in range(rounds):
        await contest.round(UNCHANGED, new=0)
    for _ in range(rounds):
        await contest.server.publish(few)
        contest.posts += few
        await contest.round(CHANGED, new=few)
    await contest.server.validators("off")
    for _ in range(rounds):
        await contest.round(UNTAGGED, new=0, tagged=False)
    case = f"{NAME} with {contest.count:,} sources"
    return [
        Figure(case, "CPU per second while nothing is due", "ms", (await ours.rest(),)),
        Figure(case, "open files", "", (ours.files(),)),
    ]


def _figures(contest: Contest) -> Iterator[Figure]:
    count = contest.count
    for (case, name), spent in contest.spent.items():
        for what, unit, values in (
            (SPEED, "feeds/s", [count / one.wall for one in spent]),
            (CPU, "s", [one.cpu * 1000 / count for one in spent]),
            (PSS, "MB", [one.pss for one in spent if one.pss is not None]),
            (RSS, "MB", [one.rss for one in spent]),
        ):
            if values:
                yield Figure(_case(count, case), what, unit, tuple(values), by=name)


def marks_of(count: int, figures: Sequence[Figure]) -> Iterator[Mark]:
    for case, what, mark, times, peer in (
        (COLD, SPEED, marks.at_least, 2, "newsboat"),
        (UNCHANGED, CPU, marks.at_most, 1 / 3, "reader"),
        (CHANGED, CPU, marks.at_most, 1 / 3, "reader"),
        (UNTAGGED, CPU, marks.at_most, 1 / 20, "sfeed"),
    ):
        of = {one.by: one for one in figures if (one.case, one.what) == (_case(count, case), what)}
        ours = of.pop(NAME)
        yield mark(f"{ours.case}: {what}", ours, times, of.get(peer), of.values())
    peaks = [max(one.values) for one in figures if one.by == NAME and one.what == PSS]
    if count == 1_000 and peaks:
        yield marks.below(f"{count:,} sources: {PSS}, all processes", Figure("", "", "MB", (max(peaks),)), _MEMORY)


def _case(count: int, case: str) -> str:
    return f"{count:,} feeds, {case}"
