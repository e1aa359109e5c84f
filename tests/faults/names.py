"""The names of the test world, and where they lead. Who asks again may be told something else.

`install` teaches them to this process's resolver, which is how a daemon learns them: by the `sitecustomize.py` that
`teach` writes into a folder of its PYTHONPATH.
"""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.case import CANARY

ROOT = Path(__file__).parent.parent.parent
HOME = "127.0.0.1"
SLOW = 60.0  # seconds

NAMES: dict[str, list[list[str]]] = {
    "rebinds.test": [[HOME], [CANARY]],
    "rebinds-to-metadata.test": [[HOME], ["169.254.169.254"]],
    "two-faced.test": [[HOME, CANARY]],
    "inner.test": [[CANARY]],
    "metadata.test": [["169.254.169.254"]],
    "mapped.test": [[f"::ffff:{CANARY}"]],
    "nowhere.test": [[]],
    "slow.test": [],
}


class Lookup:
    """Answers each name with its first list of addresses, then with the second, and the last for ever after."""

    def __init__(self) -> None:
        self._answers: dict[str, Iterator[list[str]]] = {}

    def __call__(self, host: str) -> list[str]:
        if host not in NAMES:
            return [found[4][0] for found in _system(host, None, type=socket.SOCK_STREAM)]
        told = NAMES[host]
        if not told:
            time.sleep(SLOW)
            return [HOME]
        answers = self._answers.setdefault(host, itertools.chain(told, itertools.repeat(told[-1])))
        addresses = next(answers)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return addresses


_system: Any = socket.getaddrinfo


def install() -> None:
    """Answer the names of the test world in every lookup of this process."""
    lookup = Lookup()

    def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if isinstance(host, str) and host in NAMES:
            return [
                (socket.AF_INET6 if ":" in to else socket.AF_INET, socket.SOCK_STREAM, 6, "", (to, port or 0))
                for to in lookup(host)
            ]
        return _system(host, port, *more, **named)

    socket.getaddrinfo = getaddrinfo


def teach(folder: Path) -> str:
    """Write into a folder what makes a Python process know these names; return the PYTHONPATH it needs."""
    (folder / "sitecustomize.py").write_text("from tests.faults import names\n\nnames.install()\n", encoding="utf-8")
    return f"{folder}:{ROOT}"
