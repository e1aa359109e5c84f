"""The connections to one server, and what its answers mean: done, failed, or not here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

Argument = str | bytes | int | float
Command = Sequence[Argument]

# What a command can end in when it reached nobody or got no answer; redis-py lets some pass as they are.
FAULTS = (RedisError, OSError, TimeoutError, EOFError)

_ANSWER_WITHIN = 5.0  # seconds for an ordinary command
LONGEST_BLOCK = 5.0  # seconds a blocking read may wait; its connection waits a little longer
_POOL = 256  # connections at the most


def client(url: str, *, within: float, name: str = "monitor", connections: int = 4) -> Any:
    """Open connections to a server as they are needed; nothing is sent twice. `within`: seconds for an answer."""
    return Redis.from_url(
        url,
        protocol=2,
        client_name=name,
        socket_timeout=within,
        socket_connect_timeout=min(within, _ANSWER_WITHIN),
        max_connections=connections,
        retry=Retry(NoBackoff(), 0),
    )


def check_options(url: str) -> None:
    """Raise ValueError if redis-py does not know an option behind the `?` of a server's URL, or not with that value."""
    try:
        client(url, within=1).connection_pool.make_connection()
    except (TypeError, ValueError):
        raise ValueError("redis-py does not know an option behind the ? of this address, or not its value") from None


class Line:
    """`async with` it while waiting for an answer: left for another server, it closes as soon as nobody does.

    A command whose keys are elsewhere was not done. It raises MovedError or AskError, which say where to, or
    TryAgainError, because they are in two places just now. `asking`: it was sent here by an AskError.

    Single commands of several tasks share a round trip: one goes at once, those that come while it is under way go
    together. Each has its own answer, and nothing but the way in common.
    """

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self._quick = client(url, within=_ANSWER_WITHIN, name=name, connections=_POOL)
        self._blocking = client(url, within=LONGEST_BLOCK + _ANSWER_WITHIN, name=name, connections=_POOL)
        self._users = 0
        self._left = False
        self._waiting: list[tuple[Command, asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._users += 1

    async def __aexit__(self, *_: object) -> None:
        self._users -= 1
        if self._left and not self._users:
            await self.close()

    async def leave(self) -> None:
        self._left = True
        if not self._users:
            await self.close()

    async def close(self) -> None:
        await self._quick.aclose()
        await self._blocking.aclose()
        if self._sending:  # for somebody who no longer waits
            await asyncio.wait({self._sending})

    async def one(self, command: Command, *, asking: bool, may_wait: bool = False) -> Any:
        """Run one command; `may_wait`: up to LONGEST_BLOCK seconds on the server."""
        if asking:
            _, answer = await _together(self._blocking if may_wait else self._quick, [("ASKING",), command])
        elif may_wait:
            return await self._blocking.execute_command(*command)
        else:
            answer = await self._shared(command)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _shared(self, command: Command) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_waiting())
        return await answer

    async def _send_waiting(self) -> None:
        """Send what waits, and what comes meanwhile. An answer nobody waits for any more is dropped."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                for (_, waits), answer in zip(batch, await self._answers([one for one, _ in batch]), strict=True):
                    if not waits.done():
                        waits.set_result(answer)
        finally:
            self._sending = None

    async def _answers(self, commands: Sequence[Command]) -> list[Any]:
        """Return an answer for each, or the error in its place."""
        try:
            if len(commands) == 1:
                return [await self._quick.execute_command(*commands[0])]
            return await _together(self._quick, commands)
        except Exception as error:  # noqa: BLE001  # told to each who waits for one of them
            return [error] * len(commands)

    async def several(self, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip. In the place of an answer may stand the error that sends one elsewhere."""
        answers = await _together(self._quick, commands)
        for answer in answers:
            if isinstance(answer, Exception) and not isinstance(answer, AskError | TryAgainError):
                raise answer
        return answers

    async def all_or_none(self, commands: Sequence[Command]) -> list[Any]:
        pipeline = self._quick.pipeline(transaction=True)
        for command in commands:
            pipeline.execute_command(*command)
        try:
            answers: list[Any] = await pipeline.execute()
        except MovedError:
            raise
        except AskError:
            raise TryAgainError from None  # a transaction cannot be sent on after its keys one by one
        return answers


async def _together(over: Any, commands: Sequence[Command]) -> list[Any]:
    pipeline = over.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    answers: list[Any] = await pipeline.execute(raise_on_error=False)
    return answers


def elsewhere(error: Exception) -> bool:
    """Whether an error may mean that another server takes our commands now."""
    if not isinstance(error, ResponseError) or isinstance(error, ReadOnlyError | MasterDownError | ClusterDownError):
        return True
    return any(word in str(error) for word in ("READONLY", "UNBLOCKED", "NOREPLICAS"))
