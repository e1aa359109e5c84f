"""Who did what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import clock, config_option, configuration, count_option, done, json_option, store_of

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.model import Action


@click.command()
@config_option
@count_option
@json_option
def audit(config: Path, count: int, *, as_json: bool) -> None:
    """Show who did what.

    Who acknowledged or silenced what, when and why, the newest first.
    """
    from monitor.model import encode  # noqa: PLC0415

    actions = done(_actions(configuration(config), count))
    for one in actions:
        line = f"{clock(one.at)}  {one.by} {one.what} {one.about} ({one.via}){': ' * bool(one.why)}{one.why}"
        click.echo(encode(one) if as_json else line)
    if not actions and not as_json:
        click.echo("Nobody has acknowledged or silenced anything yet.")


async def _actions(settings: Settings, count: int) -> list[Action]:
    async with store_of(settings) as store:
        return await store.silences.audit(count)
