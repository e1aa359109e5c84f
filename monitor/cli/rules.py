"""Commands that try rules: on a text, and on what was said before."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from monitor.cli.common import config_option, configuration, done, fail, json_option, pick, refuse, store_of
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.cli.replay import Replayed
    from monitor.config import Settings
    from monitor.model import Origin, Verdict


@click.command()
@config_option
@click.argument("files", nargs=-1, type=click.File("r", encoding="utf-8", errors="replace"))
@click.option("--source", help="Judge as if this source had posted the text.")
@click.option("--title", default="", help="The title over the text.")
@click.option("--lines", is_flag=True, help="Each line is a JSON object with `text`, and maybe `id` and `title`.")
@json_option
def explain(
    config: Path, files: tuple[TextIO, ...], source: str | None, title: str, *, lines: bool, as_json: bool
) -> None:
    """Say which rules fire on a text, and on which words.

    Each of the FILES is a text; without any it is read from standard input. Where a rule keeps silent, or words count
    for nothing, it is said why. A first line without a full stop may serve as title.
    """
    settings = configuration(config)
    origin = _origin(settings, source)
    book = settings.rulebook()
    for name, heading, text in _texts(files, title, lines=lines):
        verdict = book.explain(text, origin, title=heading)
        if as_json:
            click.echo(json.dumps(_as_json(name, verdict), ensure_ascii=False))
        else:
            _tell(name, verdict)


def _origin(settings: Settings, source: str | None) -> Origin:
    from monitor.model import Origin  # noqa: PLC0415

    origins = {one.id: one.origin for one in settings.sources}
    return origins[pick(origins, source, "source")] if source else Origin(id="stdin", kind="stdin", name="a text")


def _texts(files: tuple[TextIO, ...], title: str, *, lines: bool) -> Iterator[tuple[str | None, str, str]]:
    """Yield the name of a text if it has one, its title and itself."""
    for file in files or (None,):
        given = file.read() if file else sys.stdin.buffer.read().decode("utf-8", "replace")
        if not lines:
            yield (file.name if len(files) > 1 and file else None), title, given
            continue
        for number, line in enumerate(given.split("\n"), start=1):  # not by U+2028, which JSON may hold
            if not line.strip():
                continue
            said = _said(line)
            if said is None:
                where = f"{file.name}:{number}" if file else f"line {number}"
                fail(f'{where}: no JSON object with a `text`; wanted is a line like {{"text": "…"}}')
            yield str(said.get("id", number)), said.get("title") or "", said["text"]


def _said(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    right = isinstance(said, dict) and isinstance(said.get("text"), str) and isinstance(said.get("title") or "", str)
    return said if right else None


def _as_json(name: str | None, verdict: Verdict) -> dict[str, Any]:
    from monitor.model import plain  # noqa: PLC0415

    record: dict[str, Any] = plain(verdict)
    return {"id": name, **record} if name else record


def _tell(name: str | None, verdict: Verdict) -> None:
    if name:
        click.echo(f"{name}:")
    click.echo(f"ALERT ({verdict.severity}): {', '.join(verdict.topics)}" if verdict.alert else "silent")
    click.echo(f"language: {', '.join(verdict.languages) or verdict.language or 'unknown'}")
    for reason in verdict.reasons:
        click.echo(f"  {reason}")
    for match in verdict.matches:
        click.echo(f"  {match.start}–{match.end} “{match.words}”: term {match.term!r} of rule {match.rule}")
    for guard in verdict.guards:
        gone = f", cancels {', '.join(f'“{words}”' for words in guard.cancels)}" if guard.cancels else ""
        click.echo(f"  {guard.start}–{guard.end} “{guard.words}”: {guard.guard}{gone}")
    for place in verdict.places:
        which = place.name if place.place else f"one of {', '.join(place.candidates)}"
        at = f", {place.at[0]:.4f} {place.at[1]:.4f}" if place.at else ""
        click.echo(
            f"  {place.start}–{place.end} “{place.words}”: place {which}{at}{', spelled nearly so' * place.near}"
        )


@click.command()
@config_option
@click.argument("rules", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From then on, UTC.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Up to then, UTC.")
@click.option("--source", help="Only posts of this source.")
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines with `id` (a post's key or link) and `alert_expected`: adds precision and recall.",
)
@click.option("--all", "everything", is_flag=True, help="Show posts that come out the same, too.")
@json_option
def backtest(  # noqa: PLR0917  # click hands them over by name
    config: Path,
    rules: Path,
    since: datetime,
    until: datetime | None,
    source: str | None,
    labels: Path | None,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Judge stored posts again, with other rules.

    It shows what would have been different, post by post and in numbers.

    RULES is a file of rules that stand instead of all configured ones; its categories and places stand instead of
    those of the same id. Nothing is stored and nothing sent.
    """
    from monitor.cli import replay  # noqa: PLC0415
    from monitor.config import tried  # noqa: PLC0415

    try:
        settings = tried(config, rules)
    except ConfigError as error:
        refuse(error)
    if source:
        pick([one.id for one in settings.sources], source, "source")
    span = (since.replace(tzinfo=UTC), until.replace(tzinfo=UTC) if until else datetime.now(UTC))
    expected = replay.labels(labels) if labels else {}
    replayed = done(_replayed(settings, span, source))
    for line in replay.page(replayed, expected, everything=everything, as_json=as_json):
        click.echo(line)


async def _replayed(settings: Settings, span: tuple[datetime, datetime], source: str | None) -> list[Replayed]:
    from monitor.cli import replay  # noqa: PLC0415

    async with store_of(settings) as store:
        return await replay.replayed(store.posts.since, settings, span, source)
