"""Rules tried: on a text, on their own examples, on what was said before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.history import NEWS, QUIET

Called = Callable[..., Result]
YESTERDAY = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"

OTHER_RULES = """
categories:
  - {id: fire, terms: {en: [shot, fire]}}
  - {id: talk, guard: true, terms: {en: [visit]}}
rules:
  - id: fire
    topic: fire
    to: [console]
    terms: {any: ["@fire"]}
  - id: talk
    to: [spare]
    when: 'title:@talk and "ambassador"'
"""


def lines(result: Result) -> list[dict[str, Any]]:
    """The output as JSON lines."""
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- explain ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The army said that the border was quiet and that nobody was hurt.", "en", "border"),
        ("На границе спокойно, сообщили в министерстве обороны.", "ru", "границе"),
        ("Հայաստանի սահմանին իրադրությունը հանգիստ է։", "hy", "սահմանին"),
        ("Ermənistan sərhədində vəziyyət sakitdir, dedi nazirlik.", "az", "sərhədində"),
        ("Bakanlık, sınırda durumun sakin olduğunu açıkladı ve şöyle dedi.", "tr", "sınırda"),
    ],
)
def test_explain_points_into_the_text_in_five_languages(text: str, language: str, words: str, called: Called) -> None:
    (answer,) = lines(called("explain", "--json", "--source", "am-mod", stdin=text))

    assert answer["alert"] is True
    assert answer["topics"] == ["border"]
    assert answer["language"] == language
    matches = answer["matches"]
    assert isinstance(matches, list)
    assert [(match["rule"], text[match["start"] : match["end"]]) for match in matches] == [("border", words)]
    assert matches[0]["term"].rstrip("*") in words
    assert (answer["guards"], answer["places"]) == ([], [])


def test_explain_tells_a_person_the_same(called: Called) -> None:
    told = called("explain", "--source", "am-mod", stdin="Quiet at the border.").stdout

    assert told.startswith("ALERT (medium): border\n")
    assert "13–19 “border”: term 'border' of rule border" in told


def test_explain_says_why_a_rule_keeps_silent(called: Called) -> None:
    by_nobody, of_nothing = called("explain", stdin="Quiet at the border."), called("explain", stdin="A visit.")

    assert by_nobody.stdout.startswith("silent\n")
    assert "party" in by_nobody.stdout
    assert "border: no term found" in of_nothing.stdout


def test_explain_as_a_source_nobody_knows_names_the_nearest(called: Called) -> None:
    result = called("explain", "--source", "am-mo", stdin="Quiet at the border.")

    assert result.exit_code == 1
    assert result.stderr == "no source 'am-mo'; did you mean 'am-mod'?\n"


def test_explain_survives_bytes_that_are_no_text(called: Called) -> None:
    (answer,) = lines(called("explain", "--json", "--source", "am-mod", stdin=b"\xff\xfe the border"))

    assert answer["alert"] is True


def test_explain_takes_files_and_says_which_is_which(tmp_path: Path, called: Called) -> None:
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("Quiet at the border.", encoding="utf-8")
    other.write_text("A visit.", encoding="utf-8")

    answers = lines(called("explain", "--json", "--source", "am-mod", one, other))

    assert [(Path(answer["id"]).name, answer["alert"]) for answer in answers] == [
        ("one.txt", True),
        ("other.txt", False),
    ]
    assert "one.txt:\nALERT" in called("explain", "--source", "am-mod", one, other).stdout


def test_explain_takes_a_text_in_each_line(called: Called) -> None:
    texts = [{"id": "a", "title": "On the border", "text": "Quiet."}, {"text": "A visit."}]
    given = "\n\n".join(json.dumps(text) for text in texts)

    answers = lines(called("explain", "--lines", "--json", "--source", "am-mod", stdin=given))

    assert [(answer["id"], answer["alert"]) for answer in answers] == [("a", True), ("3", False)]
    assert answers[0]["matches"][0]["field"] == "title"
    assert "line 1: no JSON object with a `text`" in called("explain", "--lines", stdin="border").stderr
    assert "line 1: no JSON object with a `text`" in called("explain", "--lines", stdin='{"text": null}').stderr


def test_explain_takes_lines_that_hold_other_line_ends(called: Called) -> None:
    given = json.dumps({"text": "Quiet.\u2028On the border."}, ensure_ascii=False)

    (answer,) = lines(called("explain", "--lines", "--json", "--source", "am-mod", stdin=given))

    assert answer["alert"] is True


def test_explain_shows_guards_and_places(config: Path, called: Called) -> None:
    rules = config.parent / "more.yaml"
    rules.write_text(
        "categories: [{id: denial, guard: true, terms: {en: [disinformation]}}]\n"
        "places:\n"
        "  - {id: am, kind: country, country: AM, names: {en: [Armenia]}}\n"
        "  - {id: goris, kind: town, country: AM, in: am, names: {en: [Goris]}, at: [39.5111, 46.3417], source: x}\n",
        encoding="utf-8",
    )
    config.write_text(f"include: [more.yaml]\n{config.read_text(encoding='utf-8')}", encoding="utf-8")
    text = "Fire at the border near Goris is disinformation."

    told = called("explain", "--source", "am-mod", stdin=text).stdout
    (answer,) = lines(called("explain", "--source", "am-mod", "--json", stdin=text))

    assert "33–47 “disinformation”: denial" in told
    assert "24–29 “Goris”: place Goris, 39.5111 46.3417" in told
    assert [(guard["guard"], guard["words"]) for guard in answer["guards"]] == [("denial", "disinformation")]
    assert [(place["place"], place["at"]) for place in answer["places"]] == [("goris", [39.5111, 46.3417])]


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_tries_the_examples_that_rules_carry(config: Path, called: Called) -> None:
    examples = "    must_alert: [Quiet at the border., A visit.]\n    must_not_alert: [A walk., The border again.]\n"
    config.write_text(config.read_text(encoding="utf-8") + examples, encoding="utf-8")

    told = called("check")

    assert told.exit_code == 2
    assert [line.split(": ", 1)[1] for line in told.stderr.splitlines()[:-1]] == [
        "rules.0.must_alert.1: the rule keeps silent on this text: no term found",
        "rules.0.must_not_alert.1: the rule fires on this text: “border”",
    ]
    assert called("explain", stdin="x").exit_code == 0  # whoever runs the monitor is not stopped by an example


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "rules: [{id: r, to: [console], terms: {any: ['@fier']}}]",
            "rules.0.terms.any.0: no category 'fier'; did you",
        ),
        ("rules: [{id: r, to: [console], when: '@fire and place:x'}]", "rules.0.when: no place 'x'"),
        ("rules: [{id: r, to: [console], when: '@fire and'}]", "cannot be read: wanted is"),
        ("categories: [{id: a, terms: {any: ['@b']}}, {id: b, terms: {any: ['@a']}}]", "a category cannot be part of"),
        (
            "categories: [{id: n, threshold: 2, terms: {en: [a]}}, {id: m, terms: {en: ['@n NEAR/2 b']}}]",
            "@n has a threshold",
        ),
        ("places: [{id: p, kind: town, country: AM, in: q, names: {en: [Pe]}}]", "places.0.in: no place 'q'"),
        ("rules: [{id: r, to: [console], terms: {any: ['/(/']}}]", "is no regular expression"),
        ("rules: [{id: r, to: [console], terms: {any: [a, 'b^x']}}]", "rules.0.terms.any.1: the term 'b^x' has a '^'"),
        ("rules: [{id: r, to: [console], when: 'party:XX'}]", "rules.0.when: no party 'XX'"),
        ("rules: [{id: r, to: [console], when: 'source:am-mo'}]", "no source 'am-mo'; did you mean 'am-mod'?"),
        ("rules: [{id: r, to: [console], when: 'kind:rs'}]", "no kind 'rs'; did you mean 'rss'?"),
        (
            "categories: [{id: n, threshold: 2, terms: {en: [a]}}]\nrules: [{id: r, to: [console], when: 'title:@n'}]",
            "rules.0.when: @n has a threshold",
        ),
    ],
)
def test_what_leads_nowhere_is_named_by_its_place(text: str, said: str, config: Path, called: Called) -> None:
    (config.parent / "more.yaml").write_text(f"{text}\n", encoding="utf-8")
    fire = "categories: [{id: fire, terms: {en: [fire]}}]\ninclude: [more.yaml]\n"
    config.write_text(fire + config.read_text(encoding="utf-8"), encoding="utf-8")

    told = called("check")

    assert told.exit_code == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr


# --- backtest ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def other_rules(config: Path) -> Path:
    path = config.parent / "other.yaml"
    path.write_text(OTHER_RULES, encoding="utf-8")
    return path


def test_backtest_shows_what_would_have_been_different(filled: Path, other_rules: Path, called: Called) -> None:
    told = called("backtest", other_rules, "--since", YESTERDAY).stdout.splitlines()

    assert told[0].startswith("+ ")
    assert QUIET.title in told[0]
    assert told[1].strip() == "talk: talk: “visit” (title), “ambassador”"
    assert told[2].startswith("~ ")
    assert NEWS.title in told[2]
    assert "3 posts: 1 alerts then, 2 now." in told
    assert "1 more, 0 fewer, 1 for other topics." in told
    assert "  border: 1 then, 0 now" in told


def test_backtest_as_json_with_labels(filled: Path, other_rules: Path, called: Called) -> None:
    labels = filled.parent / "labels.jsonl"
    said = [{"id": NEWS.key, "alert_expected": True}, {"id": QUIET.key, "alert_expected": False}]
    labels.write_text("\n".join(json.dumps(one) for one in said), encoding="utf-8")

    *posts, last = lines(called("backtest", other_rules, "--since", YESTERDAY, "--labels", labels, "--all", "--json"))

    assert [(post["change"], post["now"]["topics"]) for post in posts] == [("", []), ("+", ["talk"]), ("~", ["fire"])]
    assert last["figures"]["labelled"] == {
        "posts": 2,
        "then": {"found": "1 of 1 found (100%)", "right": "1 of 1 alerts right (100%)"},
        "now": {"found": "1 of 1 found (100%)", "right": "1 of 2 alerts right (50%)"},
    }


@pytest.mark.parametrize("label", [b"\xff", b"[1]", b'{"id": "x"}', b'{"id": "x", "alert_expected": "false"}'])
def test_backtest_refuses_labels_that_are_none(label: bytes, filled: Path, other_rules: Path, called: Called) -> None:
    labels = filled.parent / "labels.jsonl"
    labels.write_bytes(label)

    told = called("backtest", other_rules, "--since", YESTERDAY, "--labels", labels)

    assert told.exit_code == 1
    assert "labels.jsonl:1: no label; wanted is a line like" in told.stderr


def test_backtest_of_one_source_and_one_span(filled: Path, other_rules: Path, called: Called) -> None:
    assert "0 posts" in called("backtest", other_rules, "--since", YESTERDAY, "--source", "az-mod").stdout
    assert "0 posts" in called("backtest", other_rules, "--since", "2020-01-01", "--until", YESTERDAY).stdout


def test_backtest_refuses_rules_that_are_wrong(filled: Path, other_rules: Path, called: Called) -> None:
    other_rules.write_text(OTHER_RULES.replace("@fire", "@fier"), encoding="utf-8")

    told = called("backtest", other_rules, "--since", YESTERDAY)

    assert told.exit_code == 2
    assert "other.yaml:9: rules.0.terms.any.0: no category 'fier'; did you mean 'fire'?" in told.stderr
