"""What several commands share: common options, the store, and how a moment, a title or a mistake is told."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from monitor.errors import ConfigError, MonitorError

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.store import Store

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

BAD_CONFIGURATION = 2  # exit code


def config_option(command: F) -> F:
    """Add `-c FILE`."""
    option = click.option(
        "-c",
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path("config/monitor.yaml"),
        envvar="MONITOR_CONFIG",
        show_default=True,
        help="The configuration file.",
    )
    return option(command)


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")(command)


def count_option(command: F) -> F:
    """Add `--count`."""
    option = click.option(
        "--count", type=click.IntRange(min=1), default=20, show_default=True, help="How many, the newest first."
    )
    return option(command)


def configuration(path: Path) -> Settings:
    """Load the configuration, or list every mistake in it and exit with 2."""
    from monitor.config import load  # noqa: PLC0415  # `monitor --help` must not pay for pydantic

    try:
        return load(path)
    except ConfigError as error:
        refuse(error)


def refuse(error: ConfigError) -> NoReturn:
    for mistake in error.mistakes:
        click.echo(mistake, err=True)
    count = len(error.mistakes)
    click.echo(f"{count} mistake{'s' if count != 1 else ''} in the configuration; nothing was started.", err=True)
    sys.exit(BAD_CONFIGURATION)


def fail(error: MonitorError | str) -> NoReturn:
    """Say in one sentence what went wrong and exit with 1."""
    click.echo(str(error), err=True)
    sys.exit(1)


def pick(ids: Iterable[str], wanted: str, what: str) -> str:
    """Return the wanted id, or say which there are."""
    known = sorted(ids)
    if wanted not in known:
        from difflib import get_close_matches  # noqa: PLC0415

        close = get_close_matches(wanted, known, n=1)
        fail(
            f"no {what} {wanted!r}" + (f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(known)}")
        )
    return wanted


def done(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns, or say in a sentence what went wrong and exit."""
    try:
        return asyncio.run(work)
    except ConfigError as error:
        refuse(error)
    except MonitorError as error:
        fail(error)


def clock(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z" if moment else "—".ljust(20)


def title(text: str) -> str:
    """Return text as one line of at most 100 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"


@asynccontextmanager
async def store_of(settings: Settings) -> AsyncIterator[Store]:
    """Open the store: a running daemon's, or the embedded one just for this command."""
    from monitor.store import Store, embedded  # noqa: PLC0415

    own = None
    url = settings.store.url
    if url == "embedded":
        url = embedded.url(settings.store.dir)
        if not await embedded.answering(settings.store.dir):
            own = embedded.EmbeddedServer(settings.store.dir)
            await own.start()
    store = Store(url)
    try:
        yield store
    finally:
        await store.close()
        if own:
            await own.stop()
