"""How every source is, one line each; and of one source everything that is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import config_option, configuration, done, inherited_config_option, json_option, pick, store_of

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.model import PollRecord, SourceState, Suspect


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def sources(context: click.Context, config: Path, *, as_json: bool) -> None:
    """Show how each source is, those that need a look first.

    Since when it is so, when something new came last, when it is asked next, and what is wrong. `sources why ID` tells
    everything of one.
    """
    if context.invoked_subcommand:
        return
    from monitor.cli.standing import at_a_glance  # noqa: PLC0415
    from monitor.model import encode  # noqa: PLC0415
    from monitor.web.standing import source_lines  # noqa: PLC0415

    settings = configuration(config)
    states, now = done(_states(settings, settings.watched)), datetime.now(UTC)
    if as_json:
        for state in states:
            click.echo(encode(state))
        return
    width = max((len(one.id) for one in settings.sources), default=0)
    origins = [one.origin for one in settings.watched.values()]
    for line in source_lines(origins, states, now, settings.watched):
        click.echo(at_a_glance(line, now, width))
    for source in settings.sources:
        if not source.enabled:
            click.echo(f"{source.id:<{width}}  {'off':<13}  {source.disabled_because}")


async def _states(settings: Settings, ids: Iterable[str]) -> list[SourceState]:
    async with store_of(settings) as store:
        return await store.health.sources(ids)


@sources.command()
@click.argument("source", metavar="ID")
@inherited_config_option
@json_option
def why(source: str, config: Path, *, as_json: bool) -> None:
    """Tell everything of one source.

    How it is, why, since when, and how its last ten polls went.
    """
    from monitor.cli.standing import missing, poll_line, story  # noqa: PLC0415
    from monitor.model import encode, plain  # noqa: PLC0415
    from monitor.web.standing import plainly, remarks, source_lines  # noqa: PLC0415

    settings = configuration(config)
    known = {one.id: one for one in settings.sources}
    its = known[pick(known, source, "source")]
    state, polls, suspects = done(_of_one(settings, source))
    now = datetime.now(UTC)
    (line,) = source_lines([its.origin], [state], now, known)
    if as_json:
        told = {"trouble": line.trouble, "remarks": [one.text for one in remarks(state, now)], "slo": line.slo}
        set_so = {**plainly(its), "enabled": its.enabled, "disabled_because": its.disabled_because}
        click.echo(encode({**plain(state), **told, "settings": set_so, "polls": polls, "suspects": suspects}))
        return
    if not its.enabled:
        click.echo(f"{line.origin.name} ({source}) is off: {its.disabled_because or 'nobody said why'}")
        return
    for sentence in story(line, its, now):
        click.echo(sentence)
    click.echo("Its last polls, the newest first:" if polls else "It has not been polled yet.")
    for poll in polls:
        click.echo(f"  {poll_line(poll)}")
    for sentence in missing(suspects, now):
        click.echo(sentence)


async def _of_one(settings: Settings, source: str) -> tuple[SourceState, list[PollRecord], list[Suspect]]:
    from monitor.web.standing import suspects  # noqa: PLC0415

    async with store_of(settings) as store:
        (state,) = await store.health.sources([source])
        return state, await store.health.polls(source), suspects(await store.gone.of(source))
