"""Posts that were taken away, in the answers of commands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from monitor.model import Deletion, Suspect, changed
from monitor.store.gone import Change
from tests.cli.history import NEWS, QUIET, opened
from tests.make import NOON

Called = Callable[..., Result]
HOUR = timedelta(hours=1)
WHAT = Deletion(at=NOON, suspected=NOON - HOUR, evidence=("404 at its address.",))


async def _mark(config: Path) -> None:
    async with opened(config) as store:
        missed = Suspect(key=NEWS.key, since=NOON - HOUR, due=NOON, evidence=("it is no longer\n there",))
        gone = changed(missed, key=QUIET.key, state="deleted")
        await store.gone.change([Change(missed.key, None, missed), Change(gone.key, None, gone, WHAT)])


@pytest.fixture
def marked(filled: Path) -> Path:
    asyncio.run(_mark(filled))
    return filled


def test_a_deleted_post_is_listed_as_such(marked: Path, called: Called) -> None:
    assert marked.exists()
    (line,) = [line for line in called("posts").stdout.splitlines() if "(deleted " in line]
    assert QUIET.title in line

    found = [json.loads(line) for line in called("posts", "--json").stdout.splitlines()]
    (gone,) = [post for post in found if "deletion" in post]
    assert (gone["key"], gone["deletion"]["evidence"]) == (QUIET.key, ["404 at its address."])


def test_why_names_those_that_may_be_gone_and_those_that_are(marked: Path, called: Called) -> None:
    assert marked.exists()
    told = called("sources", "why", NEWS.source).stdout
    assert "Posts that may have been deleted:" in told
    assert f"{NEWS.key}  missed " in told
    assert "it is no longer there" in told
    assert "Posts found deleted, and watched for coming back:" in told

    suspects = json.loads(called("sources", "why", NEWS.source, "--json").stdout)["suspects"]
    assert sorted(one["state"] for one in suspects) == ["deleted", "suspected"]
