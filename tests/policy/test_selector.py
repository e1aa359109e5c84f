from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Alert, changed
from monitor.policy.selector import everything, selects, words
from monitor.policy.settings import RouteConfig, Selector
from tests.policy.story import said

NOON = datetime(2021, 11, 16, 12, tzinfo=UTC)


def about(sentence: str = "AM border casualties sotk high ru") -> Alert:
    return said("a", sentence.split(), NOON)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, True),
        ({"rules": ["border", "other"]}, True),
        ({"rules": ["other"]}, False),
        ({"topics": ["casualties"]}, True),
        ({"topics": ["positions"]}, False),
        ({"severity": "high"}, True),
        ({"severity": "medium"}, True),
        ({"severity": "critical"}, False),
        ({"sources": ["am-mod"]}, True),
        ({"sources": ["az-mod"]}, False),
        ({"parties": ["AM", "AZ"]}, True),
        ({"parties": ["AZ"]}, False),
        ({"official": True}, True),
        ({"official": False}, False),
        ({"languages": ["ru"]}, True),
        ({"languages": ["r"]}, False),
        ({"places": ["sotk"]}, True),
        ({"places": ["gegharkunik"]}, True),
        ({"places": ["armenia"]}, True),
        ({"places": ["goris"]}, False),
        ({"topics": ["border"], "parties": ["AZ"]}, False),
    ],
)
def test_every_field_that_says_something_must_hold(wanted: dict[str, Any], found: bool) -> None:
    assert selects(Selector(**wanted), about()) is found


def test_a_language_means_its_variants_and_every_language_of_a_post_counts() -> None:
    alert = about()
    russian = changed(alert, verdict=changed(alert.verdict, language="ru-RU"))
    both = changed(alert, verdict=changed(alert.verdict, language="hy", languages=("hy", "ru")))
    unknown = changed(alert, verdict=changed(alert.verdict, language=None), post=changed(alert.post, language="ru"))

    for one in (russian, both, unknown):
        assert selects(Selector(languages=("ru",)), one)
        assert not selects(Selector(languages=("az",)), one)


def test_what_has_no_party_is_meant_by_none() -> None:
    assert not selects(Selector(parties=("AM",)), about("border"))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "everything"),
        ({"topics": ["casualties"], "parties": ["AM"], "severity": "high"}, "casualties of AM, high or above"),
        ({"parties": ["AM", "AZ"], "severity": "critical"}, "of AM or AZ, critical"),
        ({"rules": ["a", "b", "c"], "places": ["syunik"]}, "rule a, b or c, in syunik"),
        ({"official": False, "sources": ["x"], "languages": ["ru"]}, "from x, from unofficial sources, language ru"),
    ],
)
def test_in_words(wanted: dict[str, Any], said: str) -> None:
    assert words(Selector(**wanted)) == said


def test_everything_is_meant_by_nothing_asked() -> None:
    assert everything(Selector())
    assert everything(RouteConfig(id="r", to=("desk",)))
    assert not everything(Selector(official=False))
