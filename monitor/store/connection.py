"""The wire to Redis or Valkey: commands, pipelines and scripts, and the place where its errors become ours."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from redis.exceptions import AskError, MovedError, NoScriptError, ResponseError, TryAgainError

from monitor.errors import StoreUnavailable
from monitor.store import address, keys
from monitor.store.line import FAULTS, Line, elsewhere
from monitor.store.line import Argument as Argument  # noqa: PLC0414  # rooms know this door alone
from monitor.store.record import readable as readable  # noqa: PLC0414  # as above
from monitor.store.route import Route
from monitor.store.shard import named, placed

log = structlog.get_logger("store")

_REDIRECTS = 20  # how often one command is sent on, or again, while its keys are on the move
_REDIRECT_PAUSE = 0.1  # seconds between two of them


_LUA = Path(__file__).parent / "lua"
_PART = re.compile(r"^-- with (\w+)$", re.MULTILINE)  # stands for `lua/parts/<name>.lua`


@cache
def _script(name: str) -> tuple[str, str]:
    text = (_LUA / f"{name}.lua").read_text(encoding="utf-8")
    text = _PART.sub(lambda part: (_LUA / "parts" / f"{part[1]}.lua").read_text(encoding="utf-8"), text)
    return text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def ms(moment: datetime) -> int:
    """Return milliseconds since 1970, the form of every time in the store."""
    return round(moment.timestamp() * 1000)


def moment(raw: bytes | str | float | None) -> datetime | None:
    """Return the time that `ms` wrote; None for nothing."""
    return None if raw in (None, b"", "") else datetime.fromtimestamp(float(raw) / 1000, UTC)


def fields(raw: Any) -> dict[str, Any]:
    """Return a hash, a stream row or one of XINFO's lists by the names of its fields; it arrives flat or as a dict."""
    pairs = raw.items() if isinstance(raw, dict) else zip(raw[::2], raw[1::2], strict=True)
    return {name.decode() if isinstance(name, bytes) else name: value for name, value in pairs}


def text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", "replace")


Sending = Callable[[Line, bool], Awaitable[Any]]  # what to run on a line; whether it was sent there by ASK


