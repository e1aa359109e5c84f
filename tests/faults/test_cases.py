"""Each case by itself: real fetcher, real workers, real poll, real store."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor.store import Store
from tests.faults.case import Case
from tests.faults.cases import CASES, PAGE, rendered
from tests.faults.far_side import far_side
from tests.faults.parts import GRACE, LIMITS, Parts, parts

NEWEST = 20  # entries: more than a case leaves whose titles are looked at


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(server_url: str) -> AsyncIterator[Parts]:
    async with parts(server_url) as made:
        yield made


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_a_case_comes_to_its_end_and_to_no_other(case: Case, real: Parts) -> None:
    async with far_side([case]) as far:
        for number, then in enumerate(case.then, 1):
            began = time.monotonic()
            state = await real.poll(case, far.urls[case.name])
            took = time.monotonic() - began

            found = (state.error_kind or state.health, state.posts)
            assert found == then, f"poll {number}: {state.error or state.warnings}"
            assert took < LIMITS[case.ends] + GRACE
            assert len(state.error or "") < 500
    if case.titles:
        stored = await titles(real.store, case.id)
        assert set(case.titles) <= stored


async def titles(store: Store, source: str) -> set[str]:
    return {entry.post.title for entry in await store.posts.recent(NEWEST) if entry.post.source == source}


def test_the_names_of_the_cases_are_one_each() -> None:
    assert len(CASES) >= 70
    assert len({case.id for case in CASES}) == len(CASES)
    assert [case.name for case in CASES if not case.line] == []


def test_the_page_tells_every_case() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == rendered(page), "run: .venv/bin/python -m tests.faults.cases"
