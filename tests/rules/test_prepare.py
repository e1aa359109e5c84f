"""What is compiled at once, and what when a word first asks for it."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest

from monitor.rules import PlaceConfig, Rulebook, RuleConfig
from tests.rules.asked import ORIGIN

TEXT = "Обстрелы у границы, близ Соткского перевала."


def rulebook() -> Rulebook:
    rule = RuleConfig(id="fire", terms={"ru": ("обстрел", "граница")})
    names: dict[str, tuple[str, ...]] = {"en": ("Sotk pass",), "ru": ("Соткский перевал",)}
    places = [
        PlaceConfig(id="armenia", kind="country", country="AM", names={"en": ("Armenia",)}),
        PlaceConfig.model_validate({"id": "sotk", "kind": "site", "country": "AM", "in": "armenia", "names": names}),
    ]
    return Rulebook([rule], places=places)


def test_what_is_prepared_keeps_nobody_waiting_later(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, ready = rulebook(), rulebook()
    ready.prepare()

    monkeypatch.setattr(re, "compile", _refused)

    verdict = ready.explain(TEXT, ORIGIN)
    assert [match.words for match in verdict.matches] == ["Обстрелы", "границы"]
    assert [place.place for place in verdict.places] == ["sotk"]
    with pytest.raises(_Compiled):
        waiting.explain(TEXT, ORIGIN)


def test_to_prepare_changes_no_verdict() -> None:
    waiting, ready = rulebook(), rulebook()
    ready.prepare()

    assert ready.explain(TEXT, ORIGIN) == waiting.explain(TEXT, ORIGIN)


class _Compiled(Exception):
    pass


def _refused(source: str) -> NoReturn:
    raise _Compiled(source)
