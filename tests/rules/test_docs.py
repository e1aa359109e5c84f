"""Every example of docs/rules.md, run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.rules import CategoryConfig, Rulebook, RuleConfig, examples
from tests.rules.asked import ORIGIN

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
ROWS = [
    (row[0], kind, text.strip(" …“”"))
    for row in re.findall(r"^\| `(.+?)` \| (.*?) ?\| (.+?) \|$", PAGE, re.MULTILINE)
    for kind, cell in (("finds", row[1]), ("not", row[2]))
    for text in re.split(r"[,;] ", re.sub(r"\(.*?\)", "", cell))
    if text.strip()
]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 5
    assert len(ROWS) >= 15


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["rules"][0]["id"])
def test_examples(example: dict[str, Any]) -> None:
    categories = [CategoryConfig(**category) for category in example.get("categories", ())]
    assert list(examples.broken([RuleConfig(**rule) for rule in example["rules"]], categories, ())) == []
    book = Rulebook([RuleConfig(**rule) for rule in example["rules"]], categories)
    for text in example["alerts"]:
        assert book.explain(text, ORIGIN).alert, text
    for text in example["silent"]:
        assert not book.explain(text, ORIGIN).alert, text


@pytest.mark.parametrize(("term", "kind", "text"), ROWS)
def test_the_table_of_terms(term: str, kind: str, text: str) -> None:
    language = "ru" if re.search("[а-я]", term) else "en"
    book = Rulebook([RuleConfig(id="r", terms={language: (term.replace("\\|", "|"),)})])
    assert book.explain(text, ORIGIN).alert == (kind == "finds")
