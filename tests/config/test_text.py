from __future__ import annotations

import datetime as dt

import pytest
import yaml

from monitor.config import text
from monitor.config.text import value

DOCUMENT = """
# a comment
sources:
  - id: am-mod
    every: 5m
    official: true
    slo: ~
    note: >
      folded
      words
  - {id: 'az-mod', tags: [a, "b", 1, 1.5, 2021-01-01], "a: b": !!str 5}
empty:
later: [[], {}, [[x]]]
"""


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(text, "_Loader", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


def test_it_reads_what_safe_yaml_reads() -> None:
    assert value(DOCUMENT) == yaml.safe_load(DOCUMENT)
    assert value(DOCUMENT)["sources"][1]["tags"][-1] == dt.date(2021, 1, 1)
    assert [value(one) for one in ("", "# only a comment\n", "a", "[1, a]")] == [None, None, "a", [1, "a"]]


def test_every_path_has_its_line() -> None:
    lines: dict[text.Path_, int] = {}
    value(DOCUMENT, lines)

    assert lines["sources",] == 3
    assert (lines["sources", 0], lines["sources", 0, "id"], lines["sources", 0, "slo"]) == (4, 4, 7)
    assert (lines["sources", 1], lines["sources", 1, "tags", 2]) == (11, 11)
    assert lines["later", 2, 0, 0] == 13


def test_an_alias_is_what_it_stands_for() -> None:
    assert value("a: &x [1, {b: 2}]\nc: *x\n") == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}


@pytest.mark.parametrize(
    ("given", "line", "why"),
    [
        ("a: 1\nb: {c: 1,\n  c: 2}", 3, "'c' is given twice, first in line 2"),
        ("a: 1\n1: 2", 2, "a name before ':' is a plain text"),
        ("? [a]\n: 1", 1, "a name before ':' is a plain text"),
        ("b: &n x\n*n : 1", 2, "a name before ':' is a plain text"),
        ("<<: {a: 1}", 1, "a name before ':' is a plain text"),
        ("a: &x [*x]", 1, "nothing before this is marked with &x"),
        ("a: 1\n---\nb: 1", 2, "one document is wanted"),
        ("a: !!python/object:os.system {}", 1, "no tag is known here"),
        ("a: !!python/name:os.system x", 1, "could not determine a constructor"),
        ("[" * 100_000, 1, "more than 50 levels"),
        ("{a: " * 10_000, 1, "more than 50 levels"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(given: str, line: int, why: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as error:
        value(given)

    assert error.value.problem
    assert why in error.value.problem
    assert error.value.problem_mark
    assert error.value.problem_mark.line + 1 == line


def test_aliases_of_aliases_cost_no_more_than_they_are_long() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    lines: dict[text.Path_, int] = {}

    assert len(value(bomb, lines)) == 40
    assert len(lines) < 200
