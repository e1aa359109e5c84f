from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from click.testing import Result

from monitor.cli import monitor
from monitor.cli.run import announcement
from monitor.config import load
from tests.cli.conftest import Command
from tests.servers import HttpServer, Reply, http_server

Called = Callable[..., Result]

HEAVY = ("pydantic", "httpx", "redis", "starlette", "feedparser", "aiosmtplib", "apscheduler", "msgspec")


# --- the door ---------------------------------------------------------------------------------------------------------


def test_help_names_every_command_with_one_whole_sentence(command: Command) -> None:
    told = command("--help").stdout
    listed = dict(re.findall(r"^  ([a-z-]+) {2,}(\S.*)$", told.partition("Commands:")[2], re.MULTILINE))

    assert listed.keys() == {name for name, one in monitor.commands.items() if not one.hidden}
    assert {"run", "demo", "check", "parse", "explain", "posts", "alerts", "sources", "send-test"} <= listed.keys()
    assert [sentence for sentence in listed.values() if sentence.endswith("...")] == []


@pytest.mark.parametrize("name", sorted(monitor.commands))
def test_every_command_explains_itself(name: str, command: Command) -> None:
    result = command(name, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage:")


def test_the_door_opens_without_the_heavy_libraries() -> None:
    program = "import json, sys, monitor.cli; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)

    assert "monitor.cli.run" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_the_module_and_the_command_are_one_program() -> None:
    told = subprocess.run([sys.executable, "-m", "monitor", "--version"], capture_output=True, check=True).stdout

    assert re.fullmatch(rb"monitor \d+\.\d+\.\d+\n", told)


# --- run --------------------------------------------------------------------------------------------------------------


def test_a_part_there_is_not_is_refused_with_the_nearest_name(called: Called, tmp_path: Path) -> None:
    result = called("run", "--parts", "poll,jugde")

    assert result.exit_code == 1
    assert result.stderr == "no part 'jugde'; did you mean 'judge'?\n"
    assert not (tmp_path / "data").exists()


def test_a_store_that_is_away_for_good_does_not_hide_a_bad_configuration(config: Path, called: Called) -> None:
    config.write_text("surces: []\n", encoding="utf-8")

    result = called("run")

    assert result.exit_code == 2
    assert "did you mean 'sources'" in result.stderr


def test_the_first_screen_says_what_is_watched_and_where_alerts_go(config: Path) -> None:
    screen = announcement(load(config), "http://127.0.0.1:8080/", "unix:///data/valkey.sock")

    assert screen.splitlines() == [
        "Watching 1 sources:",
        "  AM      Ministry",
        "  1 more are listed but off; `monitor sources` says why",
        "Alerts   border → console (console)",
        "Page     http://127.0.0.1:8080/",
        "Store    unix:///data/valkey.sock",
        "Stop with Ctrl-C. Every alert appears below as it is raised.",
    ]


def test_the_first_screen_admits_that_nobody_is_told_and_nothing_is_served(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.partition("rules:")[0], encoding="utf-8")

    screen = announcement(load(config), None, "redis://store.example/0")

    assert "→ nobody yet" in screen
    assert "Page     not served by this process" in screen


# --- send-test --------------------------------------------------------------------------------------------------------


def test_a_test_message_arrives(called: Called) -> None:
    result = called("send-test", "console")

    assert result.exit_code == 0
    assert "This is a test" in result.stdout or "Test of the channel console" in result.stdout
    assert "console (console): arrived" in result.stdout


def test_a_channel_there_is_not_is_refused_with_the_nearest_name(called: Called) -> None:
    result = called("send-test", "consol")

    assert result.exit_code == 1
    assert result.stderr == "no channel 'consol'; did you mean 'console'?\n"


@pytest.fixture
async def slack() -> AsyncIterator[HttpServer]:
    async with http_server({"/good": Reply(200, b"ok"), "/no": Reply(403, b"invalid_token")}) as server:
        yield server


@pytest.mark.parametrize(("path", "code", "told"), [("good", 0, "arrived"), ("no", 1, "not sent")])
async def test_a_test_message_says_whether_slack_took_it(
    path: str, code: int, told: str, slack: HttpServer, config: Path
) -> None:
    _spare_is_slack(config, f"{slack.url}/{path}")
    words = [sys.executable, "-m", "monitor", "send-test", "-c", str(config), "spare"]
    ended = await asyncio.to_thread(subprocess.run, words, capture_output=True, check=False)

    said = (ended.stdout + ended.stderr).decode()
    assert ended.returncode == code, said
    assert f"spare (slack): {told}" in said
    assert "Traceback" not in said
    assert f"/{path}" not in said  # the address of a Slack webhook is its key
    assert len(slack.requests) == 1


def _spare_is_slack(config: Path, address: str) -> None:
    text = config.read_text(encoding="utf-8").replace(
        "{id: spare, kind: console}",
        f'{{id: spare, kind: slack, webhook_url: "{address}", allow_private: [127.0.0.1]}}',
    )
    config.write_text(text, encoding="utf-8")


# --- demo -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", ["0", "-1"])
def test_a_demo_that_would_never_end_is_refused(speed: str, command: Command) -> None:
    result = command("demo", "--speed", speed)

    assert result.exit_code == 2
    assert "--speed" in result.stderr
