"""What is on its way, what arrived, what was given up; and how to send that again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import (
    clock,
    config_option,
    configuration,
    count_option,
    done,
    fail,
    inherited,
    inherited_config_option,
    json_option,
    pick,
    store_of,
    title,
)
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.model import Delivery
    from monitor.store import Store
    from monitor.web.deliveries import Line

_STATES = ("dead", "waiting", "arrived", "silenced")  # as on the page, which `monitor --help` must not load


@click.group(invoke_without_command=True)
@config_option
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@click.option("--channel", help="Only those of this channel.")
@count_option
@json_option
@click.pass_context
def deliveries(
    context: click.Context, config: Path, state: str | None, channel: str | None, count: int, *, as_json: bool
) -> None:
    """List what waits, what arrived, what was given up.

    Given up first, then waiting, arrived and silenced, each with its attempts, its last error, or why it is held.
    `deliveries retry` sends again what was given up.
    """
    if context.invoked_subcommand:
        return
    from monitor.model import encode, plain  # noqa: PLC0415

    settings = configuration(config)
    for line in done(_listed(settings, _channels(settings, channel), state, count)):
        delivery = line.delivery
        if as_json:
            click.echo(encode({**plain(delivery), "title": line.title}))
            continue
        queued = f"{clock(delivery.queued)}  {delivery.state:<8} {delivery.channel:<16}"
        click.echo(f"{queued} {title(line.title)}\n    {delivery.id}  {fate(delivery)}")


def fate(delivery: Delivery) -> str:
    """Say in words what became of a delivery so far. Pure."""
    tries = "1 attempt" if delivery.attempts == 1 else f"{delivery.attempts} attempts"
    only = f", only {', '.join(delivery.left)} still to be served" if delivery.left else ""
    along = f"in the message of {delivery.lead}" if delivery.lead not in (None, delivery.id) else ""
    match delivery.state:
        case "arrived":
            return f"arrived {clock(delivery.arrived)} {along or f'after {tries}'}"
        case "dead":
            return f"given up after {tries}{only}: {delivery.error}"
        case "silenced":
            return delivery.held or "silenced"
        case "gathered":
            return f"on its way {along}"
        case "waiting":
            return _still(delivery, tries + only)


def _still(delivery: Delivery, tries: str) -> str:
    if delivery.held:
        return f"held until {clock(delivery.until)}: {delivery.held}"
    if delivery.due is None or delivery.error is None:
        return tries if delivery.attempts else "not tried yet"
    return f"{tries}, again {clock(delivery.due)}: {delivery.error}"


def _channels(settings: Settings, wanted: str | None) -> list[str]:
    ids = [channel.id for channel in settings.channels]
    return [pick(ids, wanted, "channel")] if wanted else ids


async def _listed(settings: Settings, channels: list[str], state: str | None, count: int) -> list[Line]:
    from monitor.web.deliveries import lines  # noqa: PLC0415

    async with store_of(settings) as store:
        return await lines(store, channels, state, count)


@deliveries.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@inherited_config_option
@click.option("--channel", callback=inherited, help="All that this channel gave up.")
@click.option("--all", "everything", is_flag=True, help="All that any channel gave up.")
def retry(ids: tuple[str, ...], config: Path, channel: str | None, *, everything: bool) -> None:
    """Send again what was given up.

    Name deliveries by their ids, a channel, or everything. A running monitor sends them at once; else the next one
    does.
    """
    settings = configuration(config)
    if not ids and not channel and not everything:
        fail(
            "name what to send again: ids of deliveries, --channel CHANNEL, or --all; "
            "`monitor deliveries --state dead` lists what there is"
        )
    whole = _channels(settings, None if everything else channel) if everything or channel else []
    count = done(_retried(settings, ids, whole))
    letters = "1 dead letter goes" if count == 1 else f"{count} dead letters go"
    click.echo(f"{letters} out again." if count else "Nothing to send again: no dead letter is there.")


async def _retried(settings: Settings, ids: tuple[str, ...], channels: list[str]) -> int:
    """Send dead letters again and return how many. Raises MonitorError, before the first, if an id names none."""
    async with store_of(settings) as store:
        named = [await _named(settings, store, one) for one in dict.fromkeys(ids)]
        for state in await store.outbox.states(channels):
            # All at once: a channel that gives up anew meanwhile must not keep this going for ever.
            named += await store.outbox.listed(state.id, "dead", state.dead) if state.dead else []
        return sum([await store.outbox.revive(one, datetime.now(UTC)) for one in named])


async def _named(settings: Settings, store: Store, wanted: str) -> Delivery:
    delivery = await store.outbox.get(wanted)
    if delivery is None:
        raise MonitorError(f"no delivery {wanted!r}; `monitor deliveries --state dead` lists what can be sent again")
    if delivery.state != "dead":
        raise MonitorError(f"delivery {wanted} was not given up: {fate(delivery)}")
    if delivery.channel not in _channels(settings, None):
        raise MonitorError(
            f"delivery {wanted} belongs to channel {delivery.channel!r}, and the configuration has no such channel"
        )
    return delivery
