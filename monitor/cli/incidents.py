"""What alerts are about together, and who has it in hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from monitor.cli.common import (
    by_option,
    clock,
    config_option,
    configuration,
    count_option,
    done,
    fail,
    heading,
    heeded,
    json_option,
    store_of,
    title,
)
from monitor.cli.deliveries import fate
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.config import Settings
    from monitor.model import Alert, Delivery, Incident
    from monitor.store import Store
    from monitor.web.acts import Taken
    from monitor.web.orders import Call

Fates = list[tuple["Alert", "list[Delivery]"]]


class Line(NamedTuple):
    """An incident, who is called next, and the calls that were made, with what became of them."""

    incident: Incident
    call: Call | None
    made: Fates


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
    for line in lines:
        one = line.incident
        if as_json:
            click.echo(encode(one))
            continue
        click.echo(f"{clock(one.last)}  {one.severity:<8} {one.id}  {title(one.title)}\n    {_state(line)}")
    if not lines and not as_json:
        click.echo(
            "There is no incident yet." if settings.grouping else "Alerts are not grouped: no `grouping` is set."
        )


def _state(line: Line) -> str:
    one, call, made = line
    places = ", ".join(spot.name for spot in one.places[:4])
    said = ["1 statement" if one.count == 1 else f"{one.count} statements", ", ".join(one.parties), places]
    if one.acknowledged:
        said.append(f"{one.acknowledged.by} has it in hand since {clock(one.acknowledged.at)}")
    else:
        calls = [_called(alert, each) for alert, deliveries in made for each in deliveries]
        if call:
            verb = "told again" if call.again else "called"
            be = "is" if len(call.to) == 1 else "are"
            calls.append(f"{', '.join(call.to)} {be} {verb} at {clock(call.due)}")
        said.append("; ".join(["nobody has it in hand", *calls]))
    return " · ".join(filter(None, said))


def _called(call: Alert, delivery: Delivery) -> str:
    but = "" if delivery.state == "arrived" else f" ({'held' if delivery.held else delivery.state})"
    return f"{delivery.channel} called at {clock(call.raised)}{but}"


async def _recent(settings: Settings, count: int) -> list[Line]:
    async with store_of(settings) as store:
        return await _lines(settings, store, await store.incidents.recent(count))


async def _lines(settings: Settings, store: Store, several: Sequence[Incident]) -> list[Line]:
    from monitor.policy.escalation import calls  # noqa: PLC0415
    from monitor.web.orders import Orders  # noqa: PLC0415

    orders, steps = Orders(settings.routes, settings.grouping), await store.incidents.waiting()
    return [
        Line(one, orders.next_call(one, steps), await _fates(store, calls(one, settings.routes))) for one in several
    ]


def _one(settings: Settings, incident: str, *, as_json: bool) -> None:
    from monitor.model import encode, plain  # noqa: PLC0415

    line, statements = done(_whole(settings, incident))
    one, _, calls = line
    if as_json:
        told, made = [
            [{"alert": plain(alert), "deliveries": plain(deliveries)} for alert, deliveries in each]
            for each in (statements, calls)
        ]
        click.echo(encode({**plain(one), "statements": told, "calls": made}))
        return
    click.echo(f"{one.severity}: {title(one.title)}\n{_state(line)}")
    if one.acknowledged and one.acknowledged.note:
        click.echo(f"“{one.acknowledged.note}”")
    for alert, deliveries in statements:
        said = f"{alert.origin.name}: {heading(alert.post)}{' (new version)' * alert.update}"
        _echo(alert, alert.verdict.severity, said, deliveries)
    for alert, deliveries in calls:
        _echo(alert, "call", heading(alert.post), deliveries)


def _echo(alert: Alert, what: str, said: str, deliveries: list[Delivery]) -> None:
    click.echo(f"{clock(alert.raised)}  {what:<8} {said}")
    for delivery in deliveries:
        click.echo(f"    {delivery.channel:<16} {delivery.state:<8} {fate(delivery)}")


async def _whole(settings: Settings, incident: str) -> tuple[Line, Fates]:
    async with store_of(settings) as store:
        one = await store.incidents.get(incident)
        if one is None:
            raise _unknown(incident)
        (line,) = await _lines(settings, store, [one])
        return line, await _fates(store, one.alerts)


async def _fates(store: Store, alerts: Sequence[str]) -> Fates:
    return [(alert, await store.outbox.deliveries(alert.id)) for alert in await store.alerts.of(alerts)]


def _unknown(incident: str) -> MonitorError:
    return MonitorError(f"no incident {incident!r}; `monitor incidents` lists those that are kept")


@click.command()
@config_option
@click.argument("incident", metavar="ID")
@by_option
@click.option("--note", default="", help="A word to the others.")
def acknowledge(config: Path, incident: str, by: str, note: str) -> None:
    """Take an incident in hand.

    The first who does has it; all who were told of the incident hear of it, and nobody else is called.
    """
    taken = heeded(_taken(configuration(config), incident, by, note))
    if not taken.first:
        fail(f"{taken.who.by} has it in hand already, since {clock(taken.who.at)}; nothing was changed")
    click.echo(f"{taken.who.by} has it in hand: {title(taken.incident.title)}")


async def _taken(settings: Settings, incident: str, by: str, note: str) -> Taken:
    from monitor.web import acts  # noqa: PLC0415

    now = datetime.now(UTC)
    async with store_of(settings) as store:
        taken = await acts.acknowledge(store, incident, by, note, now, via="command", routes=settings.routes)
    if taken is None:
        raise _unknown(incident)
    return taken
