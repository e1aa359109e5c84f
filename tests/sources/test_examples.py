"""The examples in config/ and of docs/: what is copied from there, or loses its #, becomes a source that is on."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from monitor import kinds
from tests.pages import ROOT, words

_COMMENT = re.compile(r"^  # ?", re.MULTILINE)


def examples() -> list[dict[str, Any]]:
    page = words(ROOT / "config/sources/accounts.yaml")
    (_, *given) = re.split(r"^  # (?=- id: )", page, flags=re.MULTILINE)
    found: list[dict[str, Any]] = []
    for one in given:
        text = _COMMENT.sub("", one).partition("\n\n")[0]  # a line of nothing but # parts two
        found += yaml.safe_load(text)
    return found


def sections() -> dict[str, dict[str, Any]]:
    """Return the example of each section of docs/kinds.md."""
    (_, *given) = re.split(r"^## ", words(ROOT / "docs/kinds.md"), flags=re.MULTILINE)
    found = {}
    for section in given:
        (example,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
        (found[section.splitlines()[0]],) = yaml.safe_load(example)["sources"]
    return found


@pytest.mark.parametrize("given", [*examples(), *sections().values()], ids=lambda given: given["id"])
def test_an_example_is_a_source_that_is_on(given: dict[str, Any]) -> None:
    secret = {"token": "x"} if given.pop("token_file", None) else {}
    assert kinds.load("sources", given["kind"]).Config.model_validate({**given, **secret}).enabled


def test_every_kind_has_an_example_and_its_terms() -> None:
    every = set(kinds.names("sources"))
    shipped = map(words, (ROOT / "config/sources").glob("*.yaml"))
    assert {kind for page in shipped for kind in re.findall(r"kind: (\w+)", page)} == every
    assert {kind: given["kind"] for kind, given in sections().items()} == {kind: kind for kind in every - {"rss"}}
    rows = re.findall(r"^\| ([a-z, ]+) \| (?!what)", words(ROOT / "docs/kinds.md"), re.MULTILINE)
    assert sorted(", ".join(rows).split(", ")) == sorted(every - {"rss"})
