"""The closing table fits every terminal and says the end plainly."""

from datetime import datetime
from typing import Any

import pytest

from monitor.demo.day import ZONE
from monitor.demo.report import Report, Row
from monitor.demo.table import closing, table
from monitor.demo.told import Told
from monitor.model import changed


def row(name: str, source: str, title: str, published: str, **rest: Any) -> Row:
    when = datetime.fromisoformat(published).replace(tzinfo=ZONE)
    return Row(id=name, source=source, title=title, published=when, **rest)


ROWS = (
    row("a", "am", "Before the day", "2021-11-14 18:40", seen=1.0, why="silent: first poll"),
    row(
        "b",
        "agency",
        "Արևելյան ուղղություն " * 5,
        "2021-11-16 12:00",
        seen=12.34,
        alerted=85,
        why="casualties: զոհվել · " * 6,
    ),
    row("c", "am", "Again", "2021-11-16 16:52", why="silent: same words as b"),
)
REPORT = Report(
    rows=ROWS,
    stored=2,
    repeated=1,
    alerts=4,
    incidents=1,
    channels={
        "console": Told(alerts=4, messages=4, shown=4),
        "desk": Told(alerts=4, gathered=1, messages=3, shown=2, threads=1),
        "duty": Told(alerts=4, gathered=2, messages=2, shown=2, threads=2),
    },
    at_once=3,
    slowest=0.14,
    waited=1.2,
    restarts=0,
    doubles=0,
    notes=(),
    problems=(),
)


@pytest.mark.parametrize("width", [60, 80, 99, 100, 120, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in table(REPORT, width)) <= width


def test_the_usual_terminal_has_a_line_for_each_statement() -> None:
    head, rule, first, second, third = table(REPORT, 120)

    assert " ".join(head.split()) == "PUBLISHED SOURCE SEEN ALERTED STATEMENT RULE AND WORDS, OR WHY IT STAYED SILENT"
    assert set(rule) == {"─", " "}
    assert " ".join(first.split()) == "14.11. am +1.0 s Before the day silent: first poll"
    assert second.startswith("12:00      agency  +12.3 s    +85 ms  Արևելյան")
    assert second.endswith("…")
    assert third.endswith("silent: same words as b")


def test_columns_stand_below_each_other() -> None:
    head, _, *rows = table(REPORT, 120)
    at = head.index("RULE AND")

    assert [row[at - 2 : at] for row in rows] == ["  "] * 3
    assert rows[0][at:] == "silent: first poll"


def test_a_narrow_terminal_has_the_reason_on_a_line_of_its_own() -> None:
    lines = table(REPORT, 80)

    assert len(lines) == 2 * (1 + len(ROWS))
    assert lines[3] == "    silent: first poll"


def test_a_good_day_closes_with_what_each_channel_got_and_what_waited() -> None:
    assert closing(REPORT) == [
        "3 statements published: 2 stored once, 1 known as a repeat.",
        "4 alerts on 1 event; messages that came twice: 0.",
        "  console: 4 messages",
        "  desk: 3 messages in 1 thread, 1 alert inside another's; 2 for all to see, the rest in the thread only",
        "  duty: 2 messages in 2 threads, 2 alerts inside another's",
        "3 alerts could not wait: told at once, within 0.1 s. No other waited longer than 1.2 s.",
        "Nothing lost, nothing repeated, the decoys silent.",
    ]


def test_where_nothing_could_wait_nothing_is_said_of_the_rest() -> None:
    lines = closing(changed(REPORT, at_once=4))

    assert "4 alerts could not wait: told at once, within 0.1 s." in lines


def test_a_kill_is_told() -> None:
    once, often = (closing(changed(REPORT, restarts=times)) for times in (1, 3))

    assert once[-2] == "The daemon was killed once and started again on the same data."
    assert often[-2] == "The daemon was killed 3 times and started again on the same data."


def test_a_repeat_that_a_kill_explains_is_told_and_not_denied() -> None:
    assert closing(changed(REPORT, restarts=1, doubles=1, notes=("it came twice",)))[-2:] == [
        "  - it came twice",
        "Nothing lost, the decoys silent.",
    ]


def test_a_bad_day_ends_with_what_was_wrong() -> None:
    bad = changed(REPORT, stored=1, problems=("one thing",))

    assert closing(bad)[-2:] == ["NOT WELL, 1 things:", "  - one thing"]
