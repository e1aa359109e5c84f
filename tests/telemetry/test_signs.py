"""Signs of life for systemd."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from monitor.telemetry import notify


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_every_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    path = f"@monitor-test-{tmp_path}" if abstract else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + path[1:] if abstract else path)
        systemd.settimeout(5)
        for state in ("READY=1", "WATCHDOG=1", "STOPPING=1"):
            notify(state)
            assert systemd.recv(200) == state.encode()
        notify("RELOADING=1")
        first, second = systemd.recv(200).decode().split("\n")
        name, moment = second.split("=")
        assert (first, name) == ("RELOADING=1", "MONOTONIC_USEC")
        assert 0 <= time.monotonic_ns() // 1000 - int(moment) < 60_000_000


@pytest.mark.parametrize("value", [None, "", "relative/path", "/nobody/listens/here"])
def test_without_systemd_notify_does_nothing(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", value)
    notify("READY=1")


def test_a_full_socket_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        for _ in range(2_000):
            notify("WATCHDOG=1")
        systemd.settimeout(5)
        assert systemd.recv(200) == b"WATCHDOG=1"
