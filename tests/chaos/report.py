"""The figures of a run, as a table for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.plan import Plan
from tests.chaos.sinks import CHANNELS, FAULTS
from tests.chaos.storm import Report
from tests.chaos.verdict import CAUSES


def table(plan: Plan, report: Report) -> str:
    """Return every figure of a run; the last line says whether the promise was kept."""
    did, alerts = report.deeds, report.tallies["desk"].expected
    store = ", ".join(f"{count}× {what}" for what, count in sorted(report.troubles.items()))
    facts = {
        "Posts": f"{report.posts} in {plan.feeds} feeds; {alerts} alert on {len(CHANNELS)} channels",
        "Monitors": f"{plan.monitors} on one store: {did['killed']} SIGKILL, {did['stopped']} SIGTERM, "
        f"{did['paused']} SIGSTOP for {plan.pause:.0f} s",
        "Store": store or "left alone",
        "Undisturbed": f"{plan.calm} posts at once, on every channel in {report.calm:.1f} s: "
        f"{plan.calm * len(CHANNELS) / report.calm:.0f} alerts a second, {report.calm_repeats} repeats",
        "After the storm": f"empty in {report.drained:.0f} s",
        "Slowest SIGTERM": f"{report.slowest_stop:.1f} s",
        "Peak memory": f"{report.peak:.0f} MB of one monitor with its children",
    }
    verdict = [f"WRONG: {sentence}" for sentence in report.wrong] or ["Nothing was lost. Every repeat is explained."]
    return "\n".join([
        *(f"{name:<18}{value}" for name, value in facts.items()),
        "",
        *_arrivals(report),
        "",
        *_sends(report),
        "",
        *verdict,
    ])  # fmt: skip


def _arrivals(report: Report) -> Iterator[str]:
    yield f"{'channel':<10}{'expected':>10}{'arrived':>10}{'lost':>8}{'repeats':>10}   because"
    for channel, tally in report.tallies.items():
        why = ", ".join(f"{tally.repeats[cause]} {cause}" for cause in CAUSES if tally.repeats[cause])
        counts = f"{tally.expected:>10}{tally.arrived:>10}{len(tally.lost):>8}{tally.repeats.total():>10}"
        yield f"{channel:<10}{counts}   {why}".rstrip()


def _sends(report: Report) -> Iterator[str]:
    behaviours = ("taken", *FAULTS)
    yield f"{'sends':<10}" + "".join(f"{name:>10}" for name in behaviours)
    for channel in CHANNELS:
        yield f"{channel:<10}" + "".join(f"{report.behaved[channel, behaviour]:>10}" for behaviour in behaviours)
