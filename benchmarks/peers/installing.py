"""Peers are installed here, below `benchmarks/.peers`, and nowhere else: no package of the system is touched."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

_HERE = Path(__file__).parent
CACHE = _HERE.parent / ".peers"
_DONE = "installed"  # a file that is written last: what has it is whole
_WITHIN = 600.0  # seconds


class NotToBeHad(Exception):
    """A peer cannot be installed on this machine; the sentence says why."""


class Installed(NamedTuple):
    """A program of the system or unpacked. `environment`: what it must be run with."""

    program: str
    version: str
    environment: Mapping[str, str]


@cache
def python(requirements: str = "requirements.txt") -> str:
    """Return the Python of an environment that has the packages of a file beside this one."""
    listed = _HERE / requirements
    wanted = hashlib.sha256(listed.read_bytes() + sys.version.encode()).hexdigest()[:12]
    place = _folder() / f"python-{wanted}"
    found = str(place / "bin" / "python")
    if not (place / _DONE).exists():
        shutil.rmtree(place, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(place)])
        _run([found, "-m", "pip", "install", "--quiet", "--requirement", str(listed)])
        (place / _DONE).touch()
    return found


@cache
def package(name: str, program: str) -> Installed:
    """Return a program of a Debian package: the system's, or one unpacked with those of its libraries that lack."""
    if there := shutil.which(program):
        return Installed(there, _run(["dpkg-query", "--show", "--showformat=${Version}", name]), {})
    place = _folder() / name
    if not (place / _DONE).exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        _unpack(name, place)
    libraries = {str(path.parent) for path in place.rglob("*.so.*")}
    environment = {
        "PATH": f"{place / 'usr/bin'}:{os.environ['PATH']}",
        "LD_LIBRARY_PATH": ":".join(sorted(libraries)),
    }
    return Installed(str(place / "usr/bin" / program), (place / _DONE).read_text(encoding="utf-8"), environment)


def _unpack(name: str, place: Path) -> None:
    """Fetch a package and what it needs beside that which the system has; unpack all into `place`."""
    would = _run(["apt-get", "install", "--print-uris", "--quiet=2", "--yes", "--no-install-recommends", name])
    files = [line.split()[1] for line in would.splitlines() if line.startswith("'")]
    _run(["apt-get", "download", "--quiet=2", *versions(files)], folder=place)
    for archive in place.glob("*.deb"):
        _run(["dpkg-deb", "--extract", str(archive), str(place)])
    (place / _DONE).write_text(versions(files)[name], encoding="utf-8")


def versions(files: Sequence[str]) -> dict[str, str]:
    """Return packages and their versions by what apt calls their archives: `libstfl0_0.22-3%2bb5_amd64.deb`."""
    parts = [unquote(file).split("_") for file in files]
    return {name: version.rpartition(":")[2] for name, version, *_ in parts}


def _folder() -> Path:
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n", encoding="utf-8")
    return CACHE


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired) as why:
        raise NotToBeHad(f"`{command[0]}` fails here: {why}") from why
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        raise NotToBeHad(f"`{' '.join([Path(command[0]).name, *command[1:3]])} …` says: {said[-1]}")
    return done.stdout
