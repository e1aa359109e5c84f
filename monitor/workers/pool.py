"""Children of one kind, started when first needed and replaced when they fail."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from monitor import errors
from monitor.model import Reading, decode, encode
from monitor.workers.frames import LENGTH, Job, Outcome

COMMAND = (sys.executable, "-P", "-m", "monitor.workers")

_LARGEST_ANSWER = 64 * 2**20
_PIECE = 256 * 2**10  # bytes
_START_SECONDS = 30.0
# The child gets no other variables: no secret of the daemon is within reach of a document.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONTZPATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH")

# glibc gives large blocks back to the system at once, and keeps no heap for each thread.
_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}


class TooLong(errors.Unreadable):
    """A limit of time ended the reading of a document."""


class Pool:
    """A pool of at most `count` children, started when first needed and replaced when they fail.

    wall    seconds one document may take; then its child is killed
    memory  bytes of address space a child may have
    cpu     seconds of processor time one document may take

    `asked`: documents that are being read, or wait for it.
    """

    def __init__(self, count: int, *, wall: float, memory: int, cpu: float, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._count = count
        self._wall = wall
        self._memory = memory
        self._cpu = cpu
        self._slots = asyncio.Semaphore(count)
        self._idle: list[_Child] = []
        self._alive: set[_Child] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False
        self.asked = 0

    async def start(self) -> None:
        """Start every child now, so that the first documents need not wait."""
        self._idle += await asyncio.gather(*(self._child() for _ in range(self._count - len(self._alive))))

    async def close(self) -> None:
        """End every child. A document being read ends in Unreadable."""
        self._closed = True
        for child in list(self._alive):
            self._end(child)
        while self._ending:
            await asyncio.gather(*self._ending)

    async def read(self, job: Job, body: bytes) -> Reading:
        """Run the kind's `read` on one document in a child. Raises Unreadable, whatever the document does to it."""
        self.asked += 1
        try:
            outcome = await self._outcome(encode(job), body)
        finally:
            self.asked -= 1
        if outcome.reading is None:
            raise errors.Unreadable(outcome.error or "the document could not be read")
        return outcome.reading

    async def _outcome(self, job: bytes, body: bytes) -> Outcome:
        async with self._slots:
            child = await self._next()
            try:
                outcome = await self._ask(child, job, body)
            except BaseException:  # a caller that gave up, too: its child is still busy with the document
                self._end(child)
                raise
            if outcome.fault:
                self._end(child)
            else:
                self._idle.append(child)
        return outcome

    async def _next(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.process.returncode is None:
                return child
            self._end(child)  # it died while it had nothing to do; no document is to blame
        return await self._child()

    async def _child(self) -> _Child:
        if self._closed:
            raise errors.Unreadable("the monitor is stopping and reads no more documents")
        process = await asyncio.create_subprocess_exec(
            *self._command,
            str(self._memory),
            str(self._cpu),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        child = _Child(process)
        self._alive.add(child)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await child.receive()
        except BaseException as problem:
            self._end(child)
            if isinstance(problem, TimeoutError | asyncio.IncompleteReadError):
                raise errors.Unreadable("no process to read the document could be started") from None
            raise
        return child

    async def _ask(self, child: _Child, job: bytes, body: bytes) -> Outcome:
        try:
            async with child.busy, asyncio.timeout(self._wall):
                try:
                    await child.send(job, body)
                    return await child.receive()
                except (OSError, asyncio.IncompleteReadError):
                    status = await child.process.wait()  # not killed again here: that could swallow its status
                    kind = TooLong if status == -signal.SIGPROF else errors.Unreadable
                    raise kind(_obituary(status, self._cpu)) from None
        except TimeoutError:
            raise TooLong(f"reading the document took longer than {self._wall:g} s and was stopped") from None
        except ValueError:
            raise errors.Unreadable("the process that read the document gave an answer nobody understands") from None

    def _end(self, child: _Child) -> None:
        """Kill a child now; the rest of its end is awaited by `close`, or happens by itself."""
        if child in self._alive:
            self._alive.remove(child)
            if child in self._idle:
                self._idle.remove(child)
            child.kill()
            task = asyncio.create_task(child.ended())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


class _Child:
    """One process and its two pipes, seen from the parent."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.busy = asyncio.Lock()  # one reader at a time on its stdout

    async def send(self, *frames: bytes) -> None:
        stdin = self.process.stdin
        assert stdin is not None  # noqa: S101  # it was asked for
        for frame in frames:
            stdin.write(LENGTH.pack(len(frame)))
            for place in range(0, len(frame), _PIECE):  # the transport copies what the pipe does not take at once
                stdin.write(memoryview(frame)[place : place + _PIECE])
                await stdin.drain()

    async def receive(self) -> Outcome:
        stdout = self.process.stdout
        assert stdout is not None  # noqa: S101  # it was asked for
        (length,) = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
        if length > _LARGEST_ANSWER:
            raise ValueError("an answer of this size is no answer")
        return decode(await stdout.readexactly(length), Outcome)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()

    async def ended(self) -> None:
        """Wait until the process is gone and both pipes are closed."""
        async with self.busy:
            with suppress(OSError):
                await self.process.communicate()


def _environment() -> dict[str, str]:
    """The child finds this very package, wherever the parent was started (`-P` keeps the folder it is in out)."""
    kept = _MEMORY | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    home = str(Path(__file__).resolve().parent.parent.parent)
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (kept.get("PYTHONPATH"), home)))
    return kept


def _obituary(status: int, cpu: float) -> str:
    if status == -signal.SIGPROF:
        return f"reading the document took more than {cpu:g} s of processor time and was stopped"
    if status < 0:
        return f"the process that read the document crashed with signal {-status} ({signal.Signals(-status).name})"
    return f"the process that read the document ended with status {status} before it answered"
