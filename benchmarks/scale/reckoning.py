"""The arithmetic of docs/scale.md: its tables of inputs, and the tables that follow from them. Pure.

An input is a row whose first cell is a name in backquotes; its other cells go by the words in the table's head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil

Row = dict[str, float]
Inputs = dict[str, Row]

_BLOCK = re.compile(r"(<!-- reckoned: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_MB, _GB, _DAY = 1e6, 1e9, 86_400


class Plan:
    """What is done in a second if sources are asked `every` so often. `news`: polls that bring posts."""

    def __init__(self, given: Inputs, every: str) -> None:
        self._given, wish = given, {name: row.get(every, 0.0) for name, row in given.items()}
        self.posts, self.sources = wish["posts"], wish["sources"]
        self.busy, self._machine = wish["busy"] / 100, wish["cores"]
        self.polls = self.sources / wish["every"]
        self.news = min(self.polls, self.posts)
        alerts = self.posts * wish["alerting"] / 100
        self._steps: dict[str, Row] = {
            "polls": dict.fromkeys(("asked", "claim", "unchanged"), self.polls)
            | dict.fromkeys(("read", "changed"), self.news)
            | dict.fromkeys(("fresh", "new"), self.posts - self.news),
            "posts": {"quiet": self.posts - alerts, "ringing": alerts},
            "deliveries": {"delivery": alerts * wish["channels"]},
        }

    def cost(self, column: str, *parts: str) -> float:
        """Return the sum of a column over the steps of a second, of some parts or of all: µs, or bytes."""
        steps = [step for part in parts or self._steps for step in self._steps[part].items()]
        return sum(count * self._given[name].get(column, 0.0) for name, count in steps)

    def cores(self, column: str, *parts: str) -> float:
        return self.cost(column, *parts) / 1e6 / self.busy

    @property
    def shards(self) -> int:
        return ceil(self.cores("server"))

    @property
    def machines(self) -> int:
        return ceil(self.cores("ours") / self._machine)


def written(page: str) -> str:
    """Return the page with its tables made anew. Raises KeyError where an input is missing."""
    given = inputs(page)
    tables = {"shard": _shard, "needs": _needs}
    return _BLOCK.sub(
        lambda found: "\n".join([found[1] + next(rows := tables[found[2]](given)), *rows, found[3]]), page
    )


def inputs(page: str) -> Inputs:
    """Return by name what stands in the rows of inputs, by the words in the heads above them."""
    found: Inputs = {}
    head: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            head = []
        elif not head:
            head = cells
        elif re.fullmatch(r"`[\w ]+`", cells[0]):
            numbers = zip(head[1:], (_number(cell) for cell in cells[1:]), strict=True)
            found[cells[0].strip("`")] = {name.partition(",")[0]: value for name, value in numbers if value is not None}
    return found


def measured(page: str, costs: Mapping[str, Mapping[str, float]]) -> str:
    """Return the page with the figures of steps replaced by those that were measured, to two digits."""
    head: list[str] = []
    lines = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        head = (head or cells) if cells else []
        new = costs.get(cells[0].strip("`"), {}) if cells else {}
        columns = [name.partition(",")[0] for name in head]
        told = [two(new[name]) if name in new else cell for name, cell in zip(columns, cells, strict=True)]
        lines.append(f"| {' | '.join(told)} |" if new else line)
    return "\n".join(lines) + "\n"


def _number(cell: str) -> float | None:
    return float(cell.replace(",", "")) if re.fullmatch(r"[\d,.]+", cell) else None


def two(value: float) -> str:
    """Return a figure of two digits."""
    if value < 10:
        return f"{value:.1f}".removesuffix(".0")
    digits = len(str(round(value)))
    return f"{round(value, 2 - digits):,.0f}"


def _shard(given: Inputs) -> Iterator[str]:
    busy = next(iter(given["busy"].values()))
    core = busy / 100 * 1e6
    cost = {name: row.get("server", 0.0) for name, row in given.items()}
    poll = cost["claim"] + cost["unchanged"]
    told = cost["quiet"] * 2 / 3 + cost["ringing"] / 3 + cost["delivery"] / 3
    calm = core / poll
    yield f"| what alone would fill {busy:.0f} % of a core | a second |"
    yield "|---|---:|"
    yield (
        f"| polls that bring nothing: {two(calm * 60)} sources a minute apart, {two(calm * 900)} a quarter of an hour "
        f"apart | {two(calm)} |"
    )
    twenty = (poll + cost["changed"] + 19 * cost["new"]) / 20
    yield f"| posts, twenty to a poll: stored, judged, one in three delivered once | {two(core / (twenty + told))} |"
    yield f"| posts, each alone among known ones | {two(core / (poll + cost['changed'] + told))} |"
    yield f"| deliveries | {two(core / cost['delivery'])} |"


def _needs(given: Inputs) -> Iterator[str]:
    ways = [way for way, seconds in given["every"].items() if seconds]
    plans = [Plan(given, way) for way in ways]
    heads = [f"every {given['every'][way]:.0f} s" for way in ways]
    yield f"| | {' | '.join(heads)} |"
    yield f"|---|{'---:|' * len(ways)}"
    for of_one in zip(*(_of(plan, given) for plan in plans), strict=True):
        yield f"| {of_one[0][0]} | {' | '.join(value for _, value in of_one)} |"


def _of(plan: Plan, given: Inputs) -> list[tuple[str, str]]:
    """Return what one plan needs, a line each."""
    size = {name: next(iter(row.values())) for name, row in given.items() if row}
    sources, bytes_ = plan.sources / _GB, plan.cost("sent") + plan.cost("got")
    kept = plan.cost("written") / plan.shards
    return [
        ("polls a second; of them with news", f"{two(plan.polls)}; {two(plan.news)}"),
        ("servers, cores: polls", two(plan.cores("server", "polls"))),
        ("servers, cores: posts judged", two(plan.cores("server", "posts"))),
        ("servers, cores: deliveries", two(plan.cores("server", "deliveries"))),
        ("**shards**, and a replica each", f"**{plan.shards}**"),
        ("pollers, cores", two(plan.cores("ours", "polls"))),
        ("judges, cores", two(plan.cores("ours", "posts"))),
        ("couriers, cores", two(plan.cores("ours", "deliveries"))),
        ("**machines** for the daemons", f"**{plan.machines}**"),
        ("from the feeds, MB a second, as written", two(plan.news * size["feed"] / _MB)),
        ("to and from the servers, MB a second", two(bytes_ / _MB)),
        (
            "from a primary to its replica, and to its file, MB a second",
            two(kept / _MB),
        ),
        ("memory for sources, GB", two(sources * size["source"])),
        ("the same if each has published 400 posts, GB", two(sources * size["remembered"] * 400)),
        ("memory for the posts of two weeks, GB", two(plan.posts * size["post"] * 14 * _DAY / _GB)),
        ("and for those of each day before them, GB", two(plan.posts * size["kept"] * _DAY / _GB)),
        ("configuration in each process, GB", two(sources * size["config"])),
        ("start of each process, seconds", two(plan.sources * size["start"] / 1e6)),
    ]
