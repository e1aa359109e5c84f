"""The short form of `make chaos`: two monitors on one store, both and the store killed, every sink at fault."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.chaos.plan import SHORT
from tests.chaos.report import table
from tests.chaos.sinks import CHANNELS
from tests.chaos.storm import run


async def test_no_alert_is_lost_and_every_repeat_has_its_reason(tmp_path: Path) -> None:
    report = await run(SHORT, tmp_path)

    sys.stdout.write(table(SHORT, report))
    assert report.wrong == []
    assert report.deeds["killed"] == SHORT.kills
    assert report.troubles.total() == SHORT.spells
    for channel in CHANNELS:
        assert report.tallies[channel].arrived == report.tallies[channel].expected > 100
        assert sum(count for (sink, how), count in report.behaved.items() if sink == channel and how != "taken") > 3
