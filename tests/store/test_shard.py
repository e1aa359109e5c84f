from __future__ import annotations

import pytest

from monitor.store import keys
from monitor.store.line import Argument
from monitor.store.shard import named, placed, slot

STEP: list[Argument] = [
    "EVALSHA",
    "a1b2",
    2,
    keys.POSTS,
    keys.post("k"),
    keys.alive(""),
    "text m:{00}: of others",
    b"m:{00}:packed",
    7,
]


def test_in_the_first_shard_every_command_is_as_it_was_written() -> None:
    assert placed(STEP, "00") is STEP


def test_keys_and_beginnings_of_keys_go_to_another_shard_and_nothing_else() -> None:
    there = placed(STEP, "07")

    assert there[3:6] == ["m:{07}:posts", "m:{07}:post:k", "m:{07}:alive:"]
    assert [there[n] for n in (0, 1, 2, 6, 7, 8)] == [STEP[n] for n in (0, 1, 2, 6, 7, 8)]
    assert placed(there, "07") == there


@pytest.mark.parametrize("shard", ["00", "07", "99"])
def test_a_key_in_an_answer_is_known_by_its_name(shard: str) -> None:
    (key,) = placed([keys.MARKED], shard)

    assert named(str(key).encode(), shard) == keys.MARKED


def test_each_shard_is_one_slot_and_no_two_are_the_same() -> None:
    assert len({slot(f"m:{{{number:02}}}:posts") for number in range(100)}) == 100
