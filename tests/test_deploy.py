"""What operators get beside the program: image, unit, compose file, alert rules, list of sources, and the CI script."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import kinds
from monitor.sources import SourceConfig
from monitor.telemetry import Metrics

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


# --- the image ---


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    result = run(Path(sys.executable).with_name("hadolint"), "Dockerfile")
    assert result.returncode == 0, result.stdout


def test_the_image_runs_as_nobody_special_and_from_hashed_packages() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "hadolint ignore" not in "\n".join(lines)
    assert "USER 10001:10001" in lines
    assert "VOLUME /data" in lines
    assert any("--require-hashes" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_the_image_is_made_of_files_that_exist_and_that_its_context_lets_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names == allowed
    assert all((ROOT / name).exists() for name in names)


# --- the unit ---


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd-analyze")
def test_systemd_accepts_the_unit_and_calls_it_locked_up() -> None:
    result = run(DEPLOY / "verify-unit")
    assert result.returncode == 0, result.stdout
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd-analyze")
@pytest.mark.parametrize(
    ("wrong", "word"), [(("WatchdogSec", "WachdogSec"), "WachdogSec"), (("ProtectSystem", "X-Protect"), "not locked")]
)
def test_verify_unit_sees_what_is_wrong(tmp_path: Path, wrong: tuple[str, str], word: str) -> None:
    unit = (DEPLOY / "monitor.service").read_text().replace(*wrong)
    if word == "not locked":
        unit = re.sub(r"(?m)^(Private|Protect|Restrict|SystemCall|Capability).*\n", "", unit)
    (tmp_path / "monitor.service").write_text(unit)
    result = run(DEPLOY / "verify-unit", tmp_path / "monitor.service")
    assert result.returncode == 1
    assert word in result.stdout


class Unit(configparser.ConfigParser):
    """Names as they are written, and systemd reads them: in both cases of letters."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def test_the_unit_says_what_the_daemon_relies_on() -> None:
    unit = Unit(strict=False, interpolation=None)
    unit.read(DEPLOY / "monitor.service", encoding="utf-8")
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert service["KillMode"] == "mixed"  # the store is stopped by the daemon, after its last word to it
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert service["TimeoutStopSec"] == "20"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert set(service["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert "LoadCredential" in service
    assert "MemoryMax" in service


# --- compose ---


@pytest.fixture
def compose() -> Any:
    return read_yaml(DEPLOY / "compose.yaml")


def test_the_store_is_durable_and_out_of_reach(compose: Any) -> None:
    valkey = compose["services"]["valkey"]
    assert "ports" not in valkey
    assert all(compose["networks"][name]["internal"] for name in valkey["networks"])
    assert "--appendonly yes" in valkey["command"]
    assert "--maxmemory-policy noeviction" in valkey["command"]
    assert valkey["volumes"] == ["valkey:/data"]
    assert "valkey" in compose["volumes"]
    assert valkey["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["monitor", "valkey"])
def test_every_container_is_locked_up(compose: Any, name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["mem_limit"]
    assert service["restart"] == "unless-stopped"


def test_the_page_is_for_this_machine_and_secrets_are_files(compose: Any) -> None:
    service = compose["services"]["monitor"]
    assert service["ports"] == ["127.0.0.1:8080:8080"]
    assert not [key for key in service["environment"] if re.search("SECRET|TOKEN|PASSWORD|WEBHOOK", key)]
    assert "./secrets:/run/secrets:ro" in service["volumes"]
    assert "/secrets/" in (DEPLOY / ".gitignore").read_text().split()
    assert service["depends_on"]["valkey"]["condition"] == "service_healthy"


# --- alert rules ---


def alert_rules() -> Iterator[dict[str, Any]]:
    for group in read_yaml(DEPLOY / "prometheus-alerts.yaml")["groups"]:
        yield from group["rules"]


def test_alert_rules_ask_only_for_metrics_and_labels_there_are() -> None:
    families = Metrics().registry.collect()
    suffixes = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
    exposed = {family.name + suffix for family in families for suffix in suffixes[family.type]}
    for rule in alert_rules():
        asked = set(re.findall(r"\bmonitor_\w+", rule["expr"]))
        assert asked, rule["alert"]
        assert asked <= exposed, rule["alert"]
        labels = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        assert labels <= {"source", "channel", "health"}, rule["alert"]


def test_every_alert_rule_says_what_to_do() -> None:
    rules = list(alert_rules())
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 5
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"].rstrip().endswith(".")
        assert len(rule["annotations"]["runbook"].split()) >= 8


# --- the list of sources ---


def shipped_sources() -> list[dict[str, Any]]:
    return [one for path in sorted((ROOT / "config/sources").glob("*.yaml")) for one in read_yaml(path)["sources"]]


def configured(given: dict[str, Any]) -> SourceConfig:
    source: SourceConfig = kinds.load("sources", given["kind"]).Config(**given)
    return source


@pytest.mark.parametrize("given", shipped_sources(), ids=lambda given: given["id"])
def test_each_shipped_source_is_valid_polite_and_explained(given: dict[str, Any]) -> None:
    source = configured(given)
    assert source.name
    assert isinstance(source.every, float)
    assert source.every >= 180
    assert source.enabled or source.disabled_because
    assert not (source.enabled and source.disabled_because)
    assert not source.allow_private


def test_ids_and_addresses_are_given_once() -> None:
    sources = shipped_sources()
    assert len({one["id"] for one in sources}) == len(sources)
    assert len({one["url"] for one in sources}) == len(sources)


def test_both_ministries_are_there_and_only_states_are_official() -> None:
    sources = {one["id"]: configured(one) for one in shipped_sources()}
    assert sources["am-mod"].party == "AM"
    assert sources["az-mod"].party == "AZ"
    assert sources["az-mod"].every == 3600  # a megabyte a time, and it tells nobody what is unchanged
    assert {one.id[:2] for one in sources.values() if one.official} == {"am", "az"}
    assert {one.party for one in sources.values() if one.official} == {"AM", "AZ"}


def test_the_main_file_brings_in_sources_and_rules_and_points_editors_to_its_schema() -> None:
    path = ROOT / "config/monitor.yaml"
    assert path.read_text().splitlines()[0] == "# yaml-language-server: $schema=schema.json"
    tree = read_yaml(path)
    assert tree["include"] == ["sources/*.yaml", "categories/*.yaml", "rules/*.yaml", "places/*.yaml"]
    assert tree["channels"] == [{"id": "console", "kind": "console"}]
    assert tree["web"]["listen"].startswith("127.0.0.1:")


# --- the CI script ---


@pytest.mark.parametrize(("lint", "test", "code"), [("true", "true", 0), ("true", "false", 2), ("false", "true", 2)])
def test_ci_ends_with_the_line_of_the_tests_and_the_code_of_make(
    tmp_path: Path, lint: str, test: str, code: int
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "Makefile").write_text(
        f"check: lint test\nlint:\n\t@echo lint; {lint}\ntest:\n\t@echo '7 passed in 0.1s'; {test}\n"
    )
    result = run(tmp_path / ".ci/run", cwd=tmp_path.parent)
    assert result.returncode == code
    assert result.stdout.splitlines()[0] == "lint"
    assert result.stdout.splitlines()[-1] == "7 passed in 0.1s"
    assert result.stderr == ""
