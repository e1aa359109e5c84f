"""One target under Atheris, in a process of its own: `python -m tests.fuzz.child TARGET [libFuzzer's arguments]`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from tests.fuzz import target


def main() -> None:
    atheris: Any = import_module("atheris")
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["monitor", "feedparser"]):
        found = target(name)
    atheris.Setup(sys.argv, found.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
