"""The words of the house, kept true by machine.

The tables of docs/configuration.md take name, type and default from the code, and their meaning from whoever wrote
it there. After a change of a setting: `.venv/bin/python -m tests.test_docs`, then write the meanings that are missing.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor import kinds
from monitor.config import LogConfig, OpsConfig, OriginalsConfig, Settings, StoreConfig, WebConfig, load
from monitor.model import Origin
from monitor.notifiers import NotifierConfig
from monitor.policy.settings import GroupingConfig, RouteConfig
from monitor.rules import Rulebook, RuleConfig
from monitor.sources import SourceConfig
from monitor.store import keys
from monitor.telemetry import Metrics
from tests.pages import ARCHITECTURE, CODE, CONFIGURATION, OPERATE, README, ROOT, STORE, short, words

# --- README ---


def test_the_readme_fits_on_two_screens() -> None:
    assert len(words(README).splitlines()) <= 110


def test_the_readmes_configuration_is_whole_and_alerts(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", words(README), re.DOTALL)
    path = tmp_path / "monitor.yaml"
    path.write_text(text, encoding="utf-8")
    settings = load(path)
    assert settings.watched
    assert settings.channels
    rulebook = Rulebook(settings.active_rules)
    assert rulebook.explain("Two servicemen were wounded.", Origin(id="a", kind="rss", name="A")).alert
    assert not rulebook.explain("There were no casualties.", Origin(id="a", kind="rss", name="A")).alert


def test_the_readme_counts_what_is_shipped() -> None:
    shipped = load(ROOT / "config" / "monitor.yaml")
    counted = f"{len(shipped.sources)} sources, five rules, the words of six languages behind them, and 250 places"
    assert (len(shipped.rules), len(shipped.places)) == (5, 250)
    assert counted in " ".join(words(README).split())


def test_the_picture_is_there_and_light() -> None:
    picture = ROOT / "docs" / "timeline.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 250_000


def test_the_readme_names_the_commands_of_the_tests() -> None:
    assert {"make test", "make check", "make run", "make demo"} <= set(re.findall(r"make \w+", words(README)))


# --- docs/configuration.md ---


def test_every_setting_has_its_line() -> None:
    assert words(CONFIGURATION) == rendered(words(CONFIGURATION)), "run: .venv/bin/python -m tests.test_docs"


def test_every_setting_has_a_meaning() -> None:
    rows = [line for line in words(CONFIGURATION).splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert [row for row in rows if row.endswith(("|  |", "| … |"))] == []


def rendered(page: str) -> str:
    """Return the page with its tables as the code has the settings, and each meaning as it stood."""
    for name, settings in tables().items():
        block = re.search(rf"<!-- settings: {re.escape(name)} -->\n(.*?)<!-- /settings -->", page, re.DOTALL)
        assert block, f"docs/configuration.md has no place for the settings of {name}"
        meant = dict(re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*?) \|$", block[1], re.MULTILINE))
        rows = [f"| `{key}` | {kind} | {default} | {meant.get(key, '…')} |" for key, kind, default in settings]
        table = "\n".join(["| setting | type | default | meaning |", "|---|---|---|---|", *rows])
        page = page[: block.start(1)] + table + "\n" + page[block.end(1) :]
    return page


def tables() -> dict[str, list[tuple[str, str, str]]]:
    """Return for each table its rows: name, type, default. A kind has only what its base has not, or has otherwise."""
    found = {"all": [row for row in rows(Settings) if row[0] not in ("store", "web", "log", "ops", "grouping")]}
    for name, model in (
        ("store", StoreConfig),
        ("web", WebConfig),
        ("log", LogConfig),
        ("ops", OpsConfig),
        ("originals", OriginalsConfig),
        ("routes", RouteConfig),
        ("grouping", GroupingConfig),
        ("rules", RuleConfig),
    ):
        found[name] = rows(model)
    bases: tuple[tuple[Any, kinds.Folder], ...] = ((SourceConfig, "sources"), (NotifierConfig, "notifiers"))
    for base, folder in bases:
        found[folder] = rows(base)
        for kind in kinds.names(folder):
            config = kinds.load(folder, kind).Config
            own = [row for row in rows(config) if row not in found[folder] and row[0] != "kind"]
            if own:
                found[f"{folder}/{kind}"] = own
    return found


def rows(model: Any) -> list[tuple[str, str, str]]:
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    return [
        (name, kind_of(name, of), "needed" if name in required else default_of(of))
        for name, of in schema["properties"].items()
    ]


def kind_of(name: str, of: dict[str, Any]) -> str:
    """Return the type of a setting in a person's words, from its JSON Schema."""
    of = next((one for one in of.get("anyOf", ()) if one.get("type") != "null"), of)
    if "enum" in of:
        return ", ".join(f"`{one}`" for one in of["enum"])
    if "examples" in of:
        return "time or cron" if "*" in str(of["examples"]) else "time"
    by_format = {"password": f"secret, or `{name}_file`", "path": "path", "file-path": "path"}
    by_type = {"object": "lists, by language", "array": "list", "boolean": "true, false"}
    by_type |= {"integer": "number", "number": "number"}
    return by_format.get(of.get("format", "")) or by_type.get(str(of.get("type")), "text")


