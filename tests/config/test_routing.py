"""What `monitor check` says of who is told: each mistake by its place, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import load
from monitor.config.routing import names
from tests.config.test_config import mistakes, written

START = """
sources:
  - {id: am-mod, kind: rss, url: "https://example.org/feed", party: AM}
  - {id: az-mod, kind: rss, url: "https://example.org/az", party: AZ}
channels:
  - {id: desk, kind: console}
  - {id: duty, kind: console}
places:
  - {id: armenia, kind: country, country: AM, names: {en: [Armenia]}}
rules:
  - {id: border, terms: {en: [border]}}
  - {id: losses, topic: casualties, to: [desk], terms: {en: [wounded]}}
grouping: {}
"""
LAST = "  - {id: rest, to: [desk, duty]}\n"


def said(folder: Path, routes: str, start: str = START) -> list[str]:
    return [one.split(": ", 1)[1] for one in mistakes(written(folder, f"{start}routes:\n{routes}"))]


def test_routes_may_stand_for_the_channels_of_rules(tmp_path: Path) -> None:
    settings = load(written(tmp_path, f"{START}routes:\n{LAST}"))

    assert [route.id for route in settings.routes] == ["rest"]
    assert names(settings) == {
        "rules": ("border", "losses"), "topics": ("border", "casualties"), "sources": ("am-mod", "az-mod"),
        "parties": ("AM", "AZ"), "places": ("armenia",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("route", "sentence"),
    [
        ("rules: [boarder]", "routes.0.rules.0: no rule 'boarder'; did you mean 'border'?"),
        ("topics: [losses]", "routes.0.topics.0: no topic 'losses'"),
        ("sources: [am-mud]", "routes.0.sources.0: no source 'am-mud'; did you mean 'am-mod'?"),
        ("parties: [TR]", "routes.0.parties.0: no party 'TR'"),
        ("places: [armenya]", "routes.0.places.0: no place 'armenya'; did you mean 'armenia'?"),
        ("to: [dezk], topics: [border]", "routes.0.to.0: no channel 'dezk'; did you mean 'desk'?"),
        ("then: [{after: 5m, to: [none]}], topics: [border]", "routes.0.then.0.to.0: no channel 'none'"),
        (
            "topics: [border], then: [{after: 5m, to: [duty]}, {after: 2m, to: [duty]}]",
            "routes.0.then.1.after: it comes no later",
        ),
        ("rules: [border], topics: [casualties]", "routes.0.topics: the rules it names speak of border"),
        ("sources: [am-mod], parties: [AZ]", "routes.0.parties: none of the sources it names is of these parties"),
        ("severity: grave", "routes.0.severity: "),
    ],
)
def test_a_route_that_cannot_work_is_named_by_its_place(tmp_path: Path, route: str, sentence: str) -> None:
    to = "" if route.startswith("to:") else "to: [desk], "
    found = said(tmp_path, f"  - {{id: first, {to}{route}}}\n{LAST}")

    assert len(found) == 1, found
    assert found[0].startswith(sentence)


def test_one_that_is_never_reached_and_one_that_tells_nobody(tmp_path: Path) -> None:
    found = said(tmp_path, f"{LAST}  - {{id: late, topics: [border], to: [desk]}}\n")
    nobody = said(tmp_path, f"  - {{id: empty, topics: [border]}}\n{LAST}")

    assert [one[:50] for one in found] == ["routes.1: the route late is never reached: the rou"]
    assert nobody == ["routes.0.to: the route empty tells nobody; name a channel"]


def test_a_rule_whose_alerts_may_reach_nobody(tmp_path: Path) -> None:
    (found,) = said(tmp_path, "  - {id: grave, severity: high, to: [desk, duty]}\n")

    assert found.startswith("rules.0.to: the rule border names no channel, and no route takes all its alerts")


def test_a_route_that_cannot_be_read_hides_no_other_mistake(tmp_path: Path) -> None:
    found = said(tmp_path, f"  - {{id: Grave, to: [desk]}}\n  - {{id: odd, to: [dezk]}}\n{LAST}")

    assert [one.split(": ")[0] for one in found] == ["routes.0.id", "routes.1.to.0", "routes.2"]


def test_a_channel_that_nobody_names(tmp_path: Path) -> None:
    (found,) = said(tmp_path, "  - {id: rest, to: [desk]}\n")
    ops = f"{START}ops: {{to: [duty]}}\nroutes:\n  - {{id: rest, to: [desk]}}\n"

    assert found.startswith("channels.1: no rule, window, route or ops names it")
    assert load(written(tmp_path, ops))


def test_quiet_hours_that_hold_everything(tmp_path: Path) -> None:
    hours = 'quiet: [{from: "22:00", to: "10:00"}, {from: "10:00", to: "22:00"}]'
    start = START.replace("{id: duty, kind: console}", f"{{id: duty, kind: console, {hours}}}")
    (found,) = said(tmp_path, LAST, start)

    assert found.startswith("channels.1.quiet: these hours leave none over")


def test_a_call_without_incidents(tmp_path: Path) -> None:
    start = START.replace("grouping: {}\n", "")
    found = said(tmp_path, "  - {id: rest, to: [desk], then: [{after: 5m, to: [duty]}], repeat: 2h}\n", start)

    assert [one.split(": ")[0] for one in found] == ["routes.0.then", "routes.0.repeat"]
    assert "say grouping: {} to have incidents" in found[0]


def test_without_routes_each_rule_and_window_names_a_channel(tmp_path: Path) -> None:
    windows = "windows:\n  - {id: many, over: 1h, at_least: 5}\n"
    found = [one.split(": ", 1)[1] for one in mistakes(written(tmp_path, START + windows))]

    assert found == [
        "rules.0.to: the rule alerts nobody; name a channel, or set enabled: false",
        "windows.0.to: the window alerts nobody; name a channel, or set enabled: false",
    ]
