"""One connection to a server for the commands of all tasks: many are under way at once, answered in their order.

redis-py opens it and reads the answers. Its own way, a connection of the pool for each command, costs twice as much:
locks, a timer and a task for each direction, and commands that are put together in Python.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import hiredis
from redis.exceptions import ConnectionError as Broken
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as Late

Argument = str | bytes | int | float
Command = Sequence[Argument]


class Wire:
    """Opened by the first command, and anew by the first one after it has failed; nothing is sent twice.

    `pool`: of redis-py, with no timeout of its own. `within`: seconds for an answer, opening included.
    """

    def __init__(self, pool: Any, callbacks: Any, *, within: float) -> None:
        self._pool = pool
        self._callbacks = callbacks
        self._within = within
        self._talk: _Talk | None = None
        self._opening = asyncio.Lock()

    async def answers(self, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip; return an answer for each, or in its place the server's error.

        Raises what redis-py does where the connection fails; then nobody knows which of them were done.
        """
        talk = self._talk
        if talk is None or talk.ended:
            try:
                async with asyncio.timeout(self._within):
                    talk = await self._open()
            except TimeoutError:
                raise _late(self._within) from None
        found = await talk.ask(commands)
        return [self._as_redis_py(command, answer) for command, answer in zip(commands, found, strict=True)]

    async def close(self) -> None:
        if self._talk:
            await self._talk.close()

    async def _open(self) -> _Talk:
        async with self._opening:
            if self._talk is None or self._talk.ended:
                connection = self._pool.make_connection()
                try:
                    await connection.connect()
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
                self._talk = _Talk(connection, self._within)
            return self._talk

    def _as_redis_py(self, command: Command, answer: Any) -> Any:
        """Return an answer in redis-py's form for the command, which its callbacks make."""
        form = None if isinstance(answer, Exception) else self._callbacks.get(command[0])
        return form(answer) if form else answer


def _late(seconds: float) -> Late:
    return Late(f"no answer within {seconds:g} s")


class _Asked(NamedTuple):
    many: int
    answers: list[Any]
    done: asyncio.Future[list[Any]]


class _Talk:
    """A connection from its opening to its end. `ended`: why it takes no further command.

    `within`: seconds from one answer to the next, while some are waited for. So a batch may take longer, as long as it
    goes on, and those behind it do not pay for it; where nothing comes, nothing would come for others either.
    """

    def __init__(self, connection: Any, within: float) -> None:
        self.ended: Exception | None = None
        self._within = within
        self._loop = asyncio.get_running_loop()
        self._heard = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._connection = connection
        self._reader = connection._reader  # noqa: SLF001  # see `_answer`
        self._writer = connection._writer  # noqa: SLF001  # its own sending ends the connection for all when one is cancelled
        self._asked = deque[_Asked]()
        self._unsent: list[bytes] = []
        self._reading = asyncio.create_task(self._read())

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Send, and wait for the answers. They are read and dropped where nobody waits for them any more."""
        if self.ended:
            raise self.ended
        piece = b"".join([hiredis.pack_command(tuple(one)) for one in commands])  # type: ignore[arg-type]  # of any length
        asked = _Asked(len(commands), [], self._loop.create_future())
        if not self._asked:
            self._heard = self._loop.time()
            self._writer.write(piece)
        else:
            if not self._unsent:
                self._loop.call_soon(self._send)
            self._unsent.append(piece)
        self._asked.append(asked)
        if not self._watch:
            self._watch = self._loop.call_later(self._within, self._look)
        return await asked.done

    def _look(self) -> None:
        """End where nothing has been heard for too long; one timer for all who wait, set anew while somebody does."""
        self._watch = None
        if self._asked:
            left = self._heard + self._within - self._loop.time()
            if left > 0:
                self._watch = self._loop.call_later(left, self._look)
            else:
                self.end(_late(self._within))

    def _send(self) -> None:
        """Send what was asked in one turn of the loop, while others were under way, in one piece."""
        pieces, self._unsent = self._unsent, []
        if not self.ended:
            self._writer.write(b"".join(pieces))

    async def _read(self) -> None:
        try:
            while True:
                answer = await self._answer()
                self._heard = self._loop.time()
                asked = self._asked[0]
                asked.answers.append(answer)
                if len(asked.answers) == asked.many:
                    self._asked.popleft()
                    if not asked.done.done():
                        asked.done.set_result(asked.answers)
        except (RedisError, OSError, EOFError) as error:
            self.end(error)
        except Exception as error:  # noqa: BLE001  # whatever it is, nobody may wait for ever
            self.end(Broken(f"an answer nobody understands: {error!r}"))
        finally:
            self.end(Broken("nobody reads its answers any more"))  # if it was cancelled
            await self._connection.disconnect(nowait=True)

    async def _answer(self) -> Any:
        try:
            answer = await self._connection.read_response(timeout=math.inf, disconnect_on_error=False)
        except ResponseError as error:
            return error
        if answer is None and (lost := self._reader.exception()):  # a dead peer (ETIMEDOUT): to redis-py, no answer yet
            raise Broken(str(lost)) from lost
        return answer

    def end(self, error: Exception) -> None:
        """Take no further command, and tell all who wait."""
        self.ended = self.ended or error
        if self._watch:
            self._watch.cancel()
            self._watch = None
        self._writer.transport.abort()
        while self._asked:
            asked = self._asked.popleft()
            if not asked.done.done():
                asked.done.set_exception(error)

    async def close(self) -> None:
        self.end(Broken("the connection was closed"))
        self._reading.cancel()
        await asyncio.wait([self._reading])
