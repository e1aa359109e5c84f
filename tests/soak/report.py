"""The figures of a soak, as a table for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.soak.hour import Report
from tests.soak.plan import Plan


def table(plan: Plan, report: Report) -> str:
    """Return every figure; the last lines say whether the promise was kept."""
    punctual = report.punctual
    facts = {
        "Length": f"{report.seconds / 60:.1f} min",
        "Sources": f"{plan.sources}, asked every {plan.interval:.0f} s; {plan.bad_ones} of them misbehave",
        "Misbehaved": f"{sum(report.moods.values())} requests in {len(report.moods)} ways",
        "On time": f"{punctual.on_time:.2%} of {punctual.gaps} polls of good sources: at most {plan.late:.0f} s after "
        f"the one before (the interval, a tenth that the monitor adds at random, a tenth of tolerance)",
        "Gaps": f"median {punctual.median:.1f} s, 99 % {punctual.most:.1f} s, longest {punctual.longest:.1f} s",
        "Posts": f"{report.posts} published; {report.busy} sends met a busy sink",
        "Processor": f"{report.cores:.2f} cores: daemon, readers and Valkey",
    }
    verdict = [f"WRONG: {sentence}" for sentence in report.wrong] or ["Nothing was lost, nobody waited, nothing grows."]
    lines = [f"{name:<14}{value}" for name, value in facts.items()]
    return "\n".join([*lines, "", *_alerts(report), "", *_trends(report), "", *verdict])


def _alerts(report: Report) -> Iterator[str]:
    yield f"{'channel':<14}{'published':>10}{'lost':>8}{'repeats':>9}"
    for channel, one in report.alerts.items():
        yield f"{channel:<14}{one.published:>10}{one.lost:>8}{one.repeats:>9}"


def _trends(report: Report) -> Iterator[str]:
    yield f"{'held':<14}{'first':>9}{'last':>9}{'most':>9}{'an hour':>10}{'grown':>8}"
    for name, one in report.trends.items():
        yield f"{name:<14}{one.first:>9.0f}{one.last:>9.0f}{one.most:>9.0f}{one.slope:>+10.1f}{one.share:>+8.1%}"
