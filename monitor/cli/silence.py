"""What nobody is to be told for a while: begin, list, end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    by_option,
    clock,
    config_option,
    configuration,
    done,
    fail,
    heeded,
    inherited_config_option,
    json_option,
    store_of,
)

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.model import Silence

_FIELDS = {  # option → field of a selector
    "rule": "rules", "topic": "topics", "source": "sources", "party": "parties", "language": "languages",
    "place": "places",
}  # fmt: skip


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def silence(context: click.Context, config: Path, *, as_json: bool) -> None:
    """Silence alerts for a while, and see what is silenced.

    What is silenced is stored and shown, and no channel is told. Without a command: `silence list`.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_, config=config, as_json=as_json)


@silence.command()
@inherited_config_option
@click.option("--for", "length", help="How long, such as 2h.")
@click.option("--until", help="Until when, such as 2021-11-16T18:00Z.")
@click.option("--reason", default="", help="Why: the others will wonder.")
@click.option("--rule", multiple=True, help="Alerts of this rule. This and the next may be given several times.")
@click.option("--topic", multiple=True, help="Alerts on this topic.")
@click.option("--severity", type=click.Choice(["low", "medium", "high", "critical"]), help="This or a higher one.")
@click.option("--source", multiple=True, help="Alerts of this source.")
@click.option("--party", multiple=True, help="Alerts of this party's sources.")
@click.option("--language", multiple=True, help="Alerts in this language.")
@click.option("--place", multiple=True, help="Alerts that name this place, or one in it.")
@click.option("--all", "everything", is_flag=True, help="All alerts, with no other condition.")
@by_option
@json_option
def add(config: Path, *, as_json: bool, **given: Any) -> None:
    """Silence what meets all the conditions given, until an end that must be named."""
    from monitor.model import encode  # noqa: PLC0415

    when: dict[str, Any] = {field: list(given[name]) for name, field in _FIELDS.items() if given[name]}
    when |= {"severity": given["severity"]} if given["severity"] else {}
    when |= {"all": True} if given["everything"] else {}
    one = heeded(_added(configuration(config), when, given))
    click.echo(encode(one) if as_json else f"{one.id}: {_described(one)} is silenced until {clock(one.until)}.")


async def _added(settings: Settings, when: dict[str, Any], given: dict[str, Any]) -> Silence:
    from monitor.config.routing import names  # noqa: PLC0415
    from monitor.web import acts  # noqa: PLC0415

    now = datetime.now(UTC)
    until = acts.ending(given["length"], given["until"], now)
    async with store_of(settings) as store:
        return await acts.silence(
            store, when, given["reason"], given["by"], until, now, via="command", names=names(settings)
        )


@silence.command("list")
@inherited_config_option
@click.option("--over", is_flag=True, help="Also those that are over.")
@json_option
def list_(config: Path, *, over: bool, as_json: bool) -> None:
    """List what is silenced, what ends last first."""
    from monitor.model import encode  # noqa: PLC0415
    from monitor.policy.silence import active  # noqa: PLC0415

    every = done(_all(configuration(config)))
    holding = active(every, datetime.now(UTC))
    for one in every if over else holding:
        if as_json:
            click.echo(encode(one))
            continue
        end = f"until {clock(one.until)}" if one in holding else f"over since {clock(one.ended or one.until)}"
        ended = f", ended by {one.ended_by}" if one.ended_by else ""
        click.echo(f"{one.id}  {end}  {_described(one)}\n    {one.by}: {one.reason}{ended}")
    if not as_json and not (every if over else holding):
        click.echo("Nothing is silenced.")


async def _all(settings: Settings) -> list[Silence]:
    async with store_of(settings) as store:
        return await store.silences.all()


@silence.command()
@inherited_config_option
@click.argument("silence", metavar="ID")
@by_option
def end(config: Path, silence: str, by: str) -> None:
    """End a silence before its time."""
    now = datetime.now(UTC)
    one = heeded(_ended(configuration(config), silence, by, now))
    if one is None:
        fail(f"no silence {silence!r}; `monitor silence list` lists those that hold")
    over = one.ended or one.until
    click.echo(f"{silence} has ended." if over == now else f"{silence} was over already, since {clock(over)}.")


async def _ended(settings: Settings, silence: str, by: str, now: datetime) -> Silence | None:
    from monitor.web import acts  # noqa: PLC0415

    async with store_of(settings) as store:
        return await acts.end(store, silence, by, now, via="command")


def _described(one: Silence) -> str:
    from monitor.policy.silence import described  # noqa: PLC0415

    return described(one)
