"""Commands that answer a question and change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    REFUSED,
    clock,
    config_option,
    configuration,
    count_option,
    done,
    fail,
    heading,
    json_option,
    pick,
    refuse,
    store_of,
)
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.model import Deletion, Entry, Like, Reading


@click.command()
@config_option
@json_option
def check(config: Path, *, as_json: bool) -> None:
    """Check the configuration; list every mistake by its place.

    Rules are tried on the examples they carry. Exit code 2 if anything is wrong.
    """
    from monitor.config import tried  # noqa: PLC0415
    from monitor.config.routing import told  # noqa: PLC0415

    try:
        settings = tried(config)
    except ConfigError as error:
        if as_json:
            click.echo(json.dumps({"ok": False, "mistakes": error.mistakes}, ensure_ascii=False))
            raise SystemExit(REFUSED) from None
        refuse(error)
    watched, off = len(settings.watched), len(settings.sources) - len(settings.watched)
    used = told(settings).union(settings.ops.to)
    idle = [channel.id for channel in settings.channels if channel.id not in used]
    counts = {
        "sources": watched, "sources_off": off, "channels": len(settings.channels), "rules": len(settings.active_rules)
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps({"ok": True, **counts, "idle_channels": idle}))
        return
    click.echo(
        f"{config}: in order. {watched} sources watched ({off} listed but off), "
        f"{counts['channels']} channels, {counts['rules']} rules."
    )
    for channel in idle:
        click.echo(f"Note: nothing is sent to channel {channel!r}: no rule, window, route or ops names it.")


@click.command()
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default="https://localhost/", help="Where the answer came from; relative links start there.")
@click.option("--timezone", help="Zone of times that name none, such as Asia/Yerevan.")
@click.option("--language", help="Language of posts that name none.")
@click.option("--content-type", help="The answer's Content-Type header.")
@click.option("--source", default="parse", help="Source id that goes into the posts' keys.", show_default=True)
@click.option("--settings", "own", default="{}", help="The kind's own settings, as a JSON object.")
def parse(
    kind: str,
    file: Path,
    *,
    url: str,
    timezone: str | None,
    language: str | None,
    content_type: str | None,
    source: str,
    own: str,
) -> None:
    """Read a saved answer of a source KIND; print its posts.

    Each post is one line of JSON. Nothing is asked of any network.
    """
    from pydantic import ValidationError  # noqa: PLC0415

    from monitor import kinds  # noqa: PLC0415
    from monitor.model import encode  # noqa: PLC0415

    pick(kinds.names("sources"), kind, "kind")
    try:
        given = {**json.loads(own), "id": source, "kind": kind, "url": url, "timezone": timezone, "language": language}
    except (ValueError, TypeError):
        fail('--settings: wanted is a JSON object, such as {"item": ".news"}')
    try:
        settings = kinds.load("sources", kind).Config(**given)
    except ValidationError as error:
        fail("; ".join(f"--{one['loc'][-1]}: {one.get('ctx', {}).get('error', one['msg'])}" for one in error.errors()))
    headers = {"content-type": content_type} if content_type else {}
    reading = done(_read(kind, file.read_bytes(), headers, url, settings.model_dump_json()))
    for post in reading.posts:
        click.echo(encode(post))
    for warning in reading.warnings:
        click.echo(f"warning: {warning}", err=True)


async def _read(kind: str, body: bytes, headers: dict[str, str], url: str, settings: str) -> Reading:
    from monitor.workers import Workers  # noqa: PLC0415

    workers = Workers(count=1)
    try:
        return await workers.read(kind, body, headers, url, settings)
    finally:
        await workers.close()


@click.command()
@click.argument("key", required=False)
@config_option
@count_option
@click.option("--source", help="Only this source.")
@json_option
def posts(key: str | None, config: Path, count: int, source: str | None, *, as_json: bool) -> None:
    """List what was said, the newest first.

    With the KEY of a post: that post, its versions, and what each of them changed.
    """
    settings = configuration(config)
    if key:
        _versions(settings, key, as_json=as_json)
        return
    if source:
        pick([one.id for one in settings.sources], source, "source")
    for entry in done(_recent(settings, count, source)):
        _show(entry, as_json=as_json)


def _versions(settings: Settings, key: str, *, as_json: bool) -> None:
    from monitor.cli import versions  # noqa: PLC0415
    from monitor.model import encode  # noqa: PLC0415

    history = done(_history(settings, key))
    if not history:
        fail(f"no post {key!r} is known here; `monitor posts --json` lists the newest with their keys")
    for line in map(encode, history) if as_json else versions.told(history):
        click.echo(line)


async def _history(settings: Settings, key: str) -> list[Entry]:
    async with store_of(settings) as store:
        return await store.posts.history(key)


async def _recent(settings: Settings, count: int, source: str | None) -> list[Entry]:
    found: list[Entry] = []
    before = None
    async with store_of(settings) as store:
        while len(found) < count:
            page = await store.posts.recent(max(count, 100), before)
            if not page:
                break
            before = page[-1].id
            found += [entry for entry in page if source in (None, entry.post.source)]
    return found[:count]


def _show(entry: Entry, *, as_json: bool) -> None:
    from monitor.model import encode, plain  # noqa: PLC0415

    post = entry.post
    if as_json:
        deletion = {"deletion": plain(entry.deletion)} if entry.deletion else {}
        like = {"like": plain(entry.like)} if entry.like else {}
        click.echo(encode({**plain(post), **like, **deletion}))
        return
    mark = "ALERT" if entry.alert else "first" if entry.silent else "     "
    version = f" (version {post.revision})" if post.revision > 1 else ""
    gone = f" ({_whereabouts(entry.deletion)})" if entry.deletion else ""
    copy = f" ({_form(entry.like)})" if entry.like else ""
    said = f"{heading(post)}{version}{copy}{gone}"
    click.echo(f"{clock(post.published or post.seen)}  {mark}  {post.source:<16} {said}")


def _form(like: Like) -> str:
    said = {"same": "same words as", "retold": "others wrote this up:"}.get(like.kind, f"{like.kind} from")
    return f"{said} {like.key}"


def _whereabouts(deletion: Deletion) -> str:
    if deletion.restored:
        return f"deleted {clock(deletion.at)}, there again {clock(deletion.restored)}"
    return f"deleted {clock(deletion.at)}"


@click.command()
@config_option
@count_option
@json_option
def alerts(config: Path, count: int, *, as_json: bool) -> None:
    """List the alerts that were raised, the newest first.

    With what fired, and where each has arrived.
    """
    from monitor.model import encode, plain  # noqa: PLC0415

    for alert, deliveries in done(_alerts(configuration(config), count)):
        if as_json:
            click.echo(encode({**plain(alert), "deliveries": plain(deliveries)}))
            continue
        where = ", ".join(f"{one.channel} {one.state}" for one in deliveries)
        click.echo(f"{clock(alert.raised)}  {alert.verdict.severity:<8} {alert.origin.name}: {heading(alert.post)}")
        click.echo(f"    {'; '.join(alert.verdict.reasons)}  [{where}]")


async def _alerts(settings: Settings, count: int) -> list[Any]:
    async with store_of(settings) as store:
        return [(alert, await store.outbox.deliveries(alert.id)) for alert in await store.alerts.recent(count)]


@click.command(hidden=True)
def schema() -> None:
    """Print the JSON Schema of the configuration."""
    from monitor.config import schema as make  # noqa: PLC0415

    click.echo(json.dumps(make(), indent=2, ensure_ascii=False))
