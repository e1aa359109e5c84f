"""The wire to Redis or Valkey: the only file that imports redis, and the place where its errors become ours."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from monitor.errors import StoreUnavailable
from monitor.model import Value, decode
from monitor.store import keys

log = structlog.get_logger("store")

T = TypeVar("T", bound=Value)

Argument = str | bytes | int | float

_ANSWER_WITHIN = 5.0  # seconds for an ordinary command
LONGEST_BLOCK = 5.0  # seconds a blocking read may wait; its connection waits a little longer
_POOL = 64


@cache
def _script(name: str) -> tuple[str, str]:
    text = (Path(__file__).parent / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    return text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def place(url: str) -> str:
    """Return an address without user, password and parameters."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def ms(moment: datetime) -> int:
    """Return milliseconds since 1970, the form of every time in the store."""
    return round(moment.timestamp() * 1000)


def moment(raw: bytes | str | float | None) -> datetime | None:
    """Return the time that `ms` wrote; None for nothing."""
    return None if raw in (None, b"", "") else datetime.fromtimestamp(float(raw) / 1000, UTC)


def readable(raw: bytes | None, kind: type[T], what: str) -> T | None:
    """Return a stored record, or None if there is none or nobody can read it; then say so, and go on without it.

    A record of a version to come (after a step back) stays where it is, and is read after the next upgrade.
    """
    if not raw:
        return None
    try:
        return decode(raw, kind)
    except ValueError as error:
        log.error("record.unreadable", what=what, why=str(error))  # noqa: TRY400  # no bug of ours
        return None


def fields(raw: Any) -> dict[str, Any]:
    """Return a hash, a stream row or one of XINFO's lists by the names of its fields; it arrives flat or as a dict."""
    pairs = raw.items() if isinstance(raw, dict) else zip(raw[::2], raw[1::2], strict=True)
    return {name.decode() if isinstance(name, bytes) else name: value for name, value in pairs}


def text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", "replace")


class Connection:
    """Raw commands, pipelines and scripts. Every failure raises StoreUnavailable; nothing is retried behind our back.

    redis-py's own retry would repeat an XADD whose answer was lost; our writes are scripts that may be repeated, and
    the caller decides when.
    """

    def __init__(self, url: str, *, name: str = "monitor") -> None:
        self.where = place(url)
        self._client: Any = self._open(url, name, _ANSWER_WITHIN)
        self._blocking: Any = self._open(url, name, LONGEST_BLOCK + _ANSWER_WITHIN)

    @staticmethod
    def _open(url: str, name: str, timeout: float) -> Redis:
        return Redis.from_url(
            url,
            protocol=2,
            client_name=name,
            socket_timeout=timeout,
            socket_connect_timeout=_ANSWER_WITHIN,
            max_connections=_POOL * 4,
            retry=Retry(NoBackoff(), 0),
        )

    async def call(self, *command: Argument) -> Any:
        """Run one command and return its answer as redis-py gives it: bytes, ints, lists, dicts."""
        return await self._translated(self._client.execute_command(*command))

    async def block(self, *command: Argument) -> Any:
        """Run a command that may wait up to LONGEST_BLOCK seconds on the server."""
        return await self._translated(self._blocking.execute_command(*command))

    async def together(self, commands: Iterable[Sequence[Argument]], *, atomic: bool = False) -> list[Any]:
        """Run commands in one round trip, in order; all or none if `atomic`."""
        pipeline = self._client.pipeline(transaction=atomic)
        count = 0
        for command in commands:
            pipeline.execute_command(*command)
            count += 1
        return cast("list[Any]", await self._translated(pipeline.execute())) if count else []

    async def script(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> Any:
        """Run `lua/<name>.lua`, an atomic step."""
        source, sha = _script(name)
        try:
            return await self._translated(self._client.execute_command("EVALSHA", sha, len(keys), *keys, *args))
        except _UnknownScript:
            return await self._translated(self._client.execute_command("EVAL", source, len(keys), *keys, *args))

    async def scripts(self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Argument]]]) -> list[Any]:
        """Run `lua/<name>.lua` for each pair of keys and arguments, all in one round trip; each is atomic by itself.

        For scripts that may be repeated: where the server does not know the script yet, all are sent again.
        """
        source, sha = _script(name)
        commands = [("EVALSHA", sha, len(keys_), *keys_, *args) for keys_, args in calls]
        try:
            return await self.together(commands)
        except _UnknownScript:
            await self.call("SCRIPT", "LOAD", source)
            return await self.together(commands)

    async def always(self, command: str, key: str, *args: Argument) -> None:
        """Run one small write that goes through even when memory is short."""
        await self.script("always", [key], [command, *args])

    async def ensure_group(self, stream: str, group: str) -> None:
        """Make a consumer group that begins with the oldest entry; leave an existing one as it is."""
        try:
            await self._translated(self._client.execute_command("XGROUP", "CREATE", stream, group, "0", "MKSTREAM"))
        except StoreUnavailable as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def inherit(self, stream: str, group: str, heir: str, count: int) -> list[Any]:
        """Take what consumers of a group without a sign of life left unfinished; rows as XREADGROUP gives them."""
        rows: list[Any] = await self.script("inherit", [stream, keys.alive("")], [group, heir, count])
        return rows

    async def close(self) -> None:
        await self._client.aclose()
        await self._blocking.aclose()

    async def _translated(self, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except NoScriptError:
            raise _UnknownScript from None
        except ResponseError as error:
            raise StoreUnavailable(f"the store at {self.where} refused: {error}") from error
        except (RedisError, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise StoreUnavailable(f"the store at {self.where} does not answer: {error}") from error


class _UnknownScript(StoreUnavailable):
    pass
