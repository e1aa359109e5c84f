"""docs/scale.md: its tables follow from its inputs, and from nothing else."""

from __future__ import annotations

import re

import pytest

from benchmarks.scale.__main__ import PAGE
from benchmarks.scale.reckoning import Plan, inputs, measured, two, written

SMALL = """
| step | what | server, µs | ours, µs | sent, bytes |
|---|---|---:|---:|---:|
| `claim` | it is had | 50 | | 10 |
| `unchanged` | nothing is new | 150 | 1,000 | |
| `asked` | all is said | | | |
| `read` | one is new | | | |
| `fresh` | and another | | | |
| `changed` | it is kept | 400 | 2,000 | 500 |
| `new` | and another | 100 | 500 | 100 |
| `quiet` | it is judged | 1,000 | 4,000 | 1,000 |
| `ringing` | it alerts | 3,000 | 4,000 | |
| `delivery` | it is sent | 500 | | |

| wish | seldom | often |
|---|---:|---:|
| `sources` | 60,000 | 60,000 |
| `every` | 600 | 60 |
| `posts` | 500 | 500 |
| `alerting` | 10 | 10 |
| `channels` | 2 | 2 |
| `busy` | 50 | 50 |
| `cores` | 2 | 2 |
"""


@pytest.fixture
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_follows_from_its_inputs(page: str) -> None:
    assert written(page) == page


def test_a_changed_input_changes_what_follows(page: str) -> None:
    dearer = re.sub(r"(\| `quiet` \|[^|]*\|) [\d,]+ \|", r"\1 90,000 |", page)
    shards = [int(re.findall(r"shards\*\*.*?\*\*(\d+)", one)[0]) for one in (page, written(dearer))]

    assert shards[1] > 1000 > shards[0]


def test_every_wish_has_what_it_needs_by_hand() -> None:
    seldom, often = (Plan(inputs(SMALL), way) for way in ("seldom", "often"))

    assert (seldom.polls, seldom.news) == (100, 100)  # every poll brings five
    assert seldom.cores("server", "polls") == pytest.approx((100 * (200 + 400) + 400 * 100) / 1e6 * 2)
    assert (often.polls, often.news) == (1000, 500)  # every other poll brings one
    assert often.cores("server", "polls") == pytest.approx((1000 * 200 + 500 * 400) / 1e6 * 2)
    assert often.cores("server", "posts") == pytest.approx((450 * 1000 + 50 * 3000) / 1e6 * 2)
    assert often.cores("server", "deliveries") == pytest.approx(100 * 500 / 1e6 * 2)
    assert often.shards == 3  # 0.8 + 1.2 + 0.1
    assert often.cost("sent") == 1000 * 10 + 500 * 500 + 450 * 1000
    assert often.machines == 4  # 8 cores: 2 s of polls and 2 s of judging, each second, busy by half


def test_what_was_measured_takes_the_place_of_what_stood_there_and_of_nothing_else() -> None:
    new = measured(SMALL, {"claim": {"server": 61.4, "sent": 12_345, "written": 5}})

    assert "| `claim` | it is had | 61 |  | 12,000 |" in new
    assert new.replace("61", "50").replace("12,000", "10").split() == SMALL.split()


@pytest.mark.parametrize(
    ("value", "said"), [(0.04, "0"), (0.25, "0.2"), (7, "7"), (9.94, "9.9"), (99.6, "100"), (1234, "1,200")]
)
def test_figures_have_two_digits(value: float, said: str) -> None:
    assert two(value) == said
