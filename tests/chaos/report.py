"""The figures of a run, as a table for people. Pure."""

from __future__ import annotations

from tests.chaos.plan import Plan
from tests.chaos.sinks import CHANNELS, FAULTS
from tests.chaos.storm import Report
from tests.chaos.verdict import CAUSES


def table(plan: Plan, report: Report) -> str:
    """Return every figure of a run; the last line says whether the promise was kept."""
    did, store = report.deeds, ", ".join(f"{count}× {what}" for what, count in sorted(report.troubles.items()))
    alerts = report.tallies["desk"].expected
    lines = [
        f"Posts             {report.posts} in {plan.feeds} feeds; {alerts} alert on {len(CHANNELS)} channels",
        f"Monitors          {plan.monitors} on one store: {did['killed']} SIGKILL, {did['stopped']} SIGTERM, "
        f"{did['paused']} SIGSTOP for {plan.pause:.0f} s",
        f"Store             {store or 'left alone'}",
        f"Undisturbed       {report.rate:.0f} alerts a second from publication to arrival, "
        f"{report.calm_repeats} repeats",
        f"After the storm   empty in {report.drained:.0f} s",
        f"Slowest SIGTERM   {report.slowest_stop:.1f} s",
        f"Peak memory       {report.peak:.0f} MB of one monitor with its children",
        "",
        f"{'channel':<10}{'expected':>10}{'arrived':>10}{'lost':>8}{'repeats':>10}   of them",
    ]
    for channel, tally in report.tallies.items():
        why = ", ".join(f"{tally.repeats[cause]} {cause}" for cause in CAUSES if tally.repeats[cause])
        lines.append(
            f"{channel:<10}{tally.expected:>10}{tally.arrived:>10}{len(tally.lost):>8}{tally.repeats.total():>10}   {why}"
        )
    lines += ["", f"{'sends':<10}" + "".join(f"{name:>10}" for name in ("taken", *FAULTS))]
    for channel in CHANNELS:
        counts = (report.behaved[channel, behaviour] for behaviour in ("taken", *FAULTS))
        lines.append(f"{channel:<10}" + "".join(f"{count:>10}" for count in counts))
    verdict = [f"WRONG: {sentence}" for sentence in report.wrong] or [
        "Nothing was lost, and every repeat is explained."
    ]
    return "\n".join([*lines, "", *verdict])
