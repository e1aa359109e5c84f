"""Every target holds for its seeds and for hypothesis' bytes, with or without Atheris."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import TARGETS, target
from tests.properties import bounded


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_its_seeds(name: str) -> None:
    found = target(name)
    assert found.seeds
    for seed in found.seeds:
        found.check(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_any_bytes(name: str) -> None:
    found = target(name)
    pieces = st.sampled_from([*found.seeds, *found.dictionary, b"\x1e"]) | st.binary(max_size=20)

    @bounded
    @given(st.lists(pieces, max_size=6).map(b"".join))
    def holds(data: bytes) -> None:
        found.check(data)

    holds()
