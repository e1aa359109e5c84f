from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.config import load
from monitor.config.lean import lean
from monitor.sources import SourceConfig, rss

GIVEN = {"id": "am-mod", "url": "https://example.org/feed", "every": "15m", "party": "AM"}


def settings(**more: object) -> SourceConfig:
    return rss.Config.model_validate(GIVEN | more)


def weight(one: SourceConfig) -> int:
    """Return the bytes of an object and of the tables that it does not share."""
    return sum(map(sys.getsizeof, (one, vars(one), one.model_fields_set)))


def test_lean_settings_are_the_same_settings() -> None:
    one = settings()
    made = lean(one)

    assert made == one
    assert (made.model_dump(), made.model_dump_json()) == (one.model_dump(), one.model_dump_json())
    assert made.model_fields_set == one.model_fields_set == {"id", "url", "every", "party"}
    assert made.model_dump(exclude_unset=True) == one.model_dump(exclude_unset=True)
    assert (made.origin, hash(made), repr(made)) == (one.origin, hash(one), repr(one))
    assert pickle.loads(pickle.dumps(made)) == one
    assert made != settings(party="AZ")


def test_they_are_frozen_and_a_changed_copy_changes_no_other() -> None:
    made, other = lean(settings()), lean(settings(id="az-mod"))

    with pytest.raises(ValidationError, match="frozen"):
        made.party = "AZ"
    copy = made.model_copy(update={"name": "Ministry"})

    assert "name" in copy.model_fields_set
    assert "name" not in made.model_fields_set | other.model_fields_set
    assert made.name == ""


def test_the_sources_of_a_configuration_share_what_is_the_same_in_all(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yaml"
    rows = (f"  - {{id: feed-{n}, kind: rss, url: 'https://example.org/{n}', every: 15m}}\n" for n in range(3))
    path.write_text("sources:\n" + "".join(rows), encoding="utf-8")

    first, *others = load(path).sources

    assert all(one.model_fields_set is first.model_fields_set for one in others)
    assert weight(first) - sys.getsizeof(first.model_fields_set) < weight(settings()) / 2
    assert [one.id for one in others] == ["feed-1", "feed-2"]
