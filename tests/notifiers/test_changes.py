from __future__ import annotations

import json

import pytest

from monitor import dedup
from monitor.model import Alert, Post, changed
from monitor.notifiers._blocks import blocks
from monitor.notifiers._letter import letter
from monitor.notifiers._why import plain, reasons
from monitor.notifiers._wording import facts, headline
from monitor.notifiers.console import Config, message
from monitor.notifiers.email import Config as EmailConfig
from monitor.notifiers.webhook import BODY_LIMIT
from monitor.notifiers.webhook import Config as WebhookConfig
from monitor.notifiers.webhook import message as body
from tests.make import delivery
from tests.notifiers.alerts import EVIL_TEXT, TEXT, make_alert


def updated(old: str = TEXT.replace("2 casualties", "5 casualties"), **fields: str) -> Alert:
    """Return the alert on a second version of a post that said something else before."""
    alert = make_alert(revision=2)
    before = changed(alert.post, text=old)
    verdict = changed(alert.verdict, reasons=("new numbers: 2; numbers gone: 5",))
    return changed(alert, update=True, change=dedup.change(before, alert.post), verdict=verdict, **fields)


def test_an_update_says_near_the_top_what_it_changes() -> None:
    alert = updated()
    told = plain(alert, delivery(alert), limit=1000)

    assert facts(alert)[0] == ("What changed", "5 casualties → 2 casualties")
    assert told.index("What changed: 5 casualties → 2 casualties") < told.index("Why:") < told.index("There are 2")
    assert reasons(alert)[0].sentence == "There are [−5][+2] casualties."
    assert "changed since the last version: new numbers: 2" in reasons(alert)[0].cause


def test_the_console_has_a_line_for_it() -> None:
    alert = updated()
    lines = message(alert, delivery(alert), Config(id="here")).splitlines()

    assert lines[2] == "  changed: 5 casualties → 2 casualties"
    assert "There are [−5][+2] casualties." in lines[3]


def test_what_is_withdrawn_is_shown_though_nothing_fires_any_more() -> None:
    alert = updated("The report of 5 casualties was wrong. " + TEXT)
    silent = changed(alert, verdict=changed(alert.verdict, matches=()))

    assert "[−The report of 5 casualties was wrong.]" in reasons(silent)[0].sentence


def test_an_update_by_its_agencys_own_mark_says_so_and_goes_on_with_the_first_letter() -> None:
    first = make_alert()
    post = changed(first.post, key="mod-am:2", title="On the situation at the border (version 2)")
    alert = changed(first, id="2", post=post, update=True, verdict=changed(first.verdict, updates=first.post.key))
    settings = EmailConfig.model_validate(
        {"id": "desk", "host": "localhost", "from": "m@example.org", "to": ["d@example.org"]}
    )

    assert headline(alert).endswith("UPDATE: version 2 by its own mark")
    assert delivery(first).id in letter(alert, delivery(alert), settings)["References"]


@pytest.mark.parametrize("old", [EVIL_TEXT, TEXT + EVIL_TEXT, EVIL_TEXT + TEXT])
def test_a_hostile_change_stays_in_its_bounds(old: str) -> None:
    alert = updated(old)
    shown = json.dumps(blocks(alert, delivery(alert)))
    sent = body(
        alert, delivery(alert), WebhookConfig.model_validate({"id": "w", "url": "https://e.org", "unsigned": True})
    )

    assert "<!channel>" not in shown
    assert "\\u202e" not in shown
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks(alert, delivery(alert)) if "text" in block)
    assert "\x1b" not in message(alert, delivery(alert), Config(id="here"))
    assert len(sent) < BODY_LIMIT


def test_a_webhook_gets_the_parts() -> None:
    alert = updated()
    settings = WebhookConfig.model_validate({"id": "w", "url": "https://e.org", "unsigned": True})
    change = json.loads(body(alert, delivery(alert), settings))["data"]["change"]

    assert change["summary"] == "5 casualties → 2 casualties"
    assert {"kind": "gone", "words": "5"} in change["parts"]


def test_a_first_version_says_nothing_of_changes(alert: Alert) -> None:
    assert "What changed" not in dict(facts(alert))
    assert isinstance(alert.post, Post)
