"""What alerts are about together, and who has it in hand."""

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
    json_option,
    store_of,
    title,
)
from monitor.cli.deliveries import fate
from monitor.cli.silence import by_option, login_name, refuse

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.model import Alert, Delivery, Incident
    from monitor.web.acts import Taken
    from monitor.web.orders import Call

Line = tuple["Incident", "Call | None"]


@click.command()
@config_option
@click.argument("incident", metavar="[ID]", required=False)
@count_option
@json_option
def incidents(config: Path, incident: str | None, count: int, *, as_json: bool) -> None:
    """List incidents, the newest first.

    Who has each in hand, and who is called next while nobody has. With an ID: everything of that one.
    """
    settings = configuration(config)
    if incident:
        _one(settings, incident, as_json=as_json)
        return
    from monitor.model import encode  # noqa: PLC0415

    lines = done(_recent(settings, count))
    for one, call in lines:
        if as_json:
            click.echo(encode(one))
            continue
        click.echo(f"{clock(one.last)}  {one.severity:<8} {one.id}  {title(one.title)}\n    {_state(one, call)}")
    if not lines and not as_json:
        click.echo(
            "There is no incident yet." if settings.grouping else "Alerts are not grouped: no `grouping` is set."
        )


def _state(one: Incident, call: Call | None) -> str:
    places = ", ".join(spot.name for spot in one.places[:4])
    said = ["1 statement" if one.count == 1 else f"{one.count} statements", ", ".join(one.parties), places]
    if one.acknowledged:
        said.append(f"{one.acknowledged.by} has it in hand since {clock(one.acknowledged.at)}")
    elif call:
        said.append(f"nobody has it in hand; {', '.join(call.to)} told {'again ' * call.again}at {clock(call.due)}")
    else:
        said.append("nobody has it in hand")
    return " · ".join(filter(None, said))


async def _recent(settings: Settings, count: int) -> list[Line]:
    from monitor.web.orders import Orders  # noqa: PLC0415

    orders = Orders(settings.routes, settings.grouping)
    async with store_of(settings) as store:
        steps = await store.incidents.waiting()
        return [(one, orders.next_call(one, steps)) for one in await store.incidents.recent(count)]


def _one(settings: Settings, incident: str, *, as_json: bool) -> None:
    from monitor.model import encode, plain  # noqa: PLC0415

    found = done(_whole(settings, incident))
    if found is None:
        fail(f"no incident {incident!r}; `monitor incidents` lists those that are kept")
    (one, call), statements = found
    if as_json:
        told = [{"alert": plain(alert), "deliveries": plain(deliveries)} for alert, deliveries in statements]
        click.echo(encode({**plain(one), "statements": told}))
        return
    click.echo(f"{one.severity}: {title(one.title)}\n{_state(one, call)}")
    if one.acknowledged and one.acknowledged.note:
        click.echo(f"“{one.acknowledged.note}”")
    for alert, deliveries in statements:
        click.echo(f"{clock(alert.raised)}  {alert.verdict.severity:<8} {alert.origin.name}: {title(alert.post.title)}")
        for delivery in deliveries:
            click.echo(f"    {delivery.channel:<16} {delivery.state:<8} {fate(delivery)}")


async def _whole(settings: Settings, incident: str) -> tuple[Line, list[tuple[Alert, list[Delivery]]]] | None:
    from monitor.web.orders import Orders  # noqa: PLC0415

    async with store_of(settings) as store:
        one = await store.incidents.get(incident)
        if one is None:
            return None
        call = Orders(settings.routes, settings.grouping).next_call(one, await store.incidents.waiting())
        alerts = await store.alerts.of(one.alerts)
        return (one, call), [(alert, await store.outbox.deliveries(alert.id)) for alert in alerts]


@click.command()
@config_option
@click.argument("incident", metavar="ID")
@by_option
@click.option("--note", default="", help="A word to the others.")
def acknowledge(config: Path, incident: str, by: str | None, note: str) -> None:
    """Take an incident in hand.

    The first who does has it; all who were told of the incident hear of it, and nobody else is called.
    """
    settings = configuration(config)
    try:
        taken = done(_taken(settings, incident, by or login_name(), note))
    except ValueError as why:
        refuse(why)
    if taken is None:
        fail(f"no incident {incident!r}; `monitor incidents` lists those that are kept")
    if not taken.first:
        fail(f"{taken.who.by} has it in hand already, since {clock(taken.who.at)}; nothing was changed")
    click.echo(f"{taken.who.by} has it in hand: {title(taken.incident.title)}")


async def _taken(settings: Settings, incident: str, by: str, note: str) -> Taken | None:
    from monitor.web import acts  # noqa: PLC0415

    async with store_of(settings) as store:
        return await acts.acknowledge(
            store, incident, by, note, datetime.now(UTC), via="command", routes=settings.routes
        )  # fmt: skip
