"""A channel is read only where the operator has said a word on Telegram's terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.config import load
from monitor.errors import ConfigError
from monitor.sources import telegram
from tests.sources.channel import URL


def test_it_is_off_and_says_why_until_the_terms_are_accepted() -> None:
    plain = telegram.Config.model_validate({"id": "m", "url": URL})
    own_words = telegram.Config.model_validate({"id": "m", "url": URL, "enabled": False, "disabled_because": "Later."})

    assert not plain.enabled
    assert "Telegram's terms do not allow" in (plain.disabled_because or "")
    assert own_words.disabled_because == "Later."


def test_accepted_terms_turn_it_on() -> None:
    on = telegram.Config.model_validate({"id": "m", "url": URL, "terms": "accepted"})

    assert (on.enabled, on.disabled_because) == (True, None)
    assert telegram.Config.model_validate_json(on.model_dump_json()) == on
    assert not telegram.Config.model_validate({"id": "m", "url": URL, "terms": "accepted", "enabled": False}).enabled


@pytest.mark.parametrize("terms", ["", ", terms: unread"])
def test_it_cannot_be_turned_on_without_a_word_on_the_terms(tmp_path: Path, terms: str) -> None:
    path = tmp_path / "monitor.yaml"
    path.write_text(
        f"sources:\n  - {{id: m, kind: telegram, url: '{URL}', enabled: true{terms}}}\n"
        "channels: [{id: console, kind: console}]\n"
        "rules: [{id: r, to: [console], terms: {en: [border]}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as told:
        load(path)

    (mistake,) = told.value.mistakes
    assert "monitor.yaml:2" in mistake
    assert "Telegram's terms do not allow" in mistake
    assert "RSS bridge" in mistake


@pytest.mark.parametrize("url", ["https://t.me/ministry", "https://t.me/s/", "https://telegram.me/ministry/7"])
def test_the_address_of_the_preview_is_wanted(url: str) -> None:
    with pytest.raises(ValidationError, match="/s/<channel>"):
        telegram.Config.model_validate({"id": "m", "url": url, "terms": "accepted"})
