from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.deliver import Escalation
from monitor.model import Incident, Joined, Spot
from monitor.policy.settings import GroupingConfig, Policy, RouteConfig, StepConfig
from monitor.store.incidents import Decided, Step
from tests.cli.conftest import CONFIG, Command
from tests.cli.history import opened
from tests.make import NOON
from tests.store.test_outbox import raised

ID = "a1b2c3d4e5f6a7b8c9d0"
POLICY = """
grouping: {}
routes:
  - {id: desk, to: [console], then: [{after: 15m, to: [spare]}]}
"""


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """An incident of one alert, told to the console; in a while `spare` is called."""
    path = tmp_path / "monitor.yaml"
    path.write_text(CONFIG.format(folder=tmp_path) + POLICY, encoding="utf-8")
    asyncio.run(_fill(path))
    return path


async def _fill(config: Path) -> None:
    async with opened(config) as store:
        await store.posts.prepare()
        alert = await raised(store, 1, to=("console",))
        about = Incident(
            id=ID, opened=NOON, last=NOON, title="Fire at the border", severity="high", alerts=(alert.id,),
            parties=("AM",), places=(Spot(place="goris", name="Goris"),), routes=("desk",),
        )  # fmt: skip
        decided = Decided([about], {alert.id: Joined(incident=ID)}, [Step(ID, "desk", 0, NOON)])
        await store.incidents.join([alert], 7200, NOON, lambda *_: decided)


def test_incidents_are_listed_with_who_is_called_next(command: Command, past: Path) -> None:
    told = command("incidents", "-c", past).stdout

    assert told == (
        f"2021-11-16 12:00:00Z  high     {ID}  Fire at the border\n"
        "    1 statement · AM · Goris · nobody has it in hand; spare is called at 2021-11-16 12:00:00Z\n"
    )
    assert json.loads(command("incidents", "-c", past, "--json").stdout)["id"] == ID


def test_one_is_told_with_its_statements_and_what_became_of_them(command: Command, past: Path) -> None:
    told = command("incidents", ID, "-c", past).stdout
    record = json.loads(command("incidents", ID, "-c", past, "--json").stdout)

    assert told.startswith("high: Fire at the border\n")
    assert "Ministry of Tests: Statement 1\n    console          waiting  not tried yet\n" in told
    assert [one["channel"] for one in record["statements"][0]["deliveries"]] == ["console"]


def test_who_was_called_is_told_too(command: Command, past: Path) -> None:
    asyncio.run(_call(past))
    listed, whole = command("incidents", "-c", past).stdout, command("incidents", ID, "-c", past).stdout
    record = json.loads(command("incidents", ID, "-c", past, "--json").stdout)

    assert " · nobody has it in hand; spare called at 2021-11-16 12:20:00Z (waiting)\n" in listed
    assert "2021-11-16 12:20:00Z  call     1 statement on one incident" in whole
    assert "    spare            waiting  not tried yet\n" in whole
    assert [one["deliveries"][0]["channel"] for one in record["calls"]] == ["spare"]


async def _call(config: Path) -> None:
    at = NOON + timedelta(minutes=20)
    route = RouteConfig(id="desk", to=("console",), then=(StepConfig(after=900, to=("spare",)),))
    async with opened(config) as store:
        await Escalation(store, lambda: Policy((route,), GroupingConfig()), clock=lambda: at).step()


def test_the_first_who_acknowledges_has_it(command: Command, past: Path) -> None:
    first = command("acknowledge", ID, "-c", past, "--by", "Anna", "--note", "calling Goris")
    second = command("acknowledge", ID, "-c", past, "--by", "Boris")
    told = command("incidents", ID, "-c", past).stdout
    waiting = command("deliveries", "-c", past, "--state", "waiting").stdout
    (action,) = map(json.loads, command("audit", "-c", past, "--json").stdout.splitlines())

    assert first.stdout == "Anna has it in hand: Fire at the border\n"
    assert (second.exit_code, second.stderr[:30]) == (1, "Anna has it in hand already, s")
    assert "Anna has it in hand since" in told
    assert "“calling Goris”" in told
    assert "NOTICE · incident in hand · Fire at the border" in waiting
    assert (action["by"], action["what"], action["about"], action["via"]) == ("Anna", "acknowledged", ID, "command")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("acknowledge", "none"), 1, "no incident 'none'; `monitor incidents` lists those that are kept"),
        (("incidents", "none"), 1, "no incident 'none'"),
        (("acknowledge", ID, "--by", " "), 2, "say who you are"),
    ],
)
def test_what_cannot_be_is_said(command: Command, past: Path, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = command(*words, "-c", past)

    assert result.exit_code == code
    assert sentence in result.stderr


def test_without_any_it_says_why(command: Command, config: Path) -> None:
    assert command("incidents", "-c", config).stdout == "Alerts are not grouped: no `grouping` is set.\n"
