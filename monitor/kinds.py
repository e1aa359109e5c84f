"""`kind: rss` means the file `sources/rss.py`. No registry: the folder is the list."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Literal

Folder = Literal["sources", "notifiers"]


@cache
def names(folder: Folder) -> tuple[str, ...]:
    """Return the kinds in a folder, in alphabetical order."""
    package = importlib.import_module(f"monitor.{folder}")
    return tuple(sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")))


def load(folder: Folder, kind: str) -> ModuleType:
    """Return the module of a kind. Raises LookupError, naming the kinds there are, for any other name."""
    if kind not in names(folder):
        raise LookupError(f"no kind {kind!r} in {folder}; there are: {', '.join(names(folder))}")
    return importlib.import_module(f"monitor.{folder}.{kind}")
