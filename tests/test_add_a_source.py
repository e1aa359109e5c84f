"""What docs/add-a-source.md builds is a kind of source: its files are put into the house, its commands are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import kinds
from tests.pages import ROOT, words

PAGE = words(ROOT / "docs" / "add-a-source.md")
FILES = dict(re.findall(r"^`([\w/.]+)`:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = "".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)).splitlines()
KIND, TEST, CONFIG = "monitor/sources/lines.py", "tests/sources/test_lines.py", "lines.yaml"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole house, seen through links, and in it what the page adds."""
    house = tmp_path_factory.mktemp("house")
    _open(ROOT, house, "monitor", "tests", "config")
    _open(ROOT / "monitor", house / "monitor", "sources")
    _open(ROOT / "tests", house / "tests", "sources")
    _open(ROOT / "config", house / "config", "schema.json")
    for room in ("monitor/sources", "tests/sources"):
        _open(ROOT / room, house / room)
    (house / ".venv").symlink_to(sys.prefix)
    for name, text in FILES.items():
        (house / name).write_text(text, encoding="utf-8")
    return house


def _open(room: Path, seen: Path, *apart: str) -> None:
    """Link everything in a room, but for what stands apart."""
    seen.mkdir(exist_ok=True)
    for one in room.iterdir():
        if one.name not in apart and one.name != "__pycache__" and not one.name.startswith("."):
            (seen / one.name).symlink_to(one)


def said(house: Path, command: str) -> str:
    """Run a command in the house, as a person would; return what it printed."""
    here = {**os.environ, "PYTHONPATH": str(house)}
    done = subprocess.run(["sh", "-c", command], cwd=house, env=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def command(beginning: str) -> str:
    """Return the page's command that begins so."""
    (found,) = [one for one in COMMANDS if one.removeprefix(".venv/bin/").startswith(beginning)]
    return found


def test_it_is_a_file_of_under_forty_lines_its_test_and_a_configuration() -> None:
    assert set(FILES) == {KIND, TEST, CONFIG}
    assert len(FILES[KIND].splitlines()) < 40


def test_its_own_test_and_the_contracts_pass(house: Path) -> None:
    told = said(house, command("python -m pytest") + " -vv -p no:cacheprovider")

    assert "test_a_line_is_a_post_and_a_line_without_a_time_a_warning PASSED" in told
    assert "test_what_has_not_changed_is_not_read_again PASSED" in told
    assert "test_a_source_kind_keeps_the_contract[lines] PASSED" in told


def test_a_saved_answer_is_read(house: Path) -> None:
    said(house, command("printf"))
    post = json.loads(said(house, command("monitor parse")))

    assert (post["kind"], post["text"]) == ("lines", "Fire was opened at the border.")
    assert (post["published"], post["language"]) == ("2021-11-16T10:00:00Z", "en")


def test_a_configuration_names_it(house: Path, tmp_path: Path) -> None:
    assert "1 sources watched" in said(house, command("monitor check"))
    said(house, command("monitor schema"))
    assert '"lines"' in words(house / "config" / "schema.json")
    assert '"lines"' not in words(ROOT / "config" / "schema.json")
    assert "lines" not in kinds.names("sources")


def test_it_keeps_the_rules_of_the_house(house: Path) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    said(house, f"{ruff} check --no-cache {KIND} {TEST} && {ruff} format --no-cache --check {KIND} {TEST}")
    said(house, f"{sys.executable} -m pytest -p no:cacheprovider tests/test_layout.py -k lines")


def test_every_command_of_the_page_was_tried() -> None:
    assert [one for one in COMMANDS if one != "make check"] == [
        command(word) for word in ("python -m pytest", "printf", "monitor parse", "monitor check", "monitor schema")
    ]
