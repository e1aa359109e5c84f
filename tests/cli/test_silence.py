from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

ADD = ("silence", "add", "--topic", "border", "--reason", "an exercise", "--by", "Anna")


def test_a_silence_is_begun_listed_ended_and_audited(command: Command, config: Path) -> None:
    one = json.loads(command(*ADD, "--for", "2h", "-c", config, "--json").stdout)
    listed = command("silence", "list", "-c", config).stdout
    ended = command("silence", "end", one["id"], "-c", config, "--by", "Boris")
    again = command("silence", "end", one["id"], "-c", config)
    over = command("silence", "list", "--over", "-c", config).stdout
    audit = command("audit", "-c", config).stdout
    actions = [json.loads(line) for line in command("audit", "-c", config, "--json").stdout.splitlines()]

    assert one["when"] == {"topics": ["border"]}
    assert one["id"] in listed
    assert "border\n    Anna: an exercise\n" in listed
    assert ended.stdout == f"{one['id']} has ended.\n"
    assert f"{one['id']} was over already, since " in again.stdout
    assert "Anna: an exercise, ended by Boris" in over
    assert command("silence", "list", "-c", config).stdout == "Nothing is silenced.\n"
    assert [(each["what"], each["by"], each["via"]) for each in actions] == [
        ("ended a silence", "Boris", "command"), ("silenced", "Anna", "command"),
    ]  # fmt: skip
    assert "Anna silenced" in audit
    assert "border until" in audit


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (ADD, "a silence without an end: say until when"),
        ((*ADD, "--for", "2h", "--until", "2031-01-01T00:00Z"), "say either how long or until when, not both"),
        ((*ADD, "--for", "soon"), "is no length of time"),
        ((*ADD, "--until", "2021-01-01T00:00Z"), "before it has begun"),
        ((*ADD, "--for", "2h", "--reason", " "), "a silence without a reason"),
        ((*ADD, "--for", "2h", "--topic", "boarder"), "topics: there is no 'boarder'; did you mean 'border'?"),
        ((*ADD, "--for", "2h", "--all"), "all: true beside other conditions"),
        (("silence", "add", "--for", "2h", "--reason", "a test"), "it would silence everything"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_silenced(
    command: Command, config: Path, words: tuple[str, ...], sentence: str
) -> None:
    result = command(*words, "-c", config)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert command("silence", "list", "--over", "-c", config).stdout == "Nothing is silenced.\n"


def test_the_configuration_may_stand_before_the_command_and_without_one_it_lists(
    command: Command, config: Path
) -> None:
    group = ("silence", "-c", config)
    assert command(*group).stdout == "Nothing is silenced.\n"
    one = json.loads(command(*group, *ADD[1:], "--for", "2h", "--json").stdout)

    assert one["id"] in command(*group, "list").stdout
    assert json.loads(command(*group, "--json").stdout) == one
    assert command(*group, "end", one["id"]).stdout == f"{one['id']} has ended.\n"


def test_without_a_name_it_is_that_of_the_login(
    command: Command, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "boris")
    told = command("silence", "add", "--all", "--for", "1h", "--reason", "a test", "-c", config, "--json")

    assert json.loads(told.stdout)["by"] == "boris"


def test_one_that_is_not_there_cannot_be_ended(command: Command, config: Path) -> None:
    result = command("silence", "end", "none", "-c", config)

    assert result.exit_code == 1
    assert "no silence 'none'; `monitor silence list` lists those that hold" in result.stderr


def test_an_audit_of_nothing_says_so(command: Command, config: Path) -> None:
    assert command("audit", "-c", config).stdout == "Nobody has acknowledged or silenced anything yet.\n"
