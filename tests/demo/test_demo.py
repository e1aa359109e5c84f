"""The whole demo, as `monitor demo` plays it: the real daemon, in a hurry. Every play runs at once, to save time."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from monitor.demo.day import statements
from monitor.demo.settings import CHANNELS

DAY = statements()
RANG = sum(one.fate == "alert" for one in DAY)


class Play(NamedTuple):
    process: subprocess.Popen[str]
    directory: Path

    def report(self) -> dict[str, Any]:
        written, complaints = self.process.communicate(timeout=110)
        assert self.process.returncode == 0, written + complaints
        found: dict[str, Any] = json.loads(written)
        return found


def begin(directory: Path, *options: str) -> Play:
    directory.mkdir()
    command = [sys.executable, "-m", "monitor", "demo", "--port", "0", *options]
    environment = {**os.environ, "TMPDIR": str(directory), "NO_COLOR": "1", "COLUMNS": "120"}
    return Play(
        subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE),
        directory,
    )


def said(lines: Iterable[str], pattern: str) -> str:
    """Read on until a line says it; return what stands in the brackets."""
    return next(found[1] for line in lines if (found := re.search(pattern, line)))


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Play]]:
    here = tmp_path_factory.mktemp("demo")
    begun = {
        "calm": begin(here / "calm", "--speed", "6", "--json"),
        "killed": begin(here / "killed", "--speed", "6", "--json", "--kill"),
        "shown": begin(here / "shown", "--speed", "6"),
    }
    yield begun
    for play in begun.values():
        play.process.terminate()  # lets it put everything away; one that has ended takes no notice
        play.process.wait(timeout=30)


@pytest.mark.parametrize("play", ["calm", "killed"])
def test_the_desk_gets_one_thread_and_what_cannot_wait_at_once(plays: dict[str, Play], play: str) -> None:
    found = plays[play].report()
    console, desk, duty = (found["channels"][channel] for channel in CHANNELS)

    assert [told["threads"] for told in (console, desk, duty)] == [0, 1, 1]
    assert all(told["messages"] + told["gathered"] == RANG for told in (console, desk, duty))
    assert desk["shown"] <= desk["messages"] < RANG
    assert 3 <= found["at_once"] < RANG  # at least the first of all, the first of the other side, and the correction


@pytest.mark.parametrize(("play", "restarts"), [("calm", 0), ("killed", 1)])
def test_every_statement_is_stored_once_and_the_news_alerts_on_every_channel_once(
    plays: dict[str, Play], play: str, restarts: int
) -> None:
    found = plays[play].report()

    assert found["restarts"] == restarts
    assert found["problems"] == []
    assert (found["stored"], found["repeated"], found["doubles"]) == (len(DAY) - 1, 1, 0)
    assert (found["alerts"], found["incidents"]) == (RANG, 1)
    assert [told["alerts"] for told in found["channels"].values()] == [RANG] * len(CHANNELS)
    assert {row["id"] for row in found["rows"] if row["alerted"] is not None} == {
        one.id for one in DAY if one.fate == "alert"
    }


def test_people_see_alerts_the_table_and_a_good_end(plays: dict[str, Play]) -> None:
    written, complaints = plays["shown"].process.communicate(timeout=110)
    lines = written.splitlines()

    assert (plays["shown"].process.returncode, complaints) == (0, ""), written
    assert lines[-1] == "Nothing lost, nothing repeated, the decoys silent."
    messages = sum("delivery" in line for line in lines)
    assert any(re.match(f"  console: {messages} messages?\\b", line) for line in lines)
    table = lines[lines.index(next(line for line in lines if line.startswith("PUBLISHED"))) :]
    assert sum(line[:5].count(":") for line in table) == sum(one.at.day == 16 for one in DAY)
    assert max(len(line) for line in table) <= 120


def test_nothing_is_left_behind(plays: dict[str, Play]) -> None:
    for play in plays.values():
        play.process.wait(timeout=110)

        assert list(play.directory.iterdir()) == []


def test_the_page_is_there_a_killed_daemon_comes_back_and_ctrl_c_ends_it_in_good_order(tmp_path: Path) -> None:
    play = begin(tmp_path / "ended", "--speed", "0.1")
    assert play.process.stdout
    page = said(play.process.stdout, r"Watch it live: (\S+)")
    first = int(said(play.process.stdout, r"The daemon is process (\d+)"))
    assert "2021" in httpx.get(page, trust_env=False).text

    os.kill(first, signal.SIGKILL)
    second = int(said(play.process.stdout, r"the daemon was killed; process (\d+) goes on"))
    play.process.send_signal(signal.SIGINT)
    _, complaints = play.process.communicate(timeout=30)

    assert (play.process.returncode, complaints.strip()) == (130, "Ended before the day was over.")
    assert list(play.directory.iterdir()) == []
    for daemon in (first, second):
        with pytest.raises(ProcessLookupError):
            os.kill(daemon, 0)
