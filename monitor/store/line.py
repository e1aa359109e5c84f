"""The connections to one server, and what its answers mean: done, failed, or not here."""

from __future__ import annotations

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

from monitor.store.wire import Argument as Argument  # noqa: PLC0414  # rooms know that door alone
from monitor.store.wire import Command, Wire

# What a command can end in when it reached nobody or got no answer; redis-py lets some pass as they are.
FAULTS = (RedisError, OSError, TimeoutError, EOFError)

_ANSWER_WITHIN = 5.0  # seconds for an ordinary command
LONGEST_BLOCK = 5.0  # seconds a blocking read may wait; its connection waits a little longer
_POOL = 256  # connections at the most


def client(url: str, *, within: float | None, name: str = "monitor", connections: int = 4) -> Any:
    """Open connections to a server as needed; nothing is sent twice. `within`: seconds for an answer, if any."""
    return Redis.from_url(
        url,
        protocol=2,
        client_name=name,
        socket_timeout=within,
        socket_connect_timeout=min(within or _ANSWER_WITHIN, _ANSWER_WITHIN),
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

    Two wires go to it, one for single commands and one for many at once, so that nobody waits behind a large batch with
    a small question. Commands that wait on the server have connections of their own.
    """

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self._quick = client(url, within=_ANSWER_WITHIN, name=name, connections=_POOL)
        self._blocking = client(url, within=LONGEST_BLOCK + _ANSWER_WITHIN, name=name, connections=_POOL)
        steady = client(url, within=None, name=name)
        self._singly, self._many = (
            Wire(steady.connection_pool, steady.response_callbacks, within=_ANSWER_WITHIN) for _ in range(2)
        )
        self._users = 0
        self._left = False

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
        for one in (self._singly, self._many):
            await one.close()
        await self._quick.aclose()
        await self._blocking.aclose()

    async def one(self, command: Command, *, asking: bool, may_wait: bool = False) -> Any:
        """Run one command; `may_wait`: up to LONGEST_BLOCK seconds on the server."""
        if asking:
            _, answer = await _together(self._blocking if may_wait else self._quick, [("ASKING",), command])
        elif may_wait:
            return await self._blocking.execute_command(*command)
        else:
            (answer,) = await self._singly.answers([command])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def several(self, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip. In the place of an answer may stand the error that sends one elsewhere."""
        answers = await self._many.answers(commands)
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
