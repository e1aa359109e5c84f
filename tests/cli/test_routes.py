from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Command

POLICY = """
grouping: {}
routes:
  - {id: sports, topics: [sports], to: [console]}
  - {id: theirs, languages: [az], severity: high, to: [spare]}
  - {id: desk, to: [console, night], then: [{after: 15m, to: [spare]}], repeat: 2h}
"""
NIGHT = """
  - id: night
    kind: console
    timezone: Asia/Yerevan
    quiet: [{from: "22:00", to: "07:00"}]
    limit: {messages: 5, per: 1h}
rules:
  - {id: sports, terms: {en: [football]}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.yaml"
    text = CONFIG.format(folder=tmp_path).replace("\nrules:\n", NIGHT, 1).replace("    to: [console]\n", "")
    path.write_text(text + POLICY, encoding="utf-8")
    return path


def tried(command: Command, config: Path, *words: str, text: str = "Shots at the border.") -> str:
    result = command("routes", "test", "-c", config, "--source", "am-mod", *words, stdin=text)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_each_route_and_channel_is_told_in_words(command: Command, config: Path) -> None:
    told = command("routes", "-c", config).stdout

    assert "sports: sports → console\n" in told
    assert "theirs: language az, high or above → spare\n" in told
    assert "desk: everything → console, night\n" in told
    assert "  after 15 minutes without anybody's acknowledgement: spare\n  tells again after 2 hours\n" in told
    assert "  night: quiet 22:00–07:00 (Asia/Yerevan), at most 5 messages in 1 hour" in told


def test_json_has_the_settings_of_each(command: Command, config: Path) -> None:
    lines = [json.loads(line) for line in command("routes", "-c", config, "--json").stdout.splitlines()]

    assert [line["id"] for line in lines] == ["sports", "theirs", "desk"]
    assert lines[1] == {"id": "theirs", "languages": ["az"], "severity": "high", "to": ["spare"]}


def test_a_text_is_tried_without_sending_it(command: Command, config: Path) -> None:
    told = tried(command, config, "--at", "2021-11-16T12:00Z")

    assert told.splitlines() == [
        "ALERT (medium): border, by rule border",
        "passed by sports: it takes only sports",
        "passed by theirs: it takes only high or above and language az",
        "taken by desk: everything",
        "  console: now",
        "  night: now",
        "  spare: after 15 minutes if nobody has acknowledged it (desk)",
    ]
    assert not (config.parent / "data").exists()


def test_at_night_it_is_held_on_the_channel_that_rests(command: Command, config: Path) -> None:
    told = tried(command, config, "--at", "2021-11-16T23:30+04:00")

    assert "  console: now\n" in told
    assert "  night: held, quiet hours until 17 Nov 07:00 (Asia/Yerevan)\n" in told


def test_a_call_to_a_channel_that_rests_then_says_so(command: Command, config: Path) -> None:
    text = config.read_text(encoding="utf-8").replace("to: [spare]}], repeat", "to: [spare, night]}], repeat")
    config.write_text(text, encoding="utf-8")
    told = tried(command, config, "--at", "2021-11-16T21:50+04:00")
    (call,) = json.loads(tried(command, config, "--json", "--at", "2021-11-16T21:50+04:00"))["later"]

    called = "  spare, night: after 15 minutes if nobody has acknowledged it (desk)"
    assert "  night: now\n" in told
    assert f"{called}; night held, quiet hours until 17 Nov 07:00 (Asia/Yerevan)\n" in told
    assert (call["to"], [one["channel"] for one in call["held"]]) == (["spare", "night"], ["night"])


def test_the_first_route_that_takes_it_ends_the_search(command: Command, config: Path) -> None:
    record = json.loads(tried(command, config, "--json", "--title", "Results", text="football"))

    assert (record["rules"], record["routes"], record["passed"]) == (["sports"], ["sports"], [])
    assert record["told"] == [{"channel": "console", "until": None, "why": ""}]


def test_a_silent_text_says_why(command: Command, config: Path) -> None:
    told = tried(command, config, text="Nothing of the kind.")

    assert told.startswith("silent: no alert is raised, so nobody is told\n  ")
    assert "taken by" not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--source", "am-modd"), "no source 'am-modd'; did you mean 'am-mod'?"),
        (("--source", "am-mod", "--at", "tonight"), "--at: 'tonight' is no moment"),
    ],
)
def test_what_is_not_clear_is_said(command: Command, config: Path, words: tuple[str, ...], sentence: str) -> None:
    result = command("routes", "test", "-c", config, *words, stdin="border")

    assert result.exit_code == 1
    assert sentence in result.stderr


def test_without_routes_an_alert_goes_where_its_rule_says(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")

    assert "No route is configured" in command("routes", "-c", path).stdout
    assert tried(command, path).splitlines()[1:] == ["taken by no route; it goes where its rules say", "  console: now"]
