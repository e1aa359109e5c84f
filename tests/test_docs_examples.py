"""What the pages show can be done: links lead somewhere, commands exist, configurations are whole."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from monitor.cli import monitor
from monitor.config import load
from monitor.errors import ConfigError
from tests.pages import PAGES, PLAYED, ROOT, blocks, short, words


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", words(page))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", words(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", words(page), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_commands_exist_with_their_options(page: Path) -> None:
    for command in commands(words(page)):
        assert understood(command), f"`monitor {command}`"


def test_commands_are_found_where_they_stand() -> None:
    text = "Try `monitor check -c FILE`, not the monitor itself.\n```sh\necho x | .venv/bin/monitor nosuch\n```\n"
    assert list(commands(text)) == ["check -c FILE", "nosuch"]
    assert [understood(one) for one in ("check -c F", "nosuch", "run --part web", "posts --count 5")] == [
        True, False, False, True,
    ]  # fmt: skip
    assert sum(len(list(commands(words(page)))) for page in PAGES) > 20


def commands(text: str) -> Iterator[str]:
    """What stands after `monitor` wherever it is the first word of a command in a code span or a shell block."""
    spans = re.findall(r"`((?:\S*bin/)?monitor [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    shell = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    for line in (*spans, *shell.splitlines()):
        yield from re.findall(r"(?:^|\|\s*)(?:\S*bin/)?monitor ([a-z-][^|#;&>]*)", line)


def understood(command: str) -> bool:
    group: click.Command = monitor
    given = shlex.split(command)
    while given and isinstance(group, click.Group) and given[0] in group.commands:
        group = group.commands[given.pop(0)]
    options = {option for param in group.params for option in param.opts} | {"--help", "-h", "--version"}
    whole = (
        not isinstance(group, click.Group) or group.invoke_without_command or given[:1] in (["--help"], ["--version"])
    )
    return whole and {one for one in given if re.match("--?[a-z]", one)} <= options


# --- YAML ---


@pytest.mark.parametrize(("page", "text"), [one for one in blocks("yaml") if one.values[0] not in PLAYED])
def test_yaml_is_a_configuration_or_a_piece_of_one(page: Path, text: str, tmp_path: Path) -> None:
    path = tmp_path / "monitor.yaml"
    path.write_text(yaml.safe_dump(completed(yaml.safe_load(text), tmp_path), allow_unicode=True), encoding="utf-8")
    try:
        load(path)
    except ConfigError as error:
        pytest.fail("\n".join(error.mistakes))


def completed(piece: Any, folder: Path) -> dict[str, Any]:
    """Make a piece whole: a bare list is of channels; secrets get files; what rules point to is there."""
    if isinstance(piece, list):
        piece = {"channels": piece}
    tree: dict[str, Any] = {"sources": [], "channels": [], "rules": [], **piece}
    tree.pop("include", None)
    for channel in (*tree["channels"], *tree["sources"]):
        for name in [name for name in channel if name.endswith("_file") and name != "ca_file"]:
            secret = folder / f"{channel['id']}-{name}"
            secret.write_text(_SECRETS[name], encoding="utf-8")
            channel[name] = str(secret)
    for rule in tree["rules"]:
        known = {channel["id"] for channel in tree["channels"]}
        rule["to"] = rule.get("to", ["console"])
        tree["channels"] += [{"id": one, "kind": "console"} for one in rule["to"] if one not in known]
        tree["sources"] += [
            {"id": f"of-{party.lower()}", "kind": "rss", "url": "https://example.org/", "party": party}
            for party in rule.get("parties", ())
        ]
        tree["sources"] += [
            {"id": one, "kind": "rss", "url": "https://example.org/"} for one in rule.get("sources", ())
        ]
    tree["sources"] = list({one["id"]: one for one in reversed(tree["sources"])}.values())
    return tree


_SECRETS = {
    "webhook_url_file": "https://hooks.slack.com/services/T0/B0/x",
    "token_file": "xoxb-0",
    "password_file": "secret",
    "secret_file": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
