"""What a family of processes holds, from /proc: memory, threads, sockets, files. Linux only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import family

_PROC = Path("/proc")


class Weight(NamedTuple):
    """MB, and numbers. `pss`: proportional set size, so that a page shared by n processes counts as n-ths of it."""

    pss: float = 0.0
    threads: int = 0
    sockets: int = 0
    files: int = 0


def weigh(root: int, *, only: str = "", without: str = "") -> Weight:
    """Return what a process and its descendants hold together.

    `only`, `without`: the name of a program (`comm`) that alone is counted, or that is left out.
    """
    weights = [_one(pid) for pid in _chosen(root, only, without)]
    return Weight(
        sum(one.pss for one in weights),
        sum(one.threads for one in weights),
        sum(one.sockets for one in weights),
        sum(one.files for one in weights),
    )


def _chosen(root: int, only: str, without: str) -> Iterator[int]:
    for pid in family(root):
        with suppress(OSError):
            name = (_PROC / str(pid) / "comm").read_text().strip()
            if (not only or name == only[:15]) and name != without[:15]:
                yield pid


def _one(pid: int) -> Weight:
    pss, threads, sockets, files = 0.0, 0, 0, 0
    with suppress(OSError):  # it may end while it is looked at
        place = _PROC / str(pid)
        rollup = (place / "smaps_rollup").read_text()
        pss = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        threads = sum(1 for _ in (place / "task").iterdir())
        for descriptor in (place / "fd").iterdir():
            with suppress(OSError):
                sockets += str(descriptor.readlink()).startswith("socket:")
                files += 1
    return Weight(pss, threads, sockets, files)
