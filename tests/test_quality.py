"""The measure of the rules: its figures against figures counted by hand, and the set it measures by."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks import quality, statements
from benchmarks.quality import Score
from benchmarks.statements import Unusable
from monitor.rules import RuleConfig

RULES = [
    RuleConfig(id="border", terms={"en": ("border", "opened fire")}, unless={"en": ("festival*",)}),
    RuleConfig(id="losses", topic="casualties", terms={"en": ("wound*",), "ru": ("ранен*",)}),
]

# What is said, in which language, its topics, whether it is held out; and what the rules above make of it.
SAID = [
    ("Units opened fire.", "en", ["border"], False),  # right
    ("Two were wounded on the border.", "en", ["casualties"], False),  # right, and for a topic too many
    ("Shots were heard.", "en", ["border"], False),  # missed
    ("The border festival begins.", "en", ["none"], False),  # rightly quiet, but not for plain words
    ("A wounded deer.", "en", ["none"], False),  # rings falsely
    ("Двое раненых.", "ru", ["casualties"], False),  # right
    ("Один погиб.", "ru", ["casualties"], True),  # missed
    ("Погода | ясно.", "ru", ["none"], True),  # rightly quiet
]


def _folder(at: Path, said: list[tuple[str, str, list[str], bool]], *, split: bool = True) -> Path:
    at.mkdir()
    texts = [{"id": f"s{n}", "lang": lang, "title": "", "text": text} for n, (text, lang, _, _) in enumerate(said)]
    labels: list[dict[str, Any]] = [
        {"id": f"s{n}", "topics": topics, "alert_expected": topics != ["none"]} | ({"held_out": held} if split else {})
        for n, (_, _, topics, held) in enumerate(said)
    ]
    for name, lines in (("statements", texts), ("labels", labels)):
        text = "\n".join(json.dumps(line) for line in lines)
        (at / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _folder(tmp_path / "said", SAID)


def test_figures_are_those_counted_by_hand(folder: Path) -> None:
    splits = quality.measure(folder, RULES).splits()

    assert quality.groups(splits["to tune on"]["the rules"]) == {
        "all": Score(right=3, missed=1, false=1, quiet=1),
        "en": Score(right=2, missed=1, false=1, quiet=1),
        "ru": Score(right=1, missed=0, false=0, quiet=0),
        "topic border": Score(right=1, missed=1, false=1, quiet=3),
        "topic casualties": Score(right=2, missed=0, false=1, quiet=3),
    }
    assert quality.groups(splits["held out"]["the rules"])["all"] == Score(right=0, missed=1, false=0, quiet=1)


def test_rivals_only_look_for_words(folder: Path) -> None:
    judged = quality.measure(folder, RULES).splits()["to tune on"]
    scores = {judge: quality.groups(pairs)["all"] for judge, pairs in judged.items()}

    assert scores["their terms alone, as plain keywords"] == Score(right=3, missed=1, false=2, quiet=0)
    assert scores["border, casualties, positions"] == Score(right=1, missed=3, false=1, quiet=1)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("border", "The BORDER.", True),
        ("border", "borders", False),
        ("wound*", "the wounded", True),
        ("wound*", "unwounded", False),
        ("попал* в плен", "Попали в плен", True),
        ("cease-fire", "cease-fire", True),
        ("open fire", "open, fire", True),
        ("open fire", "opening fire", False),
    ],
)
def test_a_plain_keyword_is_a_whole_word_or_its_beginning(term: str, text: str, found: bool) -> None:
    said = statements.Statement("s", "en", "", text, alert=True, topics=frozenset({"x"}), held_out=None)

    assert quality.by_words({"x": [term]})(said).alert is found


def test_shares_name_what_they_are_of() -> None:
    shares = Score(right=6, missed=2, false=3, quiet=9).shares

    assert shares == {"precision": (6, 9), "recall": (6, 8), "quiet that ring": (3, 12)}


def test_the_page_lists_what_is_wrong_and_why(folder: Path) -> None:
    page = quality.page([quality.measure(folder, RULES)], held_out=False)

    assert "| the rules | 75% (3 of 4) | 75% (3 of 4) | 50% (1 of 2) |" in page
    assert "The rules: 1 missed, 1 rings falsely, 1 rings for other topics." in page
    assert "| missed | s2 | en | border | quiet | no term | Shots were heard. |" in page
    assert "| rings falsely | s4 | en | quiet | casualties | losses: “wounded” | A wounded deer. |" in page
    assert "| none | 0% (0 of 1) | 0% (0 of 1) |" in page  # held out: nothing rang, so there is no precision


def test_held_out_mistakes_are_listed_only_when_asked(folder: Path) -> None:
    measured = [quality.measure(folder, RULES)]

    assert "Один погиб" not in quality.page(measured, held_out=False)
    assert "| missed | s6 | ru | casualties | quiet | no term | Один погиб. |" in quality.page(measured, held_out=True)


def test_a_missed_one_says_what_cancelled_it(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "one", [("Units opened fire at the festival.", "en", ["border"], False)])

    page = quality.page([quality.measure(folder, RULES)], held_out=False)

    assert "border: “opened fire” is cancelled by “festival” in the same sentence" in page


def test_a_folder_without_a_split_is_measured_whole(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "whole", SAID, split=False)

    assert list(quality.measure(folder, RULES).splits()) == ["all"]


def test_the_command_measures_a_configuration_and_keeps_the_tables(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "monitor.yaml"
    channel = "channels: [{id: console, kind: console}]"
    config.write_text(f"{channel}\nrules: [{{id: border, to: [console], terms: {{en: [border]}}}}]\n", encoding="utf-8")
    results = tmp_path / "results"

    code = quality.main([str(folder), "-c", str(config), "--results", str(results)])

    (page,), (figures,) = results.glob("*.md"), results.glob("*.json")
    assert code == 0
    assert page.read_text(encoding="utf-8") in capsys.readouterr().out
    kept = json.loads(figures.read_text(encoding="utf-8"))["figures"]
    assert {
        "folder": str(folder), "split": "to tune on", "judge": "the rules", "group": "all",
        "right": 1, "missed": 3, "false": 1, "quiet": 1,
    } in kept  # fmt: skip


def test_a_folder_that_cannot_be_measured_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quality.main([str(tmp_path / "nowhere")]) == 2
    assert "labels.jsonl cannot be read: No such file or directory" in capsys.readouterr().err


def test_a_statement_without_a_label_is_told(folder: Path) -> None:
    (folder / "labels.jsonl").write_text("", encoding="utf-8")

    with pytest.raises(Unusable, match="no label for s0, s1, s2, s3, s4;"):
        statements.read(folder)


def test_a_broken_line_is_told(folder: Path) -> None:
    (folder / "statements.jsonl").write_text("{", encoding="utf-8")

    with pytest.raises(Unusable, match=r"statements\.jsonl is not one JSON object in each line"):
        statements.read(folder)


def test_a_label_without_an_expectation_is_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "one", SAID[:1])
    (folder / "labels.jsonl").write_text('{"id": "s0", "topics": ["border"]}', encoding="utf-8")

    with pytest.raises(Unusable, match="a statement or a label is without 'alert_expected'"):
        statements.read(folder)


def test_our_set_is_large_mixed_and_split_evenly() -> None:
    ours = statements.read(statements.OURS)
    languages = Counter(one.language for one in ours)

    assert len(ours) >= 150
    assert len({one.id for one in ours}) == len(ours) == len({one.title + one.text for one in ours})
    assert set(languages) == {"en", "ru", "hy", "az", "tr", "fr"}
    assert min(languages.values()) >= 20
    assert sum(not one.alert for one in ours) * 3 >= len(ours)
    assert all(one.alert == bool(one.topics) for one in ours)
    assert {topic for one in ours for topic in one.topics} == {"border", "casualties", "positions"}
    for language, number in languages.items():
        held = sum(one.held_out is True for one in ours if one.language == language)
        assert number / 4 <= held <= number / 2
