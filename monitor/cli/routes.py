"""Where alerts go: the routes in words, and which of them takes a text."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from monitor.cli.common import config_option, configuration, fail, inherited_config_option, json_option, pick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.config import Settings
    from monitor.model import Alert
    from monitor.notifiers import NotifierConfig
    from monitor.policy.settings import RouteConfig


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def routes(context: click.Context, config: Path, *, as_json: bool) -> None:
    """Show where alerts go.

    Each route in words, and each channel's own hours and limits. `routes test` says which route takes a text.
    """
    if context.invoked_subcommand:
        return
    settings = configuration(config)
    if as_json:
        from monitor.model import encode  # noqa: PLC0415

        for route in settings.routes:
            click.echo(encode(route.model_dump(mode="json", exclude_defaults=True)))
        return
    if not settings.routes:
        click.echo("No route is configured: each rule's alerts go to the channels that it names.")
    for route in settings.routes:
        for line in _route(route):
            click.echo(line)
    click.echo("Channels:")
    for channel in settings.channels:
        click.echo(f"  {channel.id}: {_channel(channel)}")


def _route(route: RouteConfig) -> Iterator[str]:
    from monitor.policy.clock import length  # noqa: PLC0415
    from monitor.policy.selector import words  # noqa: PLC0415

    on = "; those after it are asked too" if route.go_on else ""
    yield f"{route.id}: {words(route)} → {', '.join(route.to)}{on}"
    for step in route.then:
        yield f"  after {length(step.after)} without anybody's acknowledgement: {', '.join(step.to)}"
    for seconds, what in (
        (route.wait, "waits {} before an incident's first message"),
        (route.interval, "gathers for {} what comes after it"),
        (route.repeat or None, "tells again after {}"),
    ):
        if seconds is not None:
            yield f"  {what.format(length(seconds))}"


def _channel(channel: NotifierConfig) -> str:
    """Say in words when a channel is told."""
    from monitor.policy.clock import length  # noqa: PLC0415

    said = [
        f"quiet {one.from_}–{one.to}{' on ' + ', '.join(one.days) if one.days else ''} ({channel.timezone})"
        for one in channel.quiet
    ]
    if channel.limit:
        said.append(f"at most {channel.limit.messages} messages in {length(channel.limit.per)}")
    if channel.digest:
        said.append(f"all in one message by the timetable {channel.digest} ({channel.timezone})")
    said.append({"alert": "catches up alert by alert", "digest": "catches up in one message"}.get(
        channel.catch_up, "is not told what was missed"
    ))  # fmt: skip
    return ", ".join(said)


@routes.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), required=False)
@inherited_config_option
@click.option("--source", required=True, help="Judge as if this source had posted the text.")
@click.option("--title", default="", help="The title over the text.")
@click.option("--at", "moment", help="As if it were then, such as 2021-11-16T23:30Z.  [default: now]")
@json_option
def test(file: TextIO | None, config: Path, source: str, title: str, moment: str | None, *, as_json: bool) -> None:
    """Say which route takes a text, who is told of it now, and who later.

    The text is read from FILE, or from standard input. It is judged by the real rules, as `monitor explain` does;
    nothing is stored and nothing sent. Silences and open incidents are not looked at.
    """
    from monitor.cli.routed import told  # noqa: PLC0415
    from monitor.web.acts import ending  # noqa: PLC0415

    settings = configuration(config)
    try:
        now = ending(None, moment, datetime.now(UTC)) or datetime.now(UTC)
    except ValueError as why:
        fail(f"--at: {why}")
    text = file.read() if file else sys.stdin.buffer.read().decode("utf-8", "replace")
    alert = _alert(settings, source, title, text, now)
    way = told(settings, alert, now)
    if as_json:
        from monitor.model import encode  # noqa: PLC0415

        click.echo(encode(way.record()))
        return
    for line in way.lines():
        click.echo(line)


def _alert(settings: Settings, source: str, title: str, text: str, now: datetime) -> Alert:
    """Judge a text as the judge would, and make the alert that it would raise, also where it would raise none."""
    from monitor.model import Alert, Post, alert_id, post_key  # noqa: PLC0415

    origins = {one.id: one.origin for one in settings.sources}
    origin = origins[pick(origins, source, "source")]
    post = Post(
        key=post_key(source, "routes-test"), source=source, kind=origin.kind, native_id="routes-test",
        title=title, text=text, published=now, seen=now,
    )  # fmt: skip
    verdict = settings.rulebook().explain(text, origin, title=title)
    return Alert(id=alert_id(post), post=post, origin=origin, verdict=verdict, raised=now)
