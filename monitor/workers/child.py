"""What runs in a child: reads jobs until its stdin closes, so that it never outlives its parent."""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from monitor import errors, kinds
from monitor.model import decode, encode
from monitor.workers.frames import LENGTH, Job, Outcome

# Bytes that libraries (half of it) and documents may add to a child; then it is replaced, for not all comes back.
_GROWN = 64 * 2**20
_LOADING = 1.0  # seconds of processor time more for the first document, which brings in the libraries
_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`, in bytes


def main(memory: int, cpu: float) -> None:
    """Read jobs from stdin until it closes."""
    for ignored in (signal.SIGINT, signal.SIGTERM):  # the parent decides; its end closes our stdin
        signal.signal(ignored, signal.SIG_IGN)
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints does not talk into the answers
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory)
    with suppress(BrokenPipeError):  # the parent was killed; there is nobody left to tell
        _serve(jobs, answers, memory, cpu)


def _serve(jobs: BinaryIO, answers: BinaryIO, memory: int, cpu: float) -> None:
    _answer(answers, encode(Outcome()))
    loading = _LOADING
    at_first = _peak()
    while (head := _frame(jobs)) is not None and (body := _frame(jobs)) is not None:
        document = [body]
        del body  # whoever takes it out of the list holds the only one
        signal.setitimer(signal.ITIMER_PROF, cpu + loading)  # at its end the system ends us, whatever a parser is doing
        outcome = _outcome(head, document, memory, at_first + _GROWN)
        signal.setitimer(signal.ITIMER_PROF, 0)
        loading = 0.0
        _answer(answers, outcome)
        del outcome  # nothing of a document stays while we wait for the next


def _limit(what: int, soft: int) -> None:
    with suppress(ValueError, OSError):  # some platforms know no such limit; the wall clock remains
        resource.setrlimit(what, (soft, resource.getrlimit(what)[1]))


def _frame(stream: BinaryIO) -> bytes | None:
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(length)
    return stream.read(size)


def _answer(stream: BinaryIO, frame: bytes) -> None:
    stream.write(LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def _peak() -> int:
    """Return the most memory that was in use, in bytes. Linux's `ru_maxrss` counts what was before the exec, too."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _outcome(head: bytes, document: list[bytes], memory: int, grown: int) -> bytes:
    try:
        job = decode(head, Job)
        read, settings = kinds.load("sources", job.kind).read, _settings(job.kind, job.settings)
        reading = read(document.pop(), job.headers, job.url, settings)
        return encode(Outcome(reading=reading, fault="grown" if _peak() > grown else ""))
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
