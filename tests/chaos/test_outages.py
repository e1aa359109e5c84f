"""The short form of `python -m tests.chaos outages`: what it counts is promised at any speed, its bounds are not."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.chaos.outages import run


async def test_a_channel_that_was_away_gets_everything_in_order_and_no_other_notices(tmp_path: Path) -> None:
    report = await run(tmp_path, minutes=0.1, store_minutes=0.02, posts=30)

    sys.stdout.write(str(report))
    assert report.broken == []
    assert report.waited == 30
    assert 1 <= report.knocks <= 15
    assert report.disordered <= report.knocks
