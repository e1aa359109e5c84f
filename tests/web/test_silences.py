"""Silences on their page: begun with an end and a reason, listed, ended, and each of it in the audit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.memory import MemoryStore, record
from tests.web.people import BEARER, OURS, writable
from tests.web.told import untold

FORM = {"topics": "losses, border", "severity": "high", "for": "8h", "reason": "an exercise"}


async def test_a_silence_is_begun_shown_ended_and_all_of_it_audited(memory: MemoryStore) -> None:
    async with writable(memory, "Anna") as visitor:
        began = await visitor.post("/silences", data=FORM, headers=OURS)
        page = (await visitor.get("/silences")).text
        (one,) = memory.people.silences
        ended = await visitor.post(f"/silences/{one.id}/end", headers=OURS)
        after = (await visitor.get("/silences")).text
        audit = (await visitor.get("/audit")).text
        actions = (await visitor.get("/api/audit")).json()["actions"]

    assert (began.status_code, ended.status_code) == (303, 303)
    assert record(one)["when"] == {"topics": ["losses", "border"], "severity": "high"}
    assert one.until - one.since == timedelta(hours=8)
    assert not untold(page, "1 holds now.", "losses or border, high or above", "an exercise", "Anna", "End it now")
    assert not untold(after, "Nothing is silenced.", "Over", "by Anna")
    assert [(each["what"], each["by"], each["via"]) for each in actions] == [
        ("ended a silence", "Anna", "web"), ("silenced", "Anna", "web"),
    ]  # fmt: skip
    assert actions[0]["why"] == "losses or border, high or above: an exercise"
    assert not untold(audit, "losses or border, high or above until", "an exercise", "on the page")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "a silence without a reason"),
        ({"for": "", "until": ""}, "a silence without an end"),
        ({"for": "40d"}, "it lasts more than 30 days"),
        ({"for": "", "until": "2021-11-16T18:00"}, "before it has begun"),
        ({"for": "", "until": "tomorrow"}, "is no moment"),
        ({"topics": "", "severity": ""}, "it would silence everything"),
        ({"all": "1"}, "all: true beside other conditions"),
        ({"topics": "lossses"}, "did you mean 'losses'?"),
        ({"places": "atlantis"}, "there is no 'atlantis'"),
        ({"severity": "grave"}, "severity:"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_written_is_kept(
    memory: MemoryStore, change: dict[str, str], sentence: str
) -> None:
    form = FORM | change
    async with writable(memory, "Anna") as visitor:
        answer = await visitor.post("/silences", data=form, headers=OURS)

    assert answer.status_code == 400
    assert sentence in answer.text.replace("&#39;", "'")
    assert f'value="{form["topics"]}"' in answer.text
    assert memory.people.silences == []


@pytest.mark.parametrize("given", [{"topics": 5}, {"severity": {"high": 1}}, {"reason": [1]}, {"all": True}])
async def test_what_is_no_text_is_refused_by_the_form_too(memory: MemoryStore, given: dict[str, Any]) -> None:
    async with writable(memory, "Anna") as visitor:
        answer = await visitor.post("/silences", json=FORM | given, headers=OURS)

    assert answer.status_code == 400
    assert "is text." in answer.text
    assert memory.people.silences == []


async def test_everything_is_silenced_only_by_saying_so(memory: MemoryStore) -> None:
    async with writable(memory, "Anna") as visitor:
        form = {
            "all": "1",
            "for": "",
            "until": f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M}",
            "reason": "a test",
        }
        await visitor.post("/silences", data=form, headers=OURS)
        page = (await visitor.get("/silences")).text

    assert not untold(page, "everything", "a test")


async def test_another_page_may_fill_the_form(memory: MemoryStore) -> None:
    async with writable(memory, "Anna") as visitor:
        page = (await visitor.get("/silences", params={"places": "goris", "topics": "losses"})).text

    assert 'value="goris"' in page
    assert 'value="losses"' in page


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"topics": ["losses"]}, "when says what is silenced"),
        ({"when": {"topic": ["losses"]}}, "nothing can be selected by 'topic'"),
        ({"when": {"topics": "losses"}}, "topics:"),
        ({"when": {"topics": ["losses"]}, "by": ""}, "say who you are"),
        ({"when": {"topics": ["losses"]}, "until": "2h"}, "say either how long or until when"),
    ],
)
async def test_a_program_is_told_what_is_wrong(memory: MemoryStore, told: dict[str, Any], sentence: str) -> None:
    async with writable(memory) as visitor:
        given = {"for": "2h", "reason": "a test", "by": "Anna"} | told
        answer = await visitor.post("/api/silences", json=given, headers=BEARER)

    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert memory.people.silences == []


async def test_a_program_begins_lists_and_ends(memory: MemoryStore) -> None:
    given = {"when": {"all": True}, "for": "2h", "reason": "a test", "by": "Anna"}
    async with writable(memory) as visitor:
        one = (await visitor.post("/api/silences", json=given, headers=BEARER)).json()
        (listed,) = (await visitor.get("/api/silences")).json()["silences"]
        nobody = await visitor.post(f"/api/silences/{one['id']}/end", json={}, headers=BEARER)
        ended = await visitor.post(f"/api/silences/{one['id']}/end", json={"by": "Boris"}, headers=BEARER)
        absent = await visitor.post("/api/silences/none/end", json={"by": "Boris"}, headers=BEARER)

    assert one == listed
    assert (one["words"], one["active"], one["by"]) == ("everything", True, "Anna")
    assert (nobody.status_code, absent.status_code) == (400, 404)
    assert (ended.json()["active"], ended.json()["ended_by"]) == (False, "Boris")
