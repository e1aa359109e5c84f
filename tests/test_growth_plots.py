"""How costs grow: which figures are costs of a unit, whether they stay flat, and what is drawn of them."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import embedded, growth, limits, marks, matching, plot, report
from benchmarks.daemon import ROOT
from benchmarks.figures import Figure
from benchmarks.growth import __main__ as drawing
from benchmarks.growth import archive, flat, posts, sources
from benchmarks.plot import Chart, Line
from monitor.model import changed
from monitor.store import keys

COSTS = {"posts": ("admit", "judge"), "viewers": ("admit",)}


def figures(*values: tuple[int, float], what: str = "admit", of: str = "posts") -> list[Figure]:
    return [Figure(flat.case(size, of), what, "µs", (value,)) for size, value in values]


def chart(*lines: Line, limit: float = 1.5) -> Chart:
    return Chart("Posts & others", "times", "how many posts", lines, limit)


def points(drawn: str, css: str) -> list[list[tuple[float, float]]]:
    found = re.findall(rf'class="line {css}" points="([^"]*)"', drawn)
    return [[(float(x), float(y)) for x, y in (pair.split(",") for pair in one.split())] for one in found]


def test_what_grows_are_the_costs_of_a_unit_at_several_sizes_in_their_order() -> None:
    found = flat.growing(
        [
            *figures((100_000, 3.0), (1_000, 2.0)),
            *figures((1_000, 9.0), (100_000, 9.0), what="memory"),
            *figures((1_000, 9.0), what="judge"),
            *figures((1, 9.0), (10, 9.0), what="judge", of="viewers"),
            Figure("a feed", "admit", "ms", (1.0,)),
        ],
        COSTS,
    )

    assert [(one.of, one.what, list(one.figures)) for one in found] == [("posts", "admit", [1_000, 100_000])]
    assert found[0].ratios == {1_000: 1.0, 100_000: 1.5}


def test_a_later_result_replaces_an_earlier_one() -> None:
    (found,) = flat.growing([*figures((10, 2.0), (20, 9.0)), *figures((20, 3.0))], COSTS)

    assert found.ratios == {10: 1.0, 20: 1.5}


@pytest.mark.parametrize(("last", "reached"), [(3.0, True), (3.1, False)])
def test_flat_is_half_as_much_again_at_most(last: float, reached: bool) -> None:
    (one,) = flat.growing(figures((10, 2.0), (100, 9.0), (1_000, last)), COSTS)

    mark = flat.mark(one)

    assert mark.reached is reached
    assert (mark.ours, mark.beside) == (f"{last:.3g} µs at 1,000", "2 µs at 10")


def test_of_a_cost_of_nothing_nobody_knows_how_it_grows() -> None:
    (one,) = flat.growing(figures((10, 0.0), (100, 1.0)), COSTS)

    assert flat.mark(one).reached is None
    assert flat.charts([one]) == []


def test_each_kind_of_things_has_a_chart_and_each_cost_a_line() -> None:
    costs = flat.growing(
        [
            *figures((1, 2.0), (10, 2.0)),
            *figures((1, 4.0), (10, 2.0), what="judge"),
            *figures((1, 1.0), (2, 1.0), of="viewers"),
        ],
        COSTS,
    )

    said = {one.title: {line.name: line.points for line in one.lines} for one in flat.charts(costs)}

    assert said == {
        "Posts": {"admit": [(1, 1.0), (10, 1.0)], "judge": [(1, 1.0), (10, 0.5)]},
        "Viewers": {"admit": [(1, 1.0), (2, 1.0)]},
    }


def test_a_drawing_is_whole_xml_that_names_what_it_shows() -> None:
    drawn = plot.drawn([chart(Line("a < b", [(10, 1.0), (1_000_000, 1.2)]))] * 3)

    root = ET.fromstring(drawn)
    words = [node.text for node in root.iter() if node.text]

    assert (root.get("width"), root.get("height")) == ("1200", "640")
    assert {"Posts & others", "times", "how many posts", "a < b", "10", "1,000,000", "1.5 ×"} <= set(words)
    assert "prefers-color-scheme:dark" in drawn


def test_axes_are_logarithmic_and_what_costs_more_stands_higher() -> None:
    drawn = plot.drawn(
        [chart(Line("one", [(10, 1.0), (100, 2.0), (1_000, 4.0)]), Line("two", [(10, 1.0), (1_000, 0.5)]))]
    )

    (first, second, third), other = *points(drawn, "c0"), *points(drawn, "c1")
    assert second[0] - first[0] == pytest.approx(third[0] - second[0], abs=0.2)
    assert first[1] - second[1] == pytest.approx(second[1] - third[1], abs=0.2)
    assert other[0] == first
    assert other[1][1] > first[1] > third[1]


@pytest.mark.parametrize("values", [[(1, 1.0)], [(5, 0.001), (5_000, 900.0)], [(1, 1.0), (2, 1.0), (3, 1.0)]])
def test_everything_stays_on_the_paper(values: list[tuple[float, float]]) -> None:
    drawn = plot.drawn([chart(Line("one", values))])

    root = ET.fromstring(drawn)
    wide, high = float(root.get("width", 0)), float(root.get("height", 0))
    assert all(0 < x < wide and 0 < y < high for line in points(drawn, "c0") for x, y in line)


def test_names_that_would_stand_on_each_other_are_moved_apart() -> None:
    found = plot.apart([100.0, 101.0, 99.0, 10.0], 0.0, 110.0)

    order = sorted(found)
    assert all(after - before >= 15 for before, after in pairwise(order))
    assert found[3] == 10.0
    assert found[2] < found[0] < found[1] <= 110.0


def test_what_grows_is_asked_for_with_sizes_or_without() -> None:
    assert growth.asked("viewers") == ("viewers", (1, 10, 100, 1_000))
    assert growth.asked("posts=100000,10000,10000") == ("posts", (10_000, 100_000))


@pytest.mark.parametrize("words", ["post", "posts=many", "posts=0,10", "=10"])
def test_what_cannot_be_asked_for_is_told(words: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is none of terms, viewers, posts, sources"):
        growth.asked(words)


def test_results_that_were_kept_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, empty, svg = tmp_path / "a.md", tmp_path / "b.md", tmp_path / "growth.svg"
    report.write([report.Found(figures((10_000, 2.0), (100_000, 2.2), what=posts.NEW))], kept, 0.0)
    report.write([report.Found(figures((10_000, 2.0)))], empty, 0.0)

    monkeypatch.setattr(sys, "argv", ["", str(empty.with_suffix(".json")), str(svg)])
    assert (drawing.main(), svg.exists()) == (1, False)

    monkeypatch.setattr(sys, "argv", ["", str(kept.with_suffix(".json")), str(svg)])
    assert drawing.main() == 0
    assert "admit, a new post" in svg.read_text(encoding="utf-8")
    assert json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))["figures"][0]["median"] == 2.0


def test_limits_hold_for_the_figures_that_they_name() -> None:
    at_10_000, at_50 = matching.case(10_000), matching.case(50)
    found = limits.reached([
        Figure(at_10_000, "a post", "µs", (90.0,), matching.QUIET),
        Figure(at_10_000, "a post", "µs", (90.0,), "bare ahocorasick_rs"),
        Figure(at_50, "a post", "µs", (190.0,), matching.QUIET),
        Figure(flat.case(50_000, "sources"), sources.ADDED, "MB", (201.0,)),
        Figure(flat.case(1_000, "sources"), sources.ADDED, "MB", (201.0,)),
        Figure("delivery", "500 posts through store, rules and outbox", "posts/s", (3_000.0,)),
    ])  # fmt: skip

    assert [(one.work, one.reached) for one in found] == [
        (f"{at_10_000}: posts that stay quiet", True),
        ("50,000 sources: memory that all waiting sources add", False),
        ("delivery: 500 posts through store, rules and outbox", True),
    ]
    assert marks.table([]).count("\n") == 2


async def test_what_is_written_straight_into_a_store_is_what_admitting_and_judging_leaves(tmp_path: Path) -> None:
    """All but what is forgotten in two weeks: its words and its bands, by which copies are found."""
    async with embedded.serving(tmp_path) as (store, connection):
        room = posts._Room(store, connection)
        await room.open()
        await archive.fill(connection, range(5, 6))
        await room._admitted([archive.post(5, 6)], "new")
        await room._judged()

        rows = await connection.call("XRANGE", keys.POSTS, "-", "+")
        (old, new) = (row[b"key"].decode() for _, row in rows)
        written, admitted = [await connection.call("HGETALL", keys.post(key)) for key in (old, new)]
        (before,), (after,) = await store.posts.history(old), await store.posts.history(new)
        places = [await connection.call("ZCARD", keys.seen(archive.source(number))) for number in (5, 6)]

    assert set(admitted) - set(written) == {b"band:1"}
    assert set(written) <= set(admitted)
    assert {**rows[0][1], b"key": b""} == {**rows[1][1], b"key": b""}
    assert places == [1, 1]
    assert after.verdict == before.verdict
    assert changed(after.post, key=before.post.key, source=before.post.source, text=before.post.text) == before.post


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["parts", "--parts", "search"], 0, "nothing searches the words of posts"),
        (["growth", "--grow", "posts=10"], 1, "- growth, posts: ended with an error: what is measured are 1,000 posts"),
    ],
)
def test_what_is_asked_for_is_kept_with_what_went_wrong(asked: list[str], code: int, said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--kept", str(tmp_path), "--only", *asked]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == code, done.stderr
    (page,) = tmp_path.glob("*.md")
    assert said in page.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8") in done.stdout
    assert page.with_suffix(".json").exists()
