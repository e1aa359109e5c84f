"""Where else a statement stands, in the words of every kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor import kinds
from monitor.model import Alert, Place, changed
from monitor.notifiers._why import plain, reasons
from monitor.notifiers._wording import elsewhere, facts
from tests.notifiers.alerts import EVIL_TITLE, make_alert, make_delivery
from tests.notifiers.test_wording import SETTINGS

FIRST = datetime(2021, 11, 16, 14, 2, tzinfo=UTC)


def known_from(*others: Place) -> Alert:
    alert = make_alert()
    own = Place(key=alert.post.key, source=alert.origin.id, name=alert.origin.name)
    return changed(alert, places=(*others[:1], own, *others[1:]))


TELEGRAM = Place(key="tg:1", source="tg", name="Ministry on Telegram", permalink="https://t.me/m/1", published=FIRST)
X = Place(key="x:1", source="x", name="Ministry on X", seen=FIRST.replace(minute=5))


def test_the_others_are_told_with_their_times_and_which_was_first() -> None:
    alert = known_from(TELEGRAM, X)

    assert elsewhere(alert) == "Ministry on Telegram, 14:02 UTC (first) · Ministry on X, 14:05 UTC"
    assert ("Also", elsewhere(alert)) in facts(alert)
    assert elsewhere(changed(alert, places=alert.places[1:])) == "Ministry on X, 14:05 UTC"
    assert "Also" not in dict(facts(make_alert()))


def test_what_it_adds_to_them_is_the_first_reason() -> None:
    alert = known_from(TELEGRAM)
    added = ("longer form of Ministry on Telegram, 14:02 UTC: new numbers: 7", *alert.verdict.reasons, "and so on")
    longer = changed(alert, verdict=changed(alert.verdict, reasons=added))

    assert reasons(longer)[0].cause == added[0]
    assert "• longer form of Ministry on Telegram" in plain(longer, make_delivery(longer), limit=1000)
    assert reasons(changed(longer, places=()))[0].cause != added[0]


@pytest.mark.parametrize("kind", kinds.names("notifiers"))
def test_every_kind_says_it_and_a_foreign_name_steers_nothing(kind: str) -> None:
    module: Any = kinds.load("notifiers", kind)
    settings = module.Config.model_validate({"id": "desk", "kind": kind, **SETTINGS[kind]})
    alert = known_from(TELEGRAM, changed(X, name=EVIL_TITLE))
    said = module.message(alert, make_delivery(alert), settings)
    text = (
        said.decode() if isinstance(said, bytes) else said if isinstance(said, str) else json.dumps(said, default=str)
    )

    assert "Ministry on Telegram" in text
    if kind == "console":
        assert "also: Ministry on Telegram, 14:02 UTC (first) · " in text
        assert "\nBcc:" not in text
    if kind == "slack":
        assert "<!channel>" not in text


def test_a_webhooks_body_stays_small_whatever_the_places() -> None:
    module: Any = kinds.load("notifiers", "webhook")
    settings = module.Config.model_validate({"id": "desk", "kind": "webhook", **SETTINGS["webhook"]})
    alert = known_from(*(changed(X, key=f"x:{n}", permalink="https://x.example/" + "a" * 3000) for n in range(80)))
    body = module.message(alert, make_delivery(alert), settings)

    assert len(body) < module.BODY_LIMIT
    assert json.loads(body)["data"]["truncated"] is True
