from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.web.memory import MemoryStore, a_site, browser


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def visitor(memory: MemoryStore) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(a_site(memory)) as client:
        yield client
