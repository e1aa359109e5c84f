"""The short form of `python -m tests.chaos restarts`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.chaos.restarts import run


async def test_restarts_under_load_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    report = await run(tmp_path, 2)

    sys.stdout.write(str(report))
    assert report.broken == []
    assert len(report.stops) == 3  # the last one without a successor
    assert max(report.stops) <= 20
    assert report.posts > 20
