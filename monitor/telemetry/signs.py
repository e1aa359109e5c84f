"""Signs of life for systemd."""

from __future__ import annotations

import contextlib
import os
import socket
import time


def notify(state: str) -> None:
    """Tell systemd `READY=1`, `WATCHDOG=1`, `RELOADING=1` or `STOPPING=1`; elsewhere do nothing. See sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if state == "RELOADING=1":
        state += f"\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"
    # A lost sign of life is systemd's to judge; it must not stop the daemon, nor block its loop.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way, contextlib.suppress(OSError):
        way.setblocking(False)
        way.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
