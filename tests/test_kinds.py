"""Every kind that stands in a folder keeps the contract; adding one is adding a file."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest

from monitor import kinds
from monitor.notifiers import NotifierConfig
from monitor.sources import SourceConfig


@pytest.mark.parametrize("kind", kinds.names("sources"))
def test_a_source_kind_keeps_the_contract(kind: str) -> None:
    module = kinds.load("sources", kind)

    assert module.__doc__
    assert issubclass(module.Config, SourceConfig)
    assert get_args(module.Config.model_fields["kind"].annotation) == (kind,)
    assert list(inspect.signature(module.read).parameters) == ["body", "headers", "url", "settings"]
    assert list(inspect.signature(module.Source).parameters) == ["settings", "fetch", "read"]
    assert inspect.iscoroutinefunction(module.Source.poll)
    assert inspect.iscoroutinefunction(module.Source.earlier)


@pytest.mark.parametrize("kind", kinds.names("notifiers"))
def test_a_notifier_kind_keeps_the_contract(kind: str) -> None:
    module = kinds.load("notifiers", kind)

    assert module.__doc__
    assert issubclass(module.Config, NotifierConfig)
    assert get_args(module.Config.model_fields["kind"].annotation) == (kind,)
    assert list(inspect.signature(module.message).parameters)[:3] == ["alert", "delivery", "settings"]
    assert list(inspect.signature(module.Notifier).parameters)[:2] == ["settings", "post"]
    assert list(inspect.signature(module.Notifier.send).parameters)[1:] == ["alert", "delivery"]
    assert inspect.iscoroutinefunction(module.Notifier.send)


def test_an_unknown_kind_is_told_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"no kind 'gopher' in sources; there are: .*rss"):
        kinds.load("sources", "gopher")


def test_a_kind_cannot_reach_outside_its_folder() -> None:
    with pytest.raises(LookupError):
        kinds.load("sources", "..store")
