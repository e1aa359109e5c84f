"""The day at its own pace: the shipped policy holds it together, by the demo's rules and by the shipped ones."""

from collections.abc import Callable
from datetime import UTC, timedelta
from importlib import resources

import pytest
import yaml

from monitor.config import load
from monitor.demo.day import OPENS, Statement, statements
from monitor.demo.settings import POLICY
from monitor.demo.told import cannot_wait
from monitor.model import Alert, Origin, Post, alert_id, changed, post_key
from monitor.policy.desk import Desk
from monitor.rules import Rulebook, RuleConfig
from tests.pages import ROOT
from tests.policy.player import Player
from tests.policy.story import Event, Story

PARTIES = {"am": "AM", "az": "AZ", "agency": None}


def demos() -> Rulebook:
    raw = yaml.safe_load(resources.files("monitor.demo").joinpath("rules.yaml").read_text("utf-8"))
    return Rulebook([RuleConfig(**rule) for rule in raw["rules"]])


def shipped() -> Rulebook:
    return load(ROOT / "config" / "monitor.yaml").rulebook()


def raised(one: Statement, book: Rulebook) -> Alert | None:
    key = post_key(one.source, one.native_id)
    post = Post(key=key, source=one.source, kind="rss", native_id=one.native_id, revision=one.revision,
                title=one.title, text=one.text, published=one.at, seen=one.at)  # fmt: skip
    party = PARTIES[one.source]
    origin = Origin(id=one.source, kind="rss", name=one.source, party=party, official=party is not None)
    verdict = changed(book.judge(post, origin), to=("desk",))
    at = one.at.astimezone(UTC)
    made = Alert(id=alert_id(post), post=post, origin=origin, verdict=verdict, raised=at, update=bool(one.edits))
    return made if verdict.alert else None


def played(book: Rulebook) -> Player:
    news = [one for one in statements() if one.at >= OPENS and not one.repeats and not one.copies]
    alerts = [alert for one in news if (alert := raised(one, book))]
    events = [Event(one.raised, "say", (one.id,), one) for one in alerts]
    desks = {"desk": Desk(grouping=POLICY)}
    player = Player(Story(desks=desks, routes=[], grouping=POLICY, events=events, expected=[], silenced={}))
    player.play()
    return player


@pytest.mark.parametrize("rules", [demos, shipped], ids=["demo", "shipped"])
def test_the_day_is_one_thread_and_nothing_that_matters_waits(rules: Callable[[], Rulebook]) -> None:
    player = played(rules())
    alerts = player.state.alerts
    waits = {name: message.at - alerts[name].raised for message in player.told for name in message.names}

    assert len(player.state.incidents) == 1
    assert len({message.root or message.lead for message in player.told}) == 1
    assert set(waits) == set(alerts)
    assert max(waits.values()) <= timedelta(seconds=POLICY.interval)
    assert {waits[name] for name, one in alerts.items() if cannot_wait(one)} == {timedelta(0)}