class Connection:
    """Raw commands, pipelines and scripts. Every failure raises StoreUnavailable; nothing is repeated behind our back.

    redis-py's own retry would repeat an XADD whose answer was lost; our writes are scripts that may be repeated, and
    the caller decides when. What a cluster refused because the keys are elsewhere was not done, and is sent on.
    """

    def __init__(self, url: str, *, name: str = "monitor", route: Route | None = None) -> None:
        self._owns_route = route is None
        self.route = route or Route(address.read(url))
        self.where = self.route.address.place
        self._shard = self.route.address.shard
        self._name = name
        self._lines: dict[str, Line] = {}

    async def call(self, *command: Argument) -> Any:
        """Run one command and return its answer as redis-py gives it: bytes, ints, lists, dicts."""
        ours = placed(command, self._shard)
        return await self._send(lambda line, asking: line.one(ours, asking=asking))

    async def block(self, *command: Argument) -> Any:
        """Run a command that may wait up to LONGEST_BLOCK seconds on the server."""
        ours = placed(command, self._shard)
        return await self._send(lambda line, asking: line.one(ours, asking=asking, may_wait=True))

    async def together(self, commands: Iterable[Sequence[Argument]], *, atomic: bool = False) -> list[Any]:
        """Run commands in one round trip, in order; all or none if `atomic`."""
        batch = [placed(command, self._shard) for command in commands]
        if not batch:
            return []
        answers: list[Any] = await self._send(
            lambda line, _: line.all_or_none(batch) if atomic else line.several(batch)
        )
        for place, answer in enumerate(answers):
            if isinstance(answer, AskError | TryAgainError):
                answers[place] = await self.call(*batch[place])
        return answers

    async def script(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> Any:
        """Run `lua/<name>.lua`, an atomic step."""
        source, sha = _script(name)
        try:
            return await self.call("EVALSHA", sha, len(keys), *keys, *args)
        except _UnknownScript:
            return await self.call("EVAL", source, len(keys), *keys, *args)

    async def scripts(self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Argument]]]) -> list[Any]:
        """Run `lua/<name>.lua` for each pair of keys and arguments, all in one round trip; each is atomic by itself.

        For scripts that may be repeated: where the server does not know the script yet, all are sent again.
        """
        source, sha = _script(name)
        steps = [("EVALSHA", sha, len(keys_), *keys_, *args) for keys_, args in calls]
        for _ in range(2):
            try:
                return await self.together(steps)
            except _UnknownScript:
                await self.call("SCRIPT", "LOAD", source)
        return [
            await self.script(name, keys_, args) for keys_, args in calls
        ]  # the keys are moving to who knows it not

    async def always(self, command: str, key: str, *args: Argument) -> None:
        """Run one small write that goes through even when memory is short."""
        await self.script("always", [key], [command, *args])

    async def ensure_group(self, stream: str, group: str) -> None:
        """Make a consumer group that begins with the oldest entry; leave an existing one as it is."""
        try:
            await self.call("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
        except StoreUnavailable as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def inherit(self, stream: str, group: str, heir: str, count: int, *, dead: bool = True) -> list[Any]:
        """Take what consumers of a group left unfinished that said goodbye, or (`dead`) that give no sign of life.

        Rows as XREADGROUP gives them.
        """
        step_keys = [stream, keys.alive(""), keys.left("")]
        rows: list[Any] = await self.script("inherit", step_keys, [group, heir, count, int(dead)])
        return rows

    def named(self, key: bytes) -> str:
        """Return a key that stands in an answer as `keys` has it."""
        return named(key, self._shard)

    async def close(self) -> None:
        for line in self._lines.values():
            await line.close()
        if self._owns_route:
            await self.route.close()

    async def _send(self, sending: Sending) -> Any:
        try:
            return await self._follow(sending)
        except NoScriptError:
            raise _UnknownScript from None
        except MovedError as error:
            use = "it is one node of a cluster; use redis+cluster:// in store.url"
            raise StoreUnavailable(f"the store at {self.where} does not have our keys: {use}") from error
        except TryAgainError as error:
            why = "the cluster is moving our keys to another node; writes wait until all are there"
            raise StoreUnavailable(f"the store at {self.where} refused: {why}") from error
        except ResponseError as error:
            raise StoreUnavailable(f"the store at {self.where} refused: {error}") from error
        except FAULTS as error:
            raise StoreUnavailable(f"the store at {self.where} does not answer: {error}") from error

    async def _follow(self, sending: Sending) -> Any:
        """Send to whoever has our keys. What was refused because they are elsewhere, and only that, is sent on."""
        aside = None
        for turn in range(_REDIRECTS):
            asking = aside is not None
            line = self._line(aside) if aside else await self._current()
            aside = None
            try:
                async with line:
                    return await sending(line, asking)
            except MovedError as error:
                if self.route.address.way != "cluster":
                    raise
                self.route.moved((error.host, error.port))
            except AskError as error:
                aside = self.route.address.server((error.host, error.port))
                continue
            except TryAgainError:
                pass
            except FAULTS as error:
                if elsewhere(error):
                    await self._leave(line)
                raise
            await asyncio.sleep(_REDIRECT_PAUSE if turn else 0)
        raise TryAgainError

    async def _current(self) -> Line:
        url = await self.route.find()
        if url in self._lines:
            return self._lines[url]
        others, self._lines = self._lines, {}  # at once: while these are left, others come here too
        line = self._line(url)
        for other in others.values():
            await other.leave()
        return line

    def _line(self, url: str) -> Line:
        if url not in self._lines:
            self._lines[url] = Line(url, self._name)
        return self._lines[url]

    async def _leave(self, line: Line) -> None:
        """Open new connections for the next command, to whom the route names then: a name may have a new server."""
        self.route.lost(line.url)
        if self._lines.get(line.url) is line:
            del self._lines[line.url]
        await line.leave()


class _UnknownScript(StoreUnavailable):
    pass
