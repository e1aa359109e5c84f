"""A few warm child processes that read foreign documents, so that a hostile one can kill a child and nothing else.

The parent and a child speak over the child's stdin and stdout, one job at a time, in frames: four bytes of length
(big-endian), then that many bytes.

    job      two frames: `Job` as JSON, then the document's bytes
    answer   one frame: `Outcome` as JSON; the very first, sent when the child is ready, is an empty one

Nothing that comes from a child is ever unpickled. A child ends when its stdin closes, so it never outlives its parent.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec

from monitor import errors, kinds
from monitor.model import Reading, Value, decode, encode

_LENGTH = struct.Struct(">I")
_LARGEST_ANSWER = 64 * 2**20
_START_SECONDS = 30.0
# The child gets no other variables: no secret of the daemon is within reach of a document.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONTZPATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH")


class Job(Value, frozen=True, kw_only=True):
    kind: str
    url: str
    headers: dict[str, str]
    settings: str


class Outcome(Value, frozen=True, kw_only=True):
    """A reading, or a sentence that says why there is none."""

    reading: Reading | None = None
    error: str | None = None
    fault: Literal["", "memory"] = ""


class Workers:
    """A pool of at most `count` children, started when first needed and replaced when they fail.

    wall    seconds one document may take; then its child is killed
    memory  bytes of address space a child may have
    cpu     seconds of processor time one document may take
    """

    command: tuple[str, ...] = (sys.executable, "-P", "-m", "monitor.workers")

    def __init__(self, count: int = 2, *, wall: float = 8.0, memory: int = 600 * 2**20, cpu: int = 5) -> None:
        self._count = count
        self._wall = wall
        self._memory = memory
        self._cpu = cpu
        self._slots = asyncio.Semaphore(count)
        self._idle: list[_Child] = []
        self._alive: set[_Child] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

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

    async def read(
        self, kind: str, body: bytes, headers: Mapping[str, str], url: str, settings_json: bytes | str
    ) -> Reading:
        """Run the kind's `read` on one document in a child. Raises Unreadable, whatever the document does to it."""
        settings = settings_json if isinstance(settings_json, str) else settings_json.decode()
        job = encode(Job(kind=kind, url=url, headers=dict(headers), settings=settings))
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
        if outcome.reading is None:
            raise errors.Unreadable(outcome.error or "the document could not be read")
        return outcome.reading

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
            *self.command,
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
                    raise errors.Unreadable(_obituary(status, self._cpu)) from None
        except TimeoutError:
            raise errors.Unreadable(f"reading the document took longer than {self._wall:g} s and was stopped") from None
        except (msgspec.MsgspecError, ValueError):
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
            stdin.write(_LENGTH.pack(len(frame)))
            stdin.write(frame)
        await stdin.drain()

    async def receive(self) -> Outcome:
        stdout = self.process.stdout
        assert stdout is not None  # noqa: S101  # it was asked for
        (length,) = _LENGTH.unpack(await stdout.readexactly(_LENGTH.size))
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
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    home = str(Path(__file__).resolve().parent.parent)
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (kept.get("PYTHONPATH"), home)))
    return kept


def _obituary(status: int, cpu: float) -> str:
    if status == -signal.SIGXCPU:
        return f"reading the document took more than {cpu:g} s of processor time and was stopped"
    if status < 0:
        return f"the process that read the document crashed with signal {-status} ({signal.Signals(-status).name})"
    return f"the process that read the document ended with status {status} before it answered"


# What follows runs in the child.


def main(memory: int, cpu: int) -> None:
    """Read jobs from stdin until it closes."""
    for ignored in (signal.SIGINT, signal.SIGTERM):  # the parent decides; its end closes our stdin
        signal.signal(ignored, signal.SIG_IGN)
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints does not talk into the answers
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory)
    with suppress(BrokenPipeError):  # the parent was killed; there is nobody left to tell
        _serve(jobs, answers, memory, cpu)


def _serve(jobs: BinaryIO, answers: BinaryIO, memory: int, cpu: int) -> None:
    _answer(answers, encode(Outcome()))
    while (head := _frame(jobs)) is not None and (body := _frame(jobs)) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + cpu)
        _answer(answers, _outcome(head, body, memory))


def _limit(what: int, soft: int) -> None:
    with suppress(ValueError, OSError):  # some platforms know no such limit; the wall clock remains
        resource.setrlimit(what, (soft, resource.getrlimit(what)[1]))


def _frame(stream: BinaryIO) -> bytes | None:
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(length)
    return stream.read(size)


def _answer(stream: BinaryIO, frame: bytes) -> None:
    stream.write(_LENGTH.pack(len(frame)) + frame)
    stream.flush()


def _outcome(head: bytes, body: bytes, memory: int) -> bytes:
    try:
        job = decode(head, Job)
        reading = kinds.load("sources", job.kind).read(body, job.headers, job.url, _settings(job.kind, job.settings))
        return encode(Outcome(reading=reading))
    except MemoryError:
        failed = Outcome(error=f"reading the document needed more memory than {memory >> 20} MB", fault="memory")
    except errors.Unreadable as problem:
        failed = Outcome(error=str(problem))
    except Exception as problem:  # noqa: BLE001  # a document may do anything to a parser
        detail = ascii(str(problem)[:200])
        failed = Outcome(error=f"the document could not be read: {type(problem).__name__}: {detail}")
    return encode(failed)


@lru_cache(maxsize=1024)
def _settings(kind: str, settings: str) -> Any:
    return kinds.load("sources", kind).Config.model_validate_json(settings)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
