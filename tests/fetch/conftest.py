from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from monitor.fetch import Fetcher


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="test/1.0 (+https://example.org/contact)", max_body=256 * 1024) as fetcher:
        yield fetcher
