"""The measure of the kinds of sources: right and wrong by field, over answers of our own with some wrong on purpose."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks import payloads
from benchmarks.payloads import Difference
from benchmarks.statements import Unusable
from monitor import kinds

ANSWER = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Ministry",
    "items": [
        {
            "id": "1",
            "url": "/news/1",
            "title": "Two  wounded",
            "content_text": "Two were wounded on the border.",
            "date_published": "2026-11-22T14:00:00+04:00",
            "authors": [{"name": "Press service"}],
            "attachments": [{"url": "https://ministry.example/1.jpg", "mime_type": "image/jpeg"}],
        },
        {"id": "2", "url": "/news/2", "content_text": "A visit."},
    ],
}
FIRST = {
    "kind": "post",
    "n": 0,
    "id": "1",
    "author": "Press service",
    "time": "2026-11-22T10:00:00Z",
    "text_start": "Two wounded",
    "body_start": "Two were",
    "permalink": "/news/1",
    "n_media": 1,
    "media": ["photo"],
    "is_repost": False,
}
SECOND = {
    "kind": "post",
    "n": 1,
    "id": "2",
    "author": None,
    "time": None,
    "text_start": "A visit.",
    "permalink": "https://ministry.example/news/2",
    "n_media": 0,
    "is_repost": None,
}
FIELDS = ("id", "author", "time", "text", "permalink", "media", "repost")


def folder(at: Path, *expected: dict[str, Any], platform: str = "jsonfeed", answer: object = ANSWER) -> Path:
    (at / platform).mkdir(parents=True)
    (at / platform / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    lines = "\n".join(json.dumps({"file": "answer.json", **one}) for one in expected)
    (at / platform / "expected.jsonl").write_text(lines, encoding="utf-8")
    return at


def test_what_is_right_is_counted_by_field(tmp_path: Path) -> None:
    (measured,) = payloads.measure(folder(tmp_path, FIRST, SECOND, {"kind": "cursor", "n": -1}))

    assert (measured.platform, measured.kind, measured.posts) == ("jsonfeed", "rss", 2)
    assert measured.right == dict.fromkeys(FIELDS, 2)
    assert measured.others == {"cursor": 1}
    assert (measured.extra, measured.differences) == (0, [])


@pytest.mark.parametrize(
    ("field", "wrong", "expected", "got"),
    [
        ("author", {"author": "A"}, "A", "Press service"),
        ("author", {"author": None}, None, "Press service"),
        ("time", {"time": "2026-11-22T14:00:00Z"}, "2026-11-22T14:00:00Z", "2026-11-22T10:00:00+00:00"),
        ("time", {"time": None}, None, "2026-11-22T10:00:00+00:00"),
        ("text", {"text_start": "Three"}, "Three", "Two wounded"),
        ("text", {"text_start": ""}, "", "Two wounded"),
        ("text", {"body_start": "Three"}, "Three", "Two were wounded on the border."),
        ("text", {"body_start": ""}, "", "Two were wounded on the border."),
        ("permalink", {"permalink": "/news/9"}, "https://ministry.example/news/9", "https://ministry.example/news/1"),
        ("permalink", {"permalink": None}, None, "https://ministry.example/news/1"),
        ("media", {"n_media": 2}, ["photo"], ["image"]),
        ("media", {"media": ["video"]}, ["video"], ["image"]),
        ("media", {"media": [{"type": "image", "alt": "A bridge"}]}, [{"type": "image", "alt": "A bridge"}], ["image"]),
        ("repost", {"is_repost": True}, True, None),
        ("id", {"id": "one"}, "one", "1"),
    ],
)
def test_what_is_wrong_is_listed(
    tmp_path: Path, field: str, wrong: dict[str, Any], expected: object, got: object
) -> None:
    (measured,) = payloads.measure(folder(tmp_path, FIRST | wrong, SECOND))

    assert measured.differences == [Difference("answer.json", 0, field, expected, got)]
    assert measured.right == {**dict.fromkeys(FIELDS, 2), field: 1}


@pytest.mark.parametrize(
    "also",
    [
        {"author": "A", "author_also": ["Press service"]},
        {"author": "7", "author_name": "Press service"},
        {"time": None, "time_from_id": "2026-11-22T10:00:00Z"},
        {"body_start": "...", "body_also": ["Two"]},
        {"permalink": "/x", "permalink_alt": "/news/1"},
        {"n_media": 0, "n_media_also": [0, 1]},
        {"media": [{"type": None, "alt": None}]},
        {"is_repost": None},
    ],
)
def test_another_right_value_is_as_good(tmp_path: Path, also: dict[str, Any]) -> None:
    (measured,) = payloads.measure(folder(tmp_path, FIRST | also))

    assert [one for one in measured.differences if one.field != "extra"] == []


def test_posts_nobody_expected_and_posts_that_are_missing(tmp_path: Path) -> None:
    (fewer,) = payloads.measure(folder(tmp_path / "a", FIRST))
    (more,) = payloads.measure(folder(tmp_path / "b", FIRST, SECOND, SECOND | {"n": 2, "id": "3"}))

    assert fewer.extra == 1
    assert fewer.differences == [Difference("answer.json", "-", "extra", None, "2")]
    assert more.right == dict.fromkeys(FIELDS, 2)
    assert {(one.n, one.field, one.got) for one in more.differences} == {(2, field, "no such post") for field in FIELDS}


def test_a_record_may_be_left_out_with_a_warning_where_that_is_said(tmp_path: Path) -> None:
    answer = ANSWER | {"items": [*ANSWER["items"], "no item at all"]}
    third = {"kind": "post", "n": 2, "id": "3", "text_start": "No item"}

    (allowed,) = payloads.measure(folder(tmp_path / "a", FIRST, SECOND, third | {"also_ok": "left out"}, answer=answer))
    (wanted,) = payloads.measure(folder(tmp_path / "b", FIRST, SECOND, third, answer=answer))

    assert allowed.right == dict.fromkeys(FIELDS, 3)
    assert wanted.right == dict.fromkeys(FIELDS, 2)


def test_what_cannot_be_read_is_all_wrong_and_says_why(tmp_path: Path) -> None:
    (measured,) = payloads.measure(folder(tmp_path, FIRST, answer="no feed"))

    assert measured.right == Counter()
    assert [one.field for one in measured.differences] == list(FIELDS)
    assert "no feed" in str(measured.differences[0].got)


def test_a_platform_without_a_kind_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, FIRST | {"author": "A"})
    folder(tmp_path, SECOND, platform="gopher")

    assert payloads.main([str(tmp_path)]) == 0

    out = capsys.readouterr().out
    assert "| gopher | none yet | 1 |  |" in out
    assert "| jsonfeed | rss | 1 | 1/1 | 0/1 | 1/1 |" in out
    assert '  jsonfeed/answer.json 0 author: expected "A", got "Press service"' in out
    assert "\n0 of 1 posts are right in every field.\n" in out


@pytest.mark.parametrize("kind", [kind for kind in kinds.names("sources") if kind != "webpage"])
def test_every_kind_that_needs_no_settings_of_its_own_is_measured(tmp_path: Path, kind: str) -> None:
    (measured,) = payloads.measure(folder(tmp_path, FIRST, platform=kind))

    assert measured.kind == kind
    assert [one for one in measured.differences if "does not take" in str(one.got)] == []


def test_a_folder_that_is_none_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unusable, match="no platform's folder"):
        payloads.measure(tmp_path)
    with pytest.raises(Unusable, match="line 1 is without a file or a kind"):
        payloads.measure(folder(tmp_path, {"n": 0}))

    (tmp_path / "jsonfeed" / "expected.jsonl").write_text("{", encoding="utf-8")
    assert payloads.main([str(tmp_path)]) == 2
    assert "not one JSON object in each line" in capsys.readouterr().err
