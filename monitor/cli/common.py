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
    from monitor.model import Post
    from monitor.store import Store

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

REFUSED = 2  # exit code: the configuration is wrong, or what was asked for


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
    option = click.option("--json", "as_json", is_flag=True, callback=inherited, help="Write JSON, for programs.")
    return option(command)


def inherited(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Return what a command was given, or what its group was: an option that both have may stand after either."""
    above = context.parent.params if context.parent else {}
    return value or above.get(option.name or "", value)


def inherited_config_option(command: F) -> F:
    """Add `-c FILE` to a command of a group that has it."""
    kind: Any = click.Path(dir_okay=False, path_type=Path)
    return click.option("-c", "--config", type=kind, callback=inherited, help="As before the command's name.")(command)


def count_option(command: F) -> F:
    """Add `--count`."""
    option = click.option(
        "--count", type=click.IntRange(min=1), default=20, show_default=True, help="How many, the newest first."
    )
    return option(command)


def by_option(command: F) -> F:
    """Add `--by`."""
    text = "Who you are, as the others see it.  [default: your login name]"
    return click.option("--by", callback=lambda _context, _option, by: by or _login_name(), help=text)(command)


def _login_name() -> str:
    from getpass import getuser  # noqa: PLC0415

    try:
        return getuser()
    except (KeyError, OSError):
        return ""


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
    sys.exit(REFUSED)


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


def heeded(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns, or say what is wrong with what was asked for (ValueError) and exit with 2."""
    try:
        return done(work)
    except ValueError as why:
        click.echo(str(why), err=True)
        sys.exit(REFUSED)


def clock(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z" if moment else "—".ljust(20)


def heading(post: Post) -> str:
    """Return what a post is called in one line: its title, of one without the beginning of its words."""
    return title(post.title or post.text)


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
