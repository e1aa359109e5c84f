"""What the benchmarks say of their figures: quantiles, ratios, marks, tables; and that they count what they should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import feeds, figures, floor, latency, marks, refresh, report
from benchmarks.figures import Figure, quantile
from benchmarks.peers import PEERS, installing
from benchmarks.publisher import Publisher
from benchmarks.report import Found
from benchmarks.server import Site

MACHINE = {"processor": "abacus", "cores": 2, "memory_mb": 64, "system": "none", "python": "3", "packages": {}}


def figure(*values: float, by: str = "monitor", what: str = "CPU", case: str = "cold") -> Figure:
    return Figure(case, what, "s", values, by=by)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 500), (0.99, 990), (0.999, 999), (0.9991, 1000), (1.0, 1000), (0.0, 1)]
)
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert quantile(range(1000, 0, -1), share) == expected


def test_the_ratio_is_that_of_neighbours_where_rounds_went_side_by_side() -> None:
    """The machine was three times as busy in the second round, for both."""
    assert marks.ratio(figure(1.0, 3.0, 2.0), figure(2.0, 6.0, 4.0, by="reader")) == 0.5
    assert marks.ratio(figure(1.0, 3.0), figure(4.0, by="reader")) == 0.5


@pytest.mark.parametrize(("ours", "reached"), [(1.0, True), (1.01, False)])
def test_a_mark_against_a_peer_is_reached_at_its_limit(ours: float, reached: bool) -> None:
    mark = marks.at_most("unchanged", figure(ours), 1 / 3, figure(3.0, by="reader"))

    assert mark.reached is reached
    assert mark.ratio == pytest.approx(ours / 3)
    assert (mark.wanted, mark.ours, mark.beside) == (
        "at most 1/3 × reader's",
        f"{figures.short(ours)} s",
        "reader: 3 s",
    )


def test_more_is_better_where_it_is_said() -> None:
    assert marks.at_least("cold", figure(20.0), 2, figure(10.0, by="newsboat")).reached
    assert not marks.at_least("cold", figure(19.0), 2, figure(10.0, by="newsboat")).reached


def test_the_best_of_the_others_is_named_where_it_is_not_the_peer() -> None:
    reader, newsboat = figure(3.0, by="reader"), figure(2.0, by="newsboat")

    least = marks.at_most("unchanged", figure(1.0), 1 / 3, reader, [reader, newsboat])
    most = marks.at_least("cold", figure(1.0), 2, newsboat, [reader, newsboat])

    assert least.beside == "reader: 3 s; the best is newsboat, 2 s: ratio 0.5"
    assert most.beside == "newsboat: 2 s; the best is reader, 3 s: ratio 0.333"


def test_without_the_peer_a_mark_is_neither_reached_nor_missed() -> None:
    mark = marks.at_most("unchanged", figure(1.0), 1 / 3, None)

    assert mark.reached is None
    assert "not measured" in marks.table([mark])


def test_a_limit_is_of_our_own_unit() -> None:
    values = (179, 180, 181)

    assert [marks.below("memory", figure(value), 180).reached for value in values] == [True, False, False]
    assert [marks.above("posts", figure(value), 180).reached for value in values] == [False, True, True]


def test_programs_stand_side_by_side() -> None:
    both = [figure(1.0, 2.0, 4.0), figure(3.0, by="reader"), figure(5.0, by="reader", what="memory")]

    assert figures.side_by_side(both).splitlines() == [
        "| case | what | monitor | reader |",
        "|---|---|---:|---:|",
        "| cold | CPU, s | 2 (1 to 4) | 3 |",
        "| cold | memory, s |  | 5 |",
    ]


def test_what_nobody_else_does_is_a_row_each() -> None:
    assert figures.table([Figure("at rest", "CPU", "ms", (1234.5, 0.12345, 3.0))]).splitlines()[2:] == [
        "| at rest | CPU | 3 ms | 0.123 to 1,234 | 3 |"
    ]


def test_a_page_begins_with_the_marks_and_ends_with_what_the_figures_mean() -> None:
    part = Found([figure(1.0), figure(2.0, by="")], [marks.below("memory", figure(1.0), 2)], {"reader 3.26": "a note"})

    words = report.page([part], (0.5, 1.25), MACHINE)

    order = ["abacus, 2 cores, 64 MB", "0.50 before, 1.25 after", "| work |", "| monitor |", "| median |", "a note"]
    assert [word for word in order if word not in words] == []
    assert sorted(order, key=words.index) == order


def test_what_is_kept_can_be_read_again(tmp_path: Path) -> None:
    path = report.place("refresh", tmp_path / "results")

    report.write([], path, 0.5)
    text = report.write([Found([figure(1.0, 3.0)], [marks.below("memory", figure(1.0), 2)])], path, 0.5)

    kept = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert path.read_text(encoding="utf-8") == text
    assert path.name.endswith("-refresh.md")
    assert kept["figures"][0]["median"] == 2.0
    assert kept["marks"][0]["reached"] is True


def test_the_marks_of_a_refresh_are_those_of_its_own_size() -> None:
    cases = (refresh.COLD, refresh.UNCHANGED, refresh.CHANGED, refresh.UNTAGGED)
    found = [
        Figure(f"1,000 feeds, {case}", what, "", (value,), by=by)
        for case in cases
        for by, value in (("monitor", 10.0), ("reader", 30.0), ("newsboat", 5.0), ("sfeed", 200.0))
        for what in (refresh.SPEED, refresh.CPU, refresh.PSS)
    ]

    reached = {mark.work: mark.reached for mark in refresh.marks_of(1_000, found)}

    assert reached == {
        "1,000 feeds, cold, all new: speed": True,
        "1,000 feeds, unchanged (304): CPU for 1,000 feeds": True,
        "1,000 feeds, 1 % changed: CPU for 1,000 feeds": True,
        "1,000 feeds, unchanged, no validators: CPU for 1,000 feeds": True,
        "1,000 sources: peak memory, PSS, all processes": True,
    }


def test_quantiles_are_of_all_passes_and_the_median_of_each() -> None:
    found = {one.what: one.values for one in latency.figures_of("at rest", "monitor", [[3, 1, 2], [30, 10, 20]])}

    assert found == {"p50": (2, 20), "p99 of 6": (30,), "p99.9 of 6": (30,)}


def test_packages_are_known_by_the_names_of_their_archives() -> None:
    files = ["libstfl0_0.22-3%2bb5_amd64.deb", "newsboat_2.21-1.5_amd64.deb", "rss2email_1%3a3.13.1-3_all.deb"]

    assert installing.versions(files) == {"libstfl0": "0.22-3+b5", "newsboat": "2.21-1.5", "rss2email": "3.13.1-3"}


def test_a_peer_that_cannot_be_installed_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installing, "CACHE", tmp_path / "peers")
    installing.package.cache_clear()

    with pytest.raises(installing.NotToBeHad, match="`apt-get` fails here"):
        PEERS["newsboat"]()


def test_the_floor_reads_what_our_feeds_say() -> None:
    posts = list(floor.read(feeds.document(3, [feeds.item(3, 2, title="Fire &amp; smoke"), feeds.item(3, 1)])))

    assert posts[0] == ("3-2", "Fire & smoke", "https://ministry-3.example/news/2")
    assert [guid for guid, _, _ in posts] == ["3-2", "3-1"]


def test_the_server_heeds_an_etag_and_counts_its_answers() -> None:
    site = Site(2)
    ask = b'GET /1 HTTP/1.1\r\nHost: x\r\nIf-None-Match: "20"\r\n\r\n'

    known = site.answer(ask)
    site.publish(2)
    new = site.answer(ask)
    site.validators = False
    again = site.answer(ask)

    assert known.startswith(b"HTTP/1.1 304")
    assert b'ETag: "21"' in new
    assert b"ETag" not in again
    assert site.obey("answered") == {"answers": 3}
    assert site.obey("asked") == {304: 1, 200: 2}
    assert site.obey("answered") == {"answers": 0}


async def test_a_report_is_timed_from_the_answer_that_carries_it_to_the_post_that_tells_of_it() -> None:
    publisher = Publisher(2, feeds.POSTS)
    async with publisher.serving():
        sockets = floor.Sockets()
        ask = sockets.ask
        known: dict[str, set[str]] = {}
        await floor.poll(publisher.url(1), publisher.hook, known, ask)
        report = publisher.publish(1)

        assert (publisher.arrived, publisher.unserved()) == ({}, [1])
        await floor.poll(publisher.url(1), publisher.hook, known, ask)
        await publisher.alerted([report], within=5.0)
        sockets.close()

    assert publisher.unserved() == []
    assert 0 < publisher.delay(report) < 5_000
