"""The demo from beginning to end: everything started, the day played, everything stopped, the sum drawn."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from monitor.demo import settings
from monitor.demo.daemon import Daemon, DemoFailed
from monitor.demo.day import CLOSES, OPENS, ZONE, Clock, statements
from monitor.demo.ministry import Ministry, Newsroom
from monitor.demo.pages import Pages
from monitor.demo.post_office import PostOffice
from monitor.demo.report import Report, report
from monitor.demo.sink import Sink
from monitor.demo.slack import Slack
from monitor.demo.table import closing, table
from monitor.demo.told import Observed
from monitor.errors import MonitorError
from monitor.model import encode, post_key

_KILL_AT = datetime(2021, 11, 16, 16, 26, tzinfo=ZONE)  # in the thick of the day
_SETTLED_AFTER = 0.2  # seconds from the arrival of a message to the note that it has arrived, at the very most
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STARTS_WITHIN = 60.0  # seconds
_SETTLES_WITHIN = 60.0  # seconds after the day's end
_PATIENT_FOR = 5.0  # seconds after the day's end; then it is said what is waited for
_QUIET_FOR = 1.5  # seconds: one more poll of every source, in which a repeat would show
_LOOK_EVERY = 0.25  # seconds


async def run(
    *, speed: float = 1.0, port: int = 8080, kill: bool = False, as_json: bool = False, keep: bool = False
) -> int:
    """Play the day; return 0 if every statement met its fate, 1 if not, 130 if somebody ended it before.

    speed    how many times faster than half a minute
    port     where the daemon shows its pages; any free one if that is taken
    kill     kill the daemon in the middle, as `kill -9` does
    as_json  print the report as JSON and nothing else
    keep     leave the data, the configuration and the log where they are
    """
    performance = asyncio.ensure_future(_perform(speed, port, kill=kill, as_json=as_json, keep=keep))
    loop = asyncio.get_running_loop()
    for number in _ENDINGS:
        loop.add_signal_handler(number, performance.cancel)
    try:
        return await performance
    except asyncio.CancelledError:
        print("\nEnded before the day was over.", file=sys.stderr)
        return 130
    finally:
        for number in _ENDINGS:
            loop.remove_signal_handler(number)


async def _perform(speed: float, port: int, *, kill: bool, as_json: bool, keep: bool) -> int:
    with _workplace(keep=keep) as directory:
        stage = Stage(directory, speed=speed, port=_free_port(port), silent=as_json)
        try:
            outcome = await stage.play(kill=kill)
        except DemoFailed as failure:
            print(f"\nThe demo cannot go on: {failure}", file=sys.stderr)
            return 1
    if as_json:
        print(encode(outcome).decode())
    else:
        width = shutil.get_terminal_size((120, 40)).columns
        print("\n".join(["", *table(outcome, width), "", *closing(outcome)]))
    return 1 if outcome.problems else 0


class Stage:
    """One performance: the far sides, the daemon, and what was seen of both."""

    def __init__(self, directory: Path, *, speed: float, port: int, silent: bool) -> None:
        self._directory = directory
        self._port = port
        self._silent = silent
        self._day = statements()
        self._clock = Clock(speed)
        self._newsroom = Newsroom(self._day, self._clock)
        self._sinks = {channel: Sink() for channel in settings.CHANNELS}
        self._pages = Pages(port)

    async def play(self, *, kill: bool) -> Report:
        ministry = Ministry(self._newsroom, Slack(self._sinks["desk"]))
        office = PostOffice(self._sinks["duty"])
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._pages.aclose)
            for server in (ministry, office):
                await server.start()
                stack.push_async_callback(server.stop)
            config = settings.write(
                self._directory, self._clock, base=ministry.base, mail=office.port, web=self._port,
                colour=self._coloured(),
            )  # fmt: skip
            daemon = Daemon(config, self._sinks["console"], self._say)
            stack.push_async_callback(daemon.stop)
            return await self._run(daemon, kill=kill)

    async def _run(self, daemon: Daemon, *, kill: bool) -> Report:
        """Play the day while the daemon is kept alive."""
        began = datetime.now(UTC)
        await daemon.start()
        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(daemon.keep(lambda: self._restarted(daemon)))]
                if kill:
                    beside.append(group.create_task(self._kill(daemon)))
                await self._open(daemon)
                await self._clock.reaches(CLOSES)
                outcome = await self._settled(daemon, began)
                for task in beside:
                    task.cancel()
        except ExceptionGroup as failures:  # of one: the first failure cancels the rest
            raise failures.exceptions[0] from failures
        return outcome

    async def _open(self, daemon: Daemon) -> None:
        """Begin the day once every feed has been read and stored for the first time: that much is the backfill."""
        try:
            async with asyncio.timeout(_STARTS_WITHIN):
                await self._backfilled()
        except TimeoutError:
            raise DemoFailed(f"the daemon has not read every feed:\n{daemon.last_words()}") from None
        self._say(f"{OPENS:%d %B %Y}, {OPENS:%H:%M} to {CLOSES:%H:%M}, in {self._clock.seconds:.0f} seconds.")
        self._say("The statements are written for this demo after the public facts of the day; none is a quotation.")
        interval = settings.grouping(self._clock)["interval"]
        self._say(
            f"The shipped policy, at that pace: an event is one thread, what can wait comes every {interval:.0f} s."
        )
        self._say(f"Watch it live: http://127.0.0.1:{self._port}/")
        self._say(f"The daemon is process {daemon.pid}. Try: kill -9 {daemon.pid}")
        self._say("It is started again on the same data and goes on where it was.\n")
        self._clock.start()

    async def _kill(self, daemon: Daemon) -> None:
        """Kill the daemon while it is reading news, at a moment in which nothing is on its way to a channel.

        A message cut off between its sending and the note of it comes a second time, under the same id: no sender
        can tell whether it had arrived. That is not what is to be seen here.
        """
        await self._clock.reaches(_KILL_AT)
        while True:
            self._newsroom.news.clear()
            await self._newsroom.news.wait()
            quiet = all(sink.quiet(_SETTLED_AFTER) for sink in self._sinks.values())
            if quiet or self._newsroom.all_given.is_set():  # there is no later news to wait for
                break
        self._say(f"── {self._clock.now():%H:%M} kill -9 {daemon.pid}, in the middle of reading a feed")
        daemon.kill()

    def _restarted(self, daemon: Daemon) -> None:
        self._say(
            f"── {self._clock.now():%H:%M} the daemon was killed; process {daemon.pid} goes on with the same data\n"
        )

    async def _settled(self, daemon: Daemon, began: datetime) -> Report:
        """Look until all is as it should be and has stayed so, or until it is clear that it will not be."""
        began_waiting = time.monotonic()
        well_since: float | None = None
        told = False
        outcome: Report | None = None
        while (now := time.monotonic()) < began_waiting + _SETTLES_WITHIN:
            with contextlib.suppress(MonitorError):  # just killed: it comes back
                outcome = await self._look(daemon, began)
                well = not outcome.problems and self._newsroom.all_given.is_set()
                well_since = (well_since or now) if well else None
                if well_since and now - well_since > _QUIET_FOR:
                    return outcome
                if not well and not told and now - began_waiting > _PATIENT_FOR:
                    told = True
                    self._say(f"── waiting; still missing: {'; '.join(outcome.problems[:3]) or 'a statement'}")
            await asyncio.sleep(_LOOK_EVERY)
        if outcome is None:
            raise DemoFailed(f"the daemon's pages on port {self._port} do not answer")
        return outcome

    async def _backfilled(self) -> None:
        before = {post_key(one.source, one.native_id) for one in self._day if one.at < OPENS}
        while True:
            with contextlib.suppress(MonitorError):  # it does not answer yet
                if before <= {entry.post.key for entry in await self._pages.posts()}:
                    return
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self, daemon: Daemon, began: datetime) -> Report:
        entries, alerts = await self._pages.posts(), await self._pages.alerts()
        deliveries = await self._pages.deliveries()
        originals = {post_key(one.source, one.repeats) for one in self._day if one.repeats}
        known = originals & {entry.post.key for entry in entries}
        repeats = [one for key in known for one in await self._pages.repeats(key)]
        arrivals = {channel: sink.arrivals for channel, sink in self._sinks.items()}
        seen = Observed(
            began=began, entries=entries, alerts=alerts, repeats=repeats, deliveries=deliveries, arrivals=arrivals,
            kills=daemon.kills,
        )  # fmt: skip
        return report(self._day, seen)

    def _say(self, line: str) -> None:
        if not self._silent:
            print(line, flush=True)

    def _coloured(self) -> bool:
        return not self._silent and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _free_port(wanted: int) -> int:
    """Return the wanted port, or any other if somebody listens there."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise DemoFailed("no free port on 127.0.0.1")


@contextlib.contextmanager
def _workplace(*, keep: bool) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    try:
        yield directory
    finally:
        if keep:
            print(f"Kept: {directory}", file=sys.stderr)
        else:
            shutil.rmtree(directory, ignore_errors=True)
