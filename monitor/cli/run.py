"""Commands that act: the daemon, the demo, a test message."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from monitor.cli.common import config_option, configuration, fail, pick, refuse
from monitor.errors import ConfigError, MonitorError

if TYPE_CHECKING:
    from monitor.app import App, Part
    from monitor.config import Settings


@click.command()
@config_option
@click.option("--parts", default="poll,judge,deliver,web", show_default=True, help="Which parts to run here.")
def run(config: Path, parts: str) -> None:
    """Watch the sources and alert, until stopped.

    SIGTERM and Ctrl-C stop it, SIGHUP reloads the configuration.
    """
    settings = configuration(config)
    sys.exit(asyncio.run(_run(settings, config, _parts(parts))))


def _parts(given: str) -> tuple[Part, ...]:
    from monitor.app import Part  # noqa: PLC0415

    wanted = tuple(part.strip() for part in given.split(","))
    for part in wanted:
        pick(get_args(Part), part, "part")
    return wanted  # type: ignore[return-value]  # each was just checked


async def _run(settings: Settings, path: Path, parts: tuple[Part, ...]) -> int:
    from monitor import telemetry  # noqa: PLC0415
    from monitor.app import App  # noqa: PLC0415

    for_people = settings.log.format == "text" or (settings.log.format == "auto" and sys.stderr.isatty())

    def configured(new: Settings) -> None:
        telemetry.configure("text" if for_people else "json", settings.log.level, secrets=_secrets(new))

    configured(settings)
    app = App(settings, path, parts=parts, configured=configured)
    _spare_the_collector()
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, app.stopping.set)
    loop.add_signal_handler(signal.SIGHUP, app.reload)
    try:
        await app.run(_announce)
    except ConfigError as error:
        refuse(error)
    except MonitorError as error:
        click.echo(str(error), err=True)
        return 1
    return 0


def _spare_the_collector() -> None:
    """Have what was loaded for good, rules and libraries, left out of every search for garbage, and search seldomer.

    Else each search through all of it stops the loop for 0.1 s. What is no longer referred to goes at once as ever.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


async def _announce(app: App) -> None:
    """Say in one screen what is watched, where the page is and where alerts go."""
    click.echo(announcement(app.settings, app.address, app.store.where))


def announcement(settings: Settings, address: str | None, store: str) -> str:
    """Return the screen a daemon opens with."""
    watched = settings.watched
    by_party: dict[str, list[str]] = {}
    for source in watched.values():
        by_party.setdefault(source.party or "others", []).append(source.name or source.id)
    topics = list(dict.fromkeys(rule.subject for rule in settings.active_rules))
    lines = [f"Watching {len(watched)} sources:"]
    lines += [f"  {party:<7} {_some(names, 5)}" for party, names in by_party.items()]
    off = len(settings.sources) - len(watched)
    if off:
        lines.append(f"  {off} more are listed but off; `monitor sources` says why")
    lines.append(f"Alerts   {_some(topics, 8)} → {_some(_targets(settings), 8) or 'nobody yet'}")
    lines.append(f"Page     {address or 'not served by this process'}")
    lines.append(f"Store    {store}")
    lines.append("Stop with Ctrl-C. Every alert appears below as it is raised.")
    return "\n".join(lines) + "\n"


def _targets(settings: Settings) -> list[str]:
    from monitor.config.routing import told  # noqa: PLC0415

    used = told(settings)
    return [f"{channel.id} ({channel.kind})" for channel in settings.channels if channel.id in used]


def _some(names: list[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _secrets(settings: Settings) -> list[str]:
    from pydantic import SecretStr  # noqa: PLC0415

    members = (*settings.channels, *settings.sources, settings.web)
    values = (getattr(one, name) for one in members for name in type(one).model_fields)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


@click.command("send-test")
@config_option
@click.argument("channel")
def send_test(config: Path, channel: str) -> None:
    """Send a test alert to CHANNEL; say whether it arrived."""
    settings = configuration(config)
    channels = {one.id: one for one in settings.channels}
    pick(channels, channel, "channel")
    asyncio.run(_send_test(settings, channel))


async def _send_test(settings: Settings, channel: str) -> None:
    from monitor.app import notifier  # noqa: PLC0415
    from monitor.fetch import Fetcher  # noqa: PLC0415
    from monitor.model import Delivery, delivery_id  # noqa: PLC0415
    from monitor.notifiers import specimen  # noqa: PLC0415

    one = next(each for each in settings.channels if each.id == channel)
    alert = specimen(channel, datetime.now(UTC))
    delivery = Delivery(id=delivery_id(alert.id, channel), alert=alert.id, channel=channel)
    fetcher = Fetcher(user_agent="official-statements-monitor")
    try:
        receipt = await notifier(one, fetcher).send(alert, delivery)
    except MonitorError as error:
        fail(f"{channel} ({one.kind}): not sent. {error}")
    finally:
        await fetcher.aclose()
    click.echo(f"{channel} ({one.kind}): arrived{f', receipt {receipt}' if receipt else ''}. Look whether you see it.")


@click.command()
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="How many times faster than half a minute.",
)
@click.option("--port", default=8080, show_default=True, help="Port of the page; another free one if it is taken.")
@click.option("--kill", is_flag=True, help="Kill the daemon with SIGKILL in the middle, to see that nothing is lost.")
@click.option("--keep", is_flag=True, help="Keep the demo's directory.")
@click.option("--json", "as_json", is_flag=True, help="End with JSON instead of a table.")
def demo(speed: float, port: int, *, kill: bool, keep: bool, as_json: bool) -> None:
    """Play a day of 2021 against the real daemon, offline."""
    from monitor import demo as play  # noqa: PLC0415

    sys.exit(asyncio.run(play.run(speed=speed, port=port, kill=kill, keep=keep, as_json=as_json)))
