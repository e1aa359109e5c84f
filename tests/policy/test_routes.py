from __future__ import annotations

from typing import Any

import pytest

from monitor.model import changed
from monitor.policy import routes
from monitor.policy.settings import RouteConfig
from tests.policy.test_selector import about

KNOWN: dict[str, Any] = {
    "rules": {"losses": "casualties", "shots": "border"},
    "sources": {"am-mod": "AM", "az-mod": "AZ", "agency": None},
    "channels": ["desk", "duty"],
    "parties": ["AM", "AZ"],
    "places": {"armenia": None, "syunik": "armenia", "goris": "syunik"},
}


def route(name: str = "r", **fields: Any) -> RouteConfig:
    return RouteConfig(**({"id": name, "to": ("desk",)} | fields))


def found(*several: RouteConfig, **known: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return list(routes.mistakes(several, routes.Known(**(KNOWN | known))))


def test_the_route_of_a_channel_tells_it_or_calls_it() -> None:
    calling = route("calling", to=("desk",), then=[{"after": "10m", "to": ["duty"]}], go_on=True)
    telling = route("telling", to=("duty",))
    alert = about()
    to = routes.routed(alert, [calling, telling])
    taken = changed(alert, verdict=changed(alert.verdict, routes=to.ids))
    once = changed(alert, verdict=changed(alert.verdict, routes=("calling",)))

    assert to == (("desk", "duty"), ("calling", "telling"))
    assert routes.of(taken, [calling, telling], "desk") == calling
    assert routes.of(taken, [calling, telling], "duty") == telling
    assert routes.of(once, [calling, telling], "duty") == calling
    assert routes.of(once, [calling, telling], "press") is None
    assert routes.reached([calling]) == {"desk", "duty"}


@pytest.mark.parametrize(
    ("fields", "place", "sentence"),
    [
        ({"rules": ["loses"]}, (0, "rules", 0), "no rule 'loses'; did you mean 'losses'?"),
        ({"topics": ["border", "casualtes"]}, (0, "topics", 1), "no topic 'casualtes'; did you mean 'casualties'?"),
        ({"sources": ["ammod"]}, (0, "sources", 0), "no source 'ammod'; did you mean 'am-mod'?"),
        ({"parties": ["FR"]}, (0, "parties", 0), "no party 'FR'; there are: AM, AZ"),
        ({"places": ["gorys"]}, (0, "places", 0), "no place 'gorys'; did you mean 'goris'?"),
        ({"to": ["dsk"]}, (0, "to", 0), "no channel 'dsk'; did you mean 'desk'?"),
        ({"to": []}, (0, "to"), "the route r tells nobody; name a channel"),
        (
            {"then": [{"after": 60, "to": ["nobody"]}]},
            (0, "then", 0, "to", 0),
            "no channel 'nobody'; there are: desk, duty",
        ),
        (
            {"then": [{"after": 600, "to": ["duty"]}, {"after": 600, "to": ["duty"]}]},
            (0, "then", 1, "after"),
            "it comes no later than the step before it; `after` counts from the start, so give it a longer time",
        ),
        (
            {"rules": ["losses"], "topics": ["border"]},
            (0, "topics"),
            "the rules it names speak of casualties, none of which is among its topics; leave out rules or topics",
        ),
        (
            {"sources": ["am-mod", "agency"], "parties": ["AZ"]},
            (0, "parties"),
            "none of the sources it names is of these parties, so it takes nothing; leave out sources or parties",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(fields: dict[str, Any], place: tuple[Any, ...], sentence: str) -> None:
    assert found(route(**fields)) == [(place, sentence)]


def test_a_language_nobody_writes_is_told_where_languages_are_known() -> None:
    russian = route(languages=["ru"])

    assert found(russian) == []
    assert found(russian, languages=["ru-RU"]) == []
    assert found(russian, languages=["hy"]) == [((0, "languages", 0), "no language 'ru'; there are: hy")]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ({}, {}),
        ({}, {"topics": ["border"]}),
        ({"topics": ["border", "casualties"]}, {"topics": ["border"], "severity": "high"}),
        ({"topics": ["casualties"]}, {"rules": ["losses"]}),
        ({"parties": ["AM"]}, {"sources": ["am-mod"]}),
        ({"places": ["armenia"]}, {"places": ["goris", "syunik"]}),
        ({"languages": ["ru"]}, {"languages": ["ru-RU"]}),
        ({"severity": "medium"}, {"severity": "high"}),
        ({"official": True}, {"official": True, "topics": ["border"]}),
    ],
)
def test_a_route_behind_a_wider_one_is_never_reached(wide: dict[str, Any], narrow: dict[str, Any]) -> None:
    mistakes = found(route("wide", **wide), route("narrow", **narrow))

    assert [place for place, _ in mistakes] == [(1,)]
    assert "the route narrow is never reached: the route wide before it" in mistakes[0][1]
    assert found(route("wide", go_on=True, **wide), route("narrow", **narrow)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"topics": ["border"]}, {}),
        ({"topics": ["border"]}, {"topics": ["border", "casualties"]}),
        ({"severity": "high"}, {"severity": "medium"}),
        ({"places": ["goris"]}, {"places": ["syunik"]}),
        ({"parties": ["AM"]}, {"sources": ["am-mod", "agency"]}),
        ({"official": True}, {"official": False}),
    ],
)
def test_a_route_behind_one_that_leaves_something_is_reached(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert found(route("before", **before), route("after", **after)) == []


@pytest.mark.parametrize(
    ("several", "left"),
    [
        ([], ["losses", "shots"]),
        ([route()], []),
        ([route(severity="low")], ["losses", "shots"]),
        ([route(topics=["casualties"])], ["shots"]),
        ([route(rules=["shots"])], ["losses"]),
        ([route(topics=["casualties"], parties=["AM"]), route("s", rules=["shots"])], ["losses"]),
        ([route(to=())], ["losses", "shots"]),
    ],
)
def test_rules_that_no_route_takes_for_certain_are_named(several: list[RouteConfig], left: list[str]) -> None:
    assert [rule for rule, _ in routes.untaken(KNOWN["rules"], several)] == left