def default_of(of: dict[str, Any]) -> str:
    value = of.get("default")
    if value in (None, "", [], {}):
        return ""
    if "examples" in of:
        return length(float(str(value)))
    return f"`{value}`".lower() if isinstance(value, bool) else f"`{value}`"


def length(seconds: float) -> str:
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= 5 * size and seconds % size == 0:
            return f"`{seconds / size:.0f}{unit}`"
    return f"`{seconds:g}s`"


# --- docs/operate.md ---


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    logged = {
        event
        for path in CODE
        for event in re.findall(r"\blog\.(?:debug|info|warning|error|exception|critical)\(\s*\"([^\"]+)\"", words(path))
    }
    assert set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", words(OPERATE), re.MULTILINE)) == logged


def test_every_metric_is_explained_with_its_labels_and_no_other() -> None:
    measured = {
        metric._name + "_total" * (metric._type == "counter"): ", ".join(metric._labelnames) for metric in _collectors()
    }
    explained = re.findall(r"^\| `(monitor_\w+)` \| ([^|]*?) \|", words(OPERATE), re.MULTILINE)
    assert dict(explained) == measured


def _collectors() -> list[Any]:
    return list(Metrics().registry._collector_to_names)


def test_exit_codes_and_parts_are_those_of_the_command() -> None:
    from monitor.app import PARTS

    assert all(f"`{part}`" in words(OPERATE) for part in PARTS)


# --- ARCHITECTURE.md ---


def test_the_architecture_is_short() -> None:
    assert len(words(ARCHITECTURE).splitlines()) <= 150


def test_every_path_in_the_architecture_exists() -> None:
    named = re.findall(r"`([\w./<>-]+(?:\.(?:py|md|lua|toml|yaml|js|css|html)|/))`", words(ARCHITECTURE))
    paths = {path for path in named if "<" not in path}
    assert len(paths) > 40
    assert {path for path in paths if not (ROOT / path).exists() and not (ROOT / "monitor" / path).exists()} == set()


def test_every_room_is_on_the_map() -> None:
    rooms = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "monitor").iterdir()
        if path.name not in ("__init__.py", "__pycache__")
    }
    assert {room for room in rooms if f"`{room}`" not in words(ARCHITECTURE)} == set()


def test_the_floors_are_those_that_are_checked() -> None:
    checked = tomllib.loads(words(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    (drawn,) = re.findall(r"```floors\n(.*?)```", words(ARCHITECTURE), re.DOTALL)
    assert [set(re.findall(r"\w+", line.split("   ")[0])) for line in drawn.splitlines()] == [
        set(re.findall(r"\w+", layer)) for layer in checked
    ]


def test_every_test_named_in_the_architecture_exists() -> None:
    known = {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", words(path))
    }
    named = set(re.findall(r"`(test_\w+)`", words(ARCHITECTURE)))
    assert len(named) >= 15
    assert named - known == set()


def test_every_key_of_the_store_is_in_the_table() -> None:
    values = [value for name, value in vars(keys).items() if re.match("[A-Z]", name) and str(value).startswith("m:")]
    made = [
        function("\N{BULLET}")
        for name, function in vars(keys).items()
        if callable(function) and getattr(function, "__module__", "") == keys.__name__
    ]
    held = {re.sub(r"^m:\{\d+\}:", "", key).replace(":\N{BULLET}", "") for key in (*values, *made)}
    listed = re.findall(r"^\| `([a-z-]+)(?::<\w+>)?` \|", words(STORE), re.MULTILINE)
    assert set(listed) == held


# --- docs/notes ---


@pytest.mark.parametrize("note", sorted((ROOT / "docs" / "notes").glob("*.md")), ids=short)
def test_a_note_is_dated_short_and_says_what_was_given_up(note: Path) -> None:
    assert re.match(r"\d{4}-\d{2}-[a-z-]+\.md", note.name)
    assert re.findall(r"^## (.+)", words(note), re.MULTILINE) == ["Status quo", "Decision", "What we gave up"]
    assert len(words(note).splitlines()) <= 40


if __name__ == "__main__":
    CONFIGURATION.write_text(rendered(words(CONFIGURATION)), encoding="utf-8")
